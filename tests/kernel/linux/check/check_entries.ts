/**
 * Entries against themselves and each other: intact, each once, in the order in which one caused the other.
 * @module
 */
import type { Row } from "../../../stress/oracle/captured.ts";
import type { ContextAccount } from "./module_account.ts";
import { readEntry, type WrittenEntry } from "./written_entry.ts";

/** An entry and its place. */
export interface PlacedEntry extends WrittenEntry {
  readonly idx: number;
  readonly seq: number;
}

/** Every entry that is sound, and what is wrong with the others. */
export function readEntries(rows: readonly Row[]): { entries: PlacedEntry[]; findings: string[] } {
  const findings: string[] = [];
  const entries: PlacedEntry[] = [];
  for (const row of rows) {
    const entry = readEntry(row);
    if (typeof entry === "string") findings.push(`entry ${row.idx} of processor ${row.processor}: ${entry}`);
    else entries.push({ ...entry, idx: row.idx, seq: row.seq });
  }
  return { entries, findings };
}

/** Every context of every processor against its own account: as many of each form as it says it wrote, or at most where some were overwritten. */
export function checkContexts(
  entries: readonly PlacedEntry[],
  accounts: readonly ContextAccount[],
  isWhole: boolean,
): string[] {
  const groups = Map.groupBy(entries, ({ processor, context }) => `${processor} ${context}`);
  return accounts.flatMap((account) => {
    const where = `${account.context} of processor ${account.processor}`;
    const own = groups.get(`${account.processor} ${account.context}`) ?? [];
    const findings: string[] = [];
    for (const form of ["data", "text", "event"] as const) {
      const found = own.filter((entry) => entry.form === form).length;
      if (isWhole ? found !== account[form] : found > account[form]) {
        findings.push(`${where}: ${found} entries of ${form}, it wrote ${account[form]}`);
      }
    }
    const bySeq = own.toSorted((a, b) => a.seq - b.seq);
    for (const [at, entry] of bySeq.entries()) {
      const before = bySeq[at - 1];
      if (before === undefined) continue;
      if (entry.number <= before.number) {
        findings.push(`${where}: attempt ${entry.number} lies behind ${before.number}`);
      }
      if (entry.idx <= before.idx) {
        findings.push(`${where}: attempt ${entry.number} has index ${entry.idx} after ${before.idx}`);
      }
    }
    return findings;
  });
}

/** What was found of causes, so that a test can ask whether there were any. */
export interface Causes {
  readonly findings: string[];
  /** Entries whose interrupted entry is there too. */
  readonly nested: number;
  /** The same by context, for each that interrupted an open entry. */
  readonly nestedBy: ReadonlyMap<string, number>;
  /** Steps of chains whose cause is there too. */
  readonly caused: number;
}

/** An entry that interrupted an open one, or was logged because of one elsewhere, has the larger index. */
export function checkCauses(entries: readonly PlacedEntry[]): Causes {
  const findings: string[] = [];
  const places = new Map(
    entries.map((entry) => [keyOf(entry.processor, entry.context, entry.number), entry]),
  );
  const nestedBy = new Map<string, number>();
  for (const entry of entries) {
    if (entry.outer === null) continue;
    const outer = places.get(keyOf(entry.processor, entry.outer.context, entry.outer.number));
    if (outer === undefined) continue; // taken back, or overwritten
    const who = `${entry.context} in ${outer.context}`;
    nestedBy.set(who, (nestedBy.get(who) ?? 0) + 1);
    if (outer.idx > entry.idx || outer.seq > entry.seq) {
      findings.push(`${who} of processor ${entry.processor}: index ${entry.idx} inside of ${outer.idx}`);
    }
  }
  let caused = 0;
  for (
    const [chain, links] of Map.groupBy(entries.filter((entry) => entry.chain > 0), (entry) => entry.chain)
  ) {
    links.sort((a, b) => a.step - b.step);
    for (const [at, link] of links.entries()) {
      const cause = links[at - 1];
      if (cause === undefined) continue;
      caused++;
      if (cause.idx > link.idx) {
        findings.push(`chain ${chain}: step ${link.step} has index ${link.idx}, its cause ${cause.idx}`);
      }
    }
  }
  const nested = [...nestedBy.values()].reduce((all, count) => all + count, 0);
  return { findings, nested, nestedBy, caused };
}

function keyOf(processor: number, context: string, number: number): string {
  return `${processor} ${context} ${number}`;
}
