/**
 * One record of a log as a parser gives it, and what every parser is told.
 *
 * @module
 */
import type { LocalClock } from "./local_clock.ts";

/** What a record says; what it does not say is left out. */
export interface ImportedEntry {
  /** Unix time in ns. */
  readonly ts: bigint;
  /** A text, or the bytes of an entry as they are stored. */
  readonly payload: string | Uint8Array;
  /** 0 text, 1 data, 2 event. */
  readonly kind?: number;
  /** 1 to 6; where a record tells none, 3 (info). */
  readonly severity?: number;
  readonly processor?: number;
  readonly pid?: number;
  readonly tid?: number;
  readonly type?: number;
  readonly remarks?: number;
  readonly flags?: number;
  readonly idx?: bigint;
  readonly seq?: bigint;
  readonly readTs?: bigint;
  /** The machine that the record names. */
  readonly host?: string;
}

/** A record, or why the text is none. */
export type Parsed = ImportedEntry | string;

/** Reads the records of one log, in their order: what a line leaves out may follow from those before it. */
export type RecordParser = (text: string) => Parsed;

/** What a log may leave out. */
export interface ParserSettings {
  /** For times without a zone. */
  readonly clock: LocalClock;
  /** For times without a year: that of the first record; null: the last one in which they are not after `newestNs`. */
  readonly year: number | null;
  /** When the log ends at the latest, unix time in ns. */
  readonly newestNs: bigint;
  /** What elapsed times count from, and the day of times without one; unix time in ns. */
  readonly startNs: bigint;
  /** Which column of NDJSON or CSV is what. */
  readonly columns: ReadonlyMap<ColumnRole, string>;
}

/** What a column may be. */
export const COLUMN_ROLES = ["ts", "level", "message", "pid", "tid", "processor"] as const;
/** One of {@link COLUMN_ROLES}. */
export type ColumnRole = typeof COLUMN_ROLES[number];
