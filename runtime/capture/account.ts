/**
 * The account of a recording: every attempt to log is read, discarded, lost or pending.
 * @module
 */
import type { RingCounters } from "../ffi/structs.ts";
import type { ProcessorResult, RingTotals } from "./record_types.ts";

/** Attempts that are lost, by every cause. */
export function lostOf(ring: RingCounters): bigint {
  return ring.lost_full + ring.overwritten + ring.too_big + ring.abandoned + ring.corrupt + ring.unstored +
    ring.mixed;
}

/** Entries that have to be in the folder: what the filter kept back is read, and no row. */
export function rowsOf(rings: readonly RingCounters[]): bigint {
  return rings.reduce((sum, { read, filtered }) => sum + read - filtered, 0n);
}

/**
 * Whether attempts = read + discarded + lost + pending. The terms come from different places (the reserve word, the
 * reader, holes), so that this can fail.
 */
export function isBalanced(ring: RingCounters): boolean {
  return ring.attempts === ring.read + ring.discarded + lostOf(ring) + ring.pending;
}

/** The sum over rings. */
export function totalsOf(rings: readonly RingCounters[]): RingTotals {
  const sum = (value: (ring: RingCounters) => bigint) =>
    Number(rings.reduce((all, ring) => all + value(ring), 0n));
  return {
    attempts: sum((ring) => ring.attempts),
    read: sum((ring) => ring.read),
    discarded: sum((ring) => ring.discarded),
    lost: sum(lostOf),
    lost_full: sum((ring) => ring.lost_full),
    overwritten: sum((ring) => ring.overwritten),
    too_big: sum((ring) => ring.too_big),
    abandoned: sum((ring) => ring.abandoned),
    corrupt: sum((ring) => ring.corrupt),
    unstored: sum((ring) => ring.unstored),
    pending: sum((ring) => ring.pending),
    filtered: sum((ring) => ring.filtered),
    mixed: sum((ring) => ring.mixed),
    wraps: sum((ring) => ring.wraps),
    late: sum((ring) => ring.late),
    stalled: sum((ring) => ring.stalled),
  };
}

/** The account of each ring, by processor number. */
export function processorResults(rings: readonly RingCounters[], seconds: number): ProcessorResult[] {
  return rings
    .map((ring) => ({
      processor: Number(ring.processor),
      ...totalsOf([ring]),
      rate: seconds > 0 ? Number(ring.read) / seconds : 0,
    }))
    .sort((a, b) => a.processor - b.processor);
}

/** One line for each ring whose account does not add up. */
export function imbalances(rings: readonly RingCounters[]): string[] {
  return rings.filter((ring) => !isBalanced(ring)).map((ring) =>
    `processor ${ring.processor} does not add up: ${ring.attempts} attempts, but ${ring.read} read + ` +
    `${ring.discarded} discarded + ${lostOf(ring)} lost + ${ring.pending} pending`
  );
}
