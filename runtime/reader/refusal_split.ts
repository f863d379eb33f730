/**
 * Why attempts in a hole were refused, as far as the producer's two counters can tell.
 * @module
 */

/** The producer's counts of refusals by cause, since its ring was made. */
export interface Refusals {
  readonly full: bigint;
  readonly tooBig: bigint;
}

/** Attempts of one hole by cause. */
export interface RefusedByCause {
  readonly lost_full: bigint;
  readonly too_big: bigint;
  readonly mixed: bigint;
}

/**
 * Splits holes by cause. The producer counts a refusal before its attempt number shows, so the counters are never behind
 * the holes; they may be ahead by refusals that the reader has not met yet.
 */
export class RefusalSplit {
  /** Refusals that are told apart and done with. */
  #full = 0n;
  #tooBig = 0n;
  /** Refusals met that may be of either kind. */
  #either: bigint;

  /**
   * @param met Refusals that an earlier reader has met; which ones they were is not known.
   * @param now The counters as this reader finds them.
   */
  constructor(met: bigint, now: Refusals) {
    this.#either = met;
    this.#settle(now);
  }

  /** The causes of `count` more refusals, given the counters as loaded after these were seen. */
  split(count: bigint, now: Refusals): RefusedByCause {
    const full = now.full - this.#full;
    const tooBig = now.tooBig - this.#tooBig;
    const result = { lost_full: 0n, too_big: 0n, mixed: 0n };
    // At most `tooBig` of them were too big, so the rest met a full ring, and the other way round. Counters that do not even
    // cover what was met tell nothing.
    if (full + tooBig >= count + this.#either) {
      result.lost_full = count > tooBig ? count - tooBig : 0n;
      result.too_big = count > full ? count - full : 0n;
    }
    result.mixed = count - result.lost_full - result.too_big;
    this.#full += result.lost_full;
    this.#tooBig += result.too_big;
    this.#either += result.mixed;
    this.#settle(now);
    return result;
  }

  /**
   * Of `count` attempts that a reader was too late for, how many may have been refused: no more than the counters say. The rest was
   * overwritten.
   */
  boundRefused(count: bigint, now: Refusals): bigint {
    const met = now.full - this.#full + now.tooBig - this.#tooBig - this.#either;
    const refused = met <= 0n ? 0n : met < count ? met : count;
    this.#either += refused;
    this.#settle(now);
    return refused;
  }

  /** When everything that was counted has been met, the past says nothing about what comes next. */
  #settle(now: Refusals): void {
    if (this.#either !== now.full - this.#full + now.tooBig - this.#tooBig) return;
    this.#full = now.full;
    this.#tooBig = now.tooBig;
    this.#either = 0n;
  }
}
