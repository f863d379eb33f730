/**
 * The account of both sides of a load, as guest/device/record.c prints it.
 * @module
 */

import type { Account } from "../harness/load_account.ts";

/** What the calls of one writer returned, as it counted them itself. `other` must be 0. */
export interface WriterAccount extends Account {
  readonly discarded: number;
  readonly tooBig: number;
}

/** What the driver counted in one ring. */
export interface RingAccount {
  readonly attempts: number;
  readonly lostFull: number;
  readonly tooBig: number;
  readonly missed: number;
}

export interface LoadAccount {
  readonly writers: readonly WriterAccount[];
  readonly rings: readonly RingAccount[];
  readonly nextIndex: number;
}

/** Reads what record.c prints. @throws {SyntaxError} There is no whole account. */
export function parseAccount(output: string): LoadAccount {
  const lines = output.split("\n").map((line) => line.trim().split(" "));
  const rows = (word: string) =>
    lines.filter(([first]) => first === word).map((line) => line.slice(1).map(Number));
  const writers = rows("account").map(([, data = NaN, texts = NaN, events = NaN, ...rest]) => {
    const [discarded = NaN, full = NaN, tooBig = NaN, other = NaN] = rest;
    return { data, texts, events, discarded, full, tooBig, other };
  });
  const rings = rows("ring").map(([, attempts = NaN, lostFull = NaN, tooBig = NaN, missed = NaN]) => {
    return { attempts, lostFull, tooBig, missed };
  });
  const nextIndex = rows("index")[0]?.[0] ?? NaN;
  const numbers = [...writers, ...rings].flatMap((row) => Object.values(row) as number[]);
  if (writers.length === 0 || rings.length === 0 || [...numbers, nextIndex].some(Number.isNaN)) {
    throw new SyntaxError(`no account of writers and rings in what record.c printed:\n${output}`);
  }
  return { writers, rings, nextIndex };
}

/** Entries that a writer has left in its rings. */
export function countWritten({ data, texts, events }: WriterAccount): number {
  return data + texts + events;
}

/** Calls that came as far as a ring. */
export function countAttempts(writer: WriterAccount): number {
  return countWritten(writer) + writer.discarded + writer.full + writer.tooBig;
}
