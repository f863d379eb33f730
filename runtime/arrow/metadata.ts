/**
 * The custom metadata of a batch: texts of decimal integers and JSON arrays, whose 64-bit integers stay exact.
 * Meanings: runtime/capture/README.md. Used by wire.ts.
 *
 * @module
 */
import type { Anchor } from "./clock.ts";

/** Names of a ring's counters, in the order in which a batch carries them. */
export const COUNTER_NAMES = [
  "processor",
  "attempts",
  "read",
  "discarded",
  "lost_full",
  "overwritten",
  "too_big",
  "abandoned",
  "corrupt",
  "unstored",
  "pending",
  "wraps",
  "late",
  "stalled",
  "mixed",
  "used_bytes",
  "capacity_bytes",
  "filtered",
] as const;
/** Batches that were stored before captures had filters end with `capacity_bytes`. */
const COUNTERS_LEAST = COUNTER_NAMES.indexOf("filtered");

/** One ring's counters since the capture began; `pending` and `used_bytes` as of now. */
export type RingCounters = Record<(typeof COUNTER_NAMES)[number], bigint>;

/** The first `rows` rows of a batch that are not part of an earlier round were taken from the rings at `readTicks`. */
export interface Round {
  rows: number;
  /** 0 where the reader had no access to the producer's clock. */
  readTicks: bigint;
}

/** `seq` of a processor's rows counts from here. */
export interface SeqBase {
  processor: number;
  seq: bigint;
}

const U64_END = 1n << 64n;
const PROCESSOR_END = 1n << 16n;

/** A decimal integer of a key. SyntaxError where the key is missing or holds something else. */
export function parseInteger(metadata: ReadonlyMap<string, string>, key: string): bigint {
  return toInteger(valueOf(metadata, key), key);
}

/** `ringscope.anchor`. */
export function parseAnchor(metadata: ReadonlyMap<string, string>): Anchor {
  const key = "ringscope.anchor";
  const [ticks, unixNs, ticksPerSecond] = parseRow(parseJson(metadata, key), key, 3);
  const anchor = {
    ticks: toInteger(ticks, key),
    unixNs: toInteger(unixNs, key),
    ticksPerSecond: toInteger(ticksPerSecond, key),
  };
  if (anchor.ticksPerSecond <= 0n) throw new SyntaxError(`${key} has a clock that stands still`);
  return anchor;
}

/** `ringscope.rounds` of a batch with `rows` rows. */
export function parseRounds(metadata: ReadonlyMap<string, string>, rows: number): Round[] {
  const key = "ringscope.rounds";
  const rounds = parseRows(metadata, key, 2).map(([count, ticks]) => ({
    rows: Number(toInteger(count, key)),
    readTicks: toInteger(ticks, key),
  }));
  const sum = rounds.reduce((sum, round) => sum + round.rows, 0);
  if (sum !== rows) throw new SyntaxError(`${key} speaks of ${sum} rows, the batch has ${rows}`);
  return rounds;
}

/** `ringscope.seq_base`. */
export function parseSeqBase(metadata: ReadonlyMap<string, string>): SeqBase[] {
  const key = "ringscope.seq_base";
  return parseRows(metadata, key, 2).map(([processor, seq]) => ({
    processor: toProcessor(toInteger(processor, key), key),
    seq: toInteger(seq, key),
  }));
}

/** `ringscope.counters`. */
export function parseCounters(metadata: ReadonlyMap<string, string>): RingCounters[] {
  const key = "ringscope.counters";
  return parseRows(metadata, key, COUNTER_NAMES.length, COUNTERS_LEAST).map((values) => {
    const counters = Object.fromEntries(
      COUNTER_NAMES.map((name, at) => [name, at < values.length ? toInteger(values[at], key) : 0n]),
    ) as RingCounters;
    toProcessor(counters.processor, key);
    return counters;
  });
}

/** The metadata values that {@link parseAnchor}, {@link parseRounds} … read back. */
export const format = {
  anchor: ({ ticks, unixNs, ticksPerSecond }: Anchor): string =>
    JSON.stringify([ticks, unixNs, ticksPerSecond].map(String)),
  rounds: (rounds: readonly Round[]): string =>
    JSON.stringify(rounds.map(({ rows, readTicks }) => [rows, String(readTicks)])),
  seqBase: (bases: readonly SeqBase[]): string =>
    JSON.stringify(bases.map(({ processor, seq }) => [processor, String(seq)])),
  counters: (rings: readonly RingCounters[]): string =>
    `[${rings.map((ring) => `[${COUNTER_NAMES.map((name) => ring[name]).join(",")}]`).join(",")}]`,
};

function valueOf(metadata: ReadonlyMap<string, string>, key: string): string {
  const text = metadata.get(key);
  if (text === undefined) throw new SyntaxError(`the batch has no ${key}`);
  return text;
}

function parseJson(metadata: ReadonlyMap<string, string>, key: string): unknown {
  // What JSON.parse would round becomes a text first; the arrays hold no texts but such of digits.
  return JSON.parse(valueOf(metadata, key).replace(/(?<=[[,])\d{16,}(?=[,\]])/g, '"$&"'));
}

function parseRows(
  metadata: ReadonlyMap<string, string>,
  key: string,
  length: number,
  least = length,
): unknown[][] {
  const rows = parseJson(metadata, key);
  if (!Array.isArray(rows)) throw new SyntaxError(`${key} is no list`);
  return rows.map((row: unknown) => parseRow(row, key, length, least));
}

function parseRow(row: unknown, key: string, length: number, least = length): unknown[] {
  if (!Array.isArray(row) || row.length > length || row.length < least) {
    throw new SyntaxError(`${key} is not of lists of ${length}`);
  }
  return row;
}

function toInteger(value: unknown, key: string): bigint {
  const isInteger = typeof value === "number"
    ? Number.isSafeInteger(value)
    : typeof value === "string" && /^-?\d{1,20}$/.test(value);
  const integer = isInteger ? BigInt(value as number | string) : U64_END;
  if (integer >= U64_END || integer < -U64_END / 2n) {
    throw new SyntaxError(`${key} holds what is no 64-bit integer`);
  }
  return integer;
}

function toProcessor(value: bigint, key: string): number {
  if (value < 0n || value >= PROCESSOR_END) {
    throw new SyntaxError(`${key} has a processor number of more than 16 bits`);
  }
  return Number(value);
}
