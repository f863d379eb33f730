/**
 * The clock of a ring set as its reader can read it.
 * @module
 */
import type { ClockAnchor } from "./newest_anchor.ts";

/** Anchors that disagree by more are of another machine or another boot. */
const foreignNs = 10e9;
/** A rate that was measured in 10 ms may be off by 100 ppm after days. */
const rateError = 1e-4;

/** The clock that the writers of a ring set read. */
export interface ReaderClock {
  /** Now, in the ticks of the entries. */
  read(): bigint;
}

/**
 * Whether ticks of here and now say nothing about the entries of a ring set.
 *
 * @param written What the producer wrote down.
 * @param now This machine's clock of the same kind, and the unix time of that moment.
 */
export function isClockForeign(written: ClockAnchor, now: { ticks: bigint; unixNs: bigint }): boolean {
  const elapsedNs = Number(now.ticks - written.ticks) * 1e9 / Number(written.ticksPerSecond);
  const wallNs = Number(now.unixNs - written.unixNs);
  return elapsedNs < 0 || Math.abs(elapsedNs - wallNs) > foreignNs + rateError * wallNs;
}
