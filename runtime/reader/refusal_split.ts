/**
 * Why attempts in a hole were refused, as far as the producer's counters can tell.
 * @module
 */

/** The producer's counts of refusals by cause, since its ring was made. */
export interface Refusals {
  readonly full: bigint;
  readonly tooBig: bigint;
  /** Not refused but lost before they came to this ring: in another log that the producer passes on. */
  readonly missed: bigint;
}

/** Attempts of one hole by cause. */
export interface RefusedByCause {
  readonly lost_full: bigint;
  readonly too_big: bigint;
  /** What was missed: overwritten where it came from. */
  readonly overwritten: bigint;
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
  #missed = 0n;
  /** Refusals met that may be of any kind. */
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
    const missed = now.missed - this.#missed;
    const result = { lost_full: 0n, too_big: 0n, overwritten: 0n, mixed: 0n };
    // At most `tooBig` of them were too big and `missed` were missed, so the rest met a full ring; and so on around. Counters that do
    // not even cover what was met tell nothing.
    if (full + tooBig + missed >= count + this.#either) {
      result.lost_full = above(count, tooBig + missed);
      result.too_big = above(count, full + missed);
      result.overwritten = above(count, full + tooBig);
    }
    result.mixed = count - result.lost_full - result.too_big - result.overwritten;
    this.#full += result.lost_full;
    this.#tooBig += result.too_big;
    this.#missed += result.overwritten;
    this.#either += result.mixed;
    this.#settle(now);
    return result;
  }

  /**
   * Of `count` attempts that a reader was too late for, how many may have been refused: no more than the counters say. The rest was
   * overwritten, as was what the producer missed.
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
    if (this.#either !== now.full - this.#full + now.tooBig - this.#tooBig + now.missed - this.#missed) {
      return;
    }
    this.#full = now.full;
    this.#tooBig = now.tooBig;
    this.#missed = now.missed;
    this.#either = 0n;
  }
}

/** By how much `amount` is more than `limit`. */
function above(amount: bigint, limit: bigint): bigint {
  return amount > limit ? amount - limit : 0n;
}
