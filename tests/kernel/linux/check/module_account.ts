/**
 * The test module's own account, as its debugfs file says it, and the driver's snapshot beside it.
 * @module
 */
import { type Context, CONTEXTS } from "./written_entry.ts";

/** Counters of one context on one processor, by the names of the file's columns. */
export interface ContextAccount {
  readonly processor: number;
  readonly context: Context;
  readonly attempts: number;
  readonly written: number;
  readonly discarded: number;
  readonly full: number;
  readonly too_big: number;
  /** Not written by wish, and no attempt of the ring's. */
  readonly off: number;
  readonly not_open: number;
  /** Results that no write may have. */
  readonly other: number;
  readonly data: number;
  readonly text: number;
  readonly event: number;
  readonly nested_in_call: number;
  readonly nested_in_entry: number;
  readonly depth_max: number;
}

/** Names of what can be summed up. */
export type Count = Exclude<keyof ContextAccount, "processor" | "context">;

/** @throws {Error} It is not the file that the module writes. */
export function parseAccount(text: string): ContextAccount[] {
  const [head = "", ...lines] = text.trim().split("\n");
  const names = head.split(" ");
  return lines.map((line) => {
    const values = line.split(" ");
    const context = CONTEXTS.find((name) => name === values[1]);
    if (values.length !== names.length || context === undefined) {
      throw new Error(`the account has the line ${line}`);
    }
    const numbers = names.flatMap((name, at) => at === 1 ? [] : [[name, Number(values[at])]]);
    return { ...Object.fromEntries(numbers), context };
  });
}

/** The sum of one counter over some rows. */
export function sum(accounts: readonly ContextAccount[], count: Count): number {
  return accounts.reduce((total, account) => total + account[count], 0);
}

/** One ring as RS_IOC_SNAPSHOT tells it. */
export interface SnapshotRing {
  readonly processor: number;
  readonly attempts: number;
  readonly lostFull: number;
  readonly tooBig: number;
}

/** What `device snapshot` printed. */
export function parseSnapshot(text: string): { nextIndex: number; rings: SnapshotRing[] } {
  const [first = "", ...lines] = text.trim().split("\n");
  const rings = lines.map((line) => {
    const [processor = 0, attempts = 0, , lostFull = 0, tooBig = 0] = line.split(" ").map(Number);
    return { processor, attempts, lostFull, tooBig };
  });
  return { nextIndex: Number(first), rings };
}
