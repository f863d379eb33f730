/**
 * What is kept of segments that are gone: as much as the account of a capture needs. It stands in `capture.json`, under `retired`, and
 * counts from the moment when it stands there, whether the files are gone already or not.
 *
 * @module
 */
import { COUNTER_NAMES, type RingCounters } from "../arrow/wire.ts";
import type { SegmentMeta } from "../seal/segment_meta.ts";

/** What one processor lost to one cause, in all retired segments together. */
export interface RetiredLoss {
  /** Whose ring. */
  readonly processor: number;
  /** Its number, from 1; see the `gaps` batches in runtime/capture/README.md. */
  readonly cause: number;
  /** Attempts lost. */
  readonly lost: bigint;
  /** When the neighbour before the first of these holes was written, unix time in ns. */
  readonly prevNs: bigint | null;
  /** When the entry behind the last of these holes was written, unix time in ns. */
  readonly nextNs: bigint | null;
}

/** The retired segments of a capture: always the first ones. */
export interface Retired {
  /** Segments 1 to this one are retired; 0: none. */
  readonly segments: number;
  /** Their entries. */
  readonly entries: bigint;
  /** Of their files. */
  readonly bytes: bigint;
  /** The first of these. */
  readonly firstIdx: bigint | null;
  /** The last of these. */
  readonly lastIdx: bigint | null;
  /** Of the oldest and the newest retired entry, Unix time in ns. */
  readonly firstNs: bigint | null;
  /** When it was written, unix time in ns. */
  readonly lastNs: bigint | null;
  /** Number of the last batch, and what it counted. */
  readonly lastBatch: bigint;
  /** When the counters were taken, unix time in ns. */
  readonly countersNs: bigint;
  /** The counters of their last batch. */
  readonly counters: readonly RingCounters[];
  /** What their holes lost, by processor and cause. */
  readonly losses: readonly RetiredLoss[];
}

/** Of a capture that keeps everything. */
export const NOTHING_RETIRED: Retired = {
  segments: 0,
  entries: 0n,
  bytes: 0n,
  firstIdx: null,
  lastIdx: null,
  firstNs: null,
  lastNs: null,
  lastBatch: 0n,
  countersNs: 0n,
  counters: [],
  losses: [],
};

/**
 * What is retired when the next segment is, too.
 *
 * @param meta Its `meta.json`.
 * @param bytes Of its files.
 * @throws {SyntaxError} Its `meta.json` does not tell what has to be known of it.
 */
export function retireNext(before: Retired, meta: SegmentMeta, bytes: number): Retired {
  const counters = toCounters(meta.counters);
  if (counters.length === 0) throw new SyntaxError("its meta.json does not tell its counters");
  const firstNs = toBigintOrNull(meta.first_ns), lastNs = toBigintOrNull(meta.last_ns);
  return {
    segments: before.segments + 1,
    entries: before.entries + toBigint(meta.rows),
    bytes: before.bytes + BigInt(bytes),
    firstIdx: before.firstIdx ?? toBigintOrNull(meta.first_idx),
    lastIdx: toBigintOrNull(meta.last_idx) ?? before.lastIdx,
    firstNs: least(before.firstNs, firstNs),
    lastNs: most(before.lastNs, lastNs),
    lastBatch: toBigint(meta.last_batch),
    countersNs: toBigint(meta.counters_ns),
    counters,
    losses: addLosses(before.losses, toLosses(meta.lost)),
  };
}

/** As `capture.json` has it. */
export function retiredJson(retired: Retired): Record<string, unknown> {
  const text = (value: bigint | null) => value === null ? null : String(value);
  return {
    segments: retired.segments,
    entries: String(retired.entries),
    bytes: String(retired.bytes),
    first_idx: text(retired.firstIdx),
    last_idx: text(retired.lastIdx),
    first_ns: text(retired.firstNs),
    last_ns: text(retired.lastNs),
    last_batch: String(retired.lastBatch),
    counters_ns: String(retired.countersNs),
    counters: retired.counters.map((ring) => COUNTER_NAMES.map((name) => String(ring[name]))),
    lost: retired.losses.map((loss) => [
      loss.processor,
      loss.cause,
      String(loss.lost),
      text(loss.prevNs),
      text(loss.nextNs),
    ]),
  };
}

/** Reads what {@link retiredJson} made; what is none is {@link NOTHING_RETIRED}. */
export function parseRetired(value: unknown): Retired {
  if (typeof value !== "object" || value === null) return NOTHING_RETIRED;
  const json = value as Record<string, unknown>;
  const segments = Number(toBigint(json.segments));
  if (segments < 1) return NOTHING_RETIRED;
  return {
    segments,
    entries: toBigint(json.entries),
    bytes: toBigint(json.bytes),
    firstIdx: toBigintOrNull(json.first_idx),
    lastIdx: toBigintOrNull(json.last_idx),
    firstNs: toBigintOrNull(json.first_ns),
    lastNs: toBigintOrNull(json.last_ns),
    lastBatch: toBigint(json.last_batch),
    countersNs: toBigint(json.counters_ns),
    counters: toCounters(json.counters),
    losses: toLosses(json.lost),
  };
}

function addLosses(before: readonly RetiredLoss[], more: readonly RetiredLoss[]): RetiredLoss[] {
  const losses = [...before];
  for (const loss of more) {
    const at = losses.findIndex(({ processor, cause }) =>
      processor === loss.processor && cause === loss.cause
    );
    const known = losses[at];
    if (known === undefined) losses.push(loss);
    else losses[at] = { ...known, lost: known.lost + loss.lost, nextNs: loss.nextNs };
  }
  return losses;
}

function least(a: bigint | null, b: bigint | null): bigint | null {
  return a === null || (b !== null && b < a) ? b : a;
}

function most(a: bigint | null, b: bigint | null): bigint | null {
  return a === null || (b !== null && b > a) ? b : a;
}

function toCounters(value: unknown): RingCounters[] {
  if (!Array.isArray(value)) return [];
  return value.filter(Array.isArray).map((ring: unknown[]) =>
    Object.fromEntries(COUNTER_NAMES.map((name, at) => [name, toBigint(ring[at])])) as RingCounters
  );
}

function toLosses(value: unknown): RetiredLoss[] {
  if (!Array.isArray(value)) return [];
  return value.filter(Array.isArray).map(([processor, cause, lost, prevNs, nextNs]: unknown[]) => ({
    processor: Number(toBigint(processor)),
    cause: Number(toBigint(cause)),
    lost: toBigint(lost),
    prevNs: toBigintOrNull(prevNs),
    nextNs: toBigintOrNull(nextNs),
  }));
}

function toBigint(value: unknown): bigint {
  return toBigintOrNull(value) ?? 0n;
}

function toBigintOrNull(value: unknown): bigint | null {
  if (typeof value === "number" && Number.isSafeInteger(value)) return BigInt(value);
  return typeof value === "string" && /^-?\d+$/.test(value) ? BigInt(value) : null;
}
