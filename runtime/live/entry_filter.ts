/**
 * Decides which entries are wanted, on the columns of a batch, cheapest question first.
 *
 * @module
 */
import type { ExpandedRows } from "../arrow/expand.ts";
import { matches, type Pattern } from "./pattern.ts";
import { rowText } from "./row_text.ts";

/** What an entry has to be; what is left out or empty asks nothing. */
export interface EntryConditions {
  /** The least severity, 1 to 6. */
  readonly severity?: number | undefined;
  /** Of these processors; of all where there is none. */
  readonly processors: readonly number[];
  /** One of these has to match. */
  readonly match: readonly Pattern[];
  /** None of these may. */
  readonly exclude: readonly Pattern[];
  /** Evaluates an SQL condition for the rows of a batch. */
  readonly where?: ((rows: ExpandedRows) => Promise<ReadonlySet<bigint>>) | undefined;
}

/** Why an entry is not wanted: the first condition that it fails. */
export type Reason = "severity" | "processor" | "match" | "exclude" | "where";

/** Whether the conditions let everything pass. */
export function isOpen({ severity, processors, match, exclude, where }: EntryConditions): boolean {
  return severity === undefined && where === undefined &&
    processors.length + match.length + exclude.length === 0;
}

/** Whether holes of a processor are wanted: where one is chosen, those of the others are not. */
export function wantsProcessor({ processors }: EntryConditions, processor: number): boolean {
  return processors.length === 0 || processors.includes(processor);
}

/** For each row of a batch why it is not wanted, or null. */
export async function judge(
  rows: ExpandedRows,
  conditions: EntryConditions,
): Promise<(row: number) => Reason | null> {
  const { severity = 0, match, exclude } = conditions;
  const found = await conditions.where?.(rows);
  return (row) => {
    if (rows.severity[row]! < severity) return "severity";
    if (!wantsProcessor(conditions, rows.processor[row]!)) return "processor";
    if (match.length > 0 || exclude.length > 0) {
      const text = rowText(rows, row);
      if (match.length > 0 && !match.some((pattern) => matches(pattern, text))) return "match";
      if (exclude.some((pattern) => matches(pattern, text))) return "exclude";
    }
    return found === undefined || found.has(rows.idx[row]!) ? null : "where";
  };
}
