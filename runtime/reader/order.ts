/**
 * What entries are ordered by, and where they wait until nothing before them can come.
 * @module
 */
import type { EntryHeader, LogEntry } from "./log_entry.ts";

/** Larger than every key: nothing more will come. */
export const beyondAllKeys = 1n << 64n;

/** What the entries of a ring set are ordered by: the index, or the clock. */
export interface EntryKeys {
  of(entry: EntryHeader | LogEntry): bigint;
  /** No entry with a smaller key lies behind reserve words that are loaded after this call. */
  loadHorizon(): bigint;
  /** Whether an honest entry that has been met can have the key. */
  isPossible(key: bigint): boolean;
}

/** A ring as the order sees it. */
export interface WaitingRing {
  readonly number: number;
}

/** An entry that has been looked at and not been delivered. */
export interface WaitingEntry<Ring extends WaitingRing = WaitingRing> {
  readonly ring: Ring;
  readonly position: bigint;
  readonly row: LogEntry;
}

/** An entry whose turn has come. */
export interface OrderedEntry<Ring extends WaitingRing = WaitingRing> {
  readonly entry: WaitingEntry<Ring>;
  /** Its number in the whole recording; null: another entry has it, and this one cannot be. */
  readonly idx: bigint | null;
}

/** What has been delivered, for the reader that comes after. */
export interface DeliveryBase {
  /** Of the next row. */
  readonly index: bigint;
  /** Clock order: everything up to and including this entry, by ticks, then ring, then position; ring 0 means none yet. */
  readonly ticks: bigint;
  readonly ringPlus1: bigint;
  readonly position: bigint;
}

/** Entries that wait for their turn. */
export interface EntryOrder<Ring extends WaitingRing = WaitingRing> {
  readonly base: DeliveryBase;
  /** Whether an entry that has been met may still have its turn. */
  isPossible(header: EntryHeader): boolean;
  /** Keeps an entry until its turn; false: its place is taken. */
  add(entry: WaitingEntry<Ring>): boolean;
  /** Whether an entry that an earlier reader had looked at may not have been delivered by it. */
  mayWait(entry: WaitingEntry<Ring>): boolean;
  /** A number that will bring no row. */
  skip(header: EntryHeader): void;
  /** The entries whose turn has come when none with a key below `decided` can come any more. */
  take(decided: bigint): OrderedEntry<Ring>[];
  /** Everything that waits, in its order. */
  takeRest(): OrderedEntry<Ring>[];
}
