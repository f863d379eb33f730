/**
 * One entry as a script sees it.
 *
 * @module
 */
import type { BytesColumn, ExpandedRows } from "./arrow/expand.ts";

/** Names of the severities 1 to 6. */
export const LEVELS = ["trace", "debug", "info", "warn", "error", "fatal"] as const;
/** The name of a severity. */
export type Level = typeof LEVELS[number];

/**
 * The number of a severity, 1 (trace) to 6 (fatal).
 *
 * @throws {TypeError} There is no such level.
 * @example
 * ```ts
 * import { LEVELS, severityOf } from "@ringscope/ringscope";
 *
 * if (LEVELS.some((level, at) => severityOf(level) !== at + 1)) throw new Error("cannot be");
 * ```
 */
export function severityOf(level: Level): number {
  const at = LEVELS.indexOf(level);
  if (at < 0) throw new TypeError(`"${level}" is no level: use one of ${LEVELS.join(", ")}`);
  return at + 1;
}

/** What an entry carries. */
export type Kind = "text" | "data" | "event";
const KINDS: readonly Kind[] = ["text", "data", "event"];
const DECODER = new TextDecoder("utf-8", { ignoreBOM: true });

/** One log record. */
export interface Entry {
  /** Place in the total order over all processors. */
  readonly idx: bigint;
  /** When it was written: unix time in ns. */
  readonly ts: bigint;
  /** The producer's clock. */
  readonly ticks: bigint;
  /** The processor whose ring it was written into. */
  readonly processor: number;
  /** Number of the attempt on its processor. */
  readonly seq: bigint;
  /** 1 to 6; compare with this. */
  readonly severity: number;
  /** The name of the severity. */
  readonly level: Level;
  /** What it carries. */
  readonly kind: Kind;
  /** The caller's own numbers. */
  readonly type: number;
  /** The caller's second number. */
  readonly remarks: number;
  /** The process that wrote it. */
  readonly pid: number;
  /** The thread that wrote it. */
  readonly tid: number;
  /** Name of a typed event; null for everything else. */
  readonly event: string | null;
  /** The text, of events formatted; null for data. */
  readonly message: string | null;
  /** The bytes of data, and of a text that is not UTF-8. */
  readonly data: Uint8Array | null;
  /** When it was taken from its ring: unix time in ns; null where that is not known. */
  readonly readTs: bigint | null;
  /** Bit 0: cut short; bit 1: the text is not UTF-8; bit 2: an argument of an event was cut; bits 3 to 5: a softirq, a hard interrupt, an NMI of a kernel wrote it. */
  readonly flags: number;
}

/** The rows of a batch one by one. Each entry is a copy. */
export function* toEntries(rows: ExpandedRows): Generator<Entry> {
  for (let row = 0; row < rows.rows; row++) yield entryAt(rows, row);
}

/** One row of a batch, as a copy. */
export function entryAt(rows: ExpandedRows, row: number): Entry {
  const severity = rows.severity[row]!;
  return {
    idx: rows.idx[row]!,
    ts: rows.ts[row]!,
    ticks: rows.ticks[row]!,
    processor: rows.processor[row]!,
    seq: rows.seq[row]!,
    severity,
    level: LEVELS[severity - 1]!,
    kind: KINDS[rows.kind[row]!]!,
    type: rows.type[row]!,
    remarks: rows.remarks[row]!,
    pid: rows.pid[row]!,
    tid: rows.tid[row]!,
    event: eventAt(rows, row),
    message: messageAt(rows, row),
    data: bytesAt(rows.data, row)?.slice() ?? null,
    readTs: rows.readTsValidity === null || isSet(rows.readTsValidity, row) ? rows.readTs[row]! : null,
    flags: rows.flags[row]!,
  };
}

/** The text of one row; null for data. */
export function messageAt(rows: ExpandedRows, row: number): string | null {
  const bytes = bytesAt(rows.message, row);
  return bytes === null ? null : DECODER.decode(bytes);
}

/** The name of a typed event; null for everything else. */
export function eventAt({ event }: ExpandedRows, row: number): string | null {
  const bytes = event === null ? null : bytesAt(event, row);
  return bytes === null ? null : DECODER.decode(bytes);
}

/** What a line says of a typed event: its name, which the message may begin with, and the message. */
export function eventText(event: string, message: string): string {
  return message.startsWith(`${event} `) ? message : `${event} ${message}`.trimEnd();
}

/** A value of a column of texts or bytes, as a view; null where the row has none. */
export function bytesAt({ validity, offsets, values }: BytesColumn, row: number): Uint8Array | null {
  return validity === null || isSet(validity, row) ? values.subarray(offsets[row], offsets[row + 1]) : null;
}

function isSet(bits: Uint8Array, row: number): boolean {
  return (bits[row >> 3]! >> (row & 7) & 1) === 1;
}
