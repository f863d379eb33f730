import type { TailCounts } from "../../live/tail.ts";
import { formatCount } from "../format_number.ts";

/** What was left out and what was lost since the first line, as one line; null where there was nothing. */
export function summarize({ shown, filtered, lost, lostElsewhere }: TailCounts): string | null {
  const parts = Object.entries(filtered).map(([reason, count]) => `${formatCount(count)} by --${reason}`);
  const hidden = Object.values(filtered).reduce((sum, count) => sum + count, 0);
  const clauses: string[] = [];
  if (hidden > 0) {
    const all = shown + BigInt(hidden);
    clauses.push(
      `${formatCount(shown)} of ${formatCount(all)} entries shown; filtered out: ${parts.join(", ")}`,
    );
  }
  if (lost > 0n) clauses.push(`${formatCount(lost)} lost`);
  if (lostElsewhere > 0n) clauses.push(`${formatCount(lostElsewhere)} lost on other processors`);
  return clauses.length === 0 ? null : clauses.join("; ");
}
