/**
 * The worst cases of a value when entries are missing: what it would be if all of them were at one end, or at the other.
 *
 * @module
 */

/** Ranks from 1 in ascending order; null where the rank falls among the missing ones, so that nothing is known. */
export interface QuantileRanks {
  /** Of the quantile itself. */
  readonly value: number;
  readonly lowest: number | null;
  readonly highest: number | null;
}

/**
 * Which of `count` sorted values is the quantile (nearest rank: the least value with at least `part` of all at or below it), and
 * which would be if `hidden` more values were all below or all above them, and `dubious` of those that are there were none.
 *
 * Every true value that is missing or made false moves the rank by at most one, and each of the extremes is reached where all of
 * them lie at one end: then the quantile of the `count - dubious + hidden` true values is found by its rank among the known ones.
 */
export function quantileRanks(part: number, count: number, hidden: number, dubious = 0): QuantileRanks {
  const value = rankOf(part, count);
  if (hidden === Infinity) return { value, lowest: null, highest: null };
  const known = count - Math.min(dubious, count);
  const rank = rankOf(part, known + hidden);
  return {
    value,
    // The dubious ones are taken for the largest, and the hidden ones lie before the known ones.
    lowest: rank > hidden ? rank - hidden : null,
    // The dubious ones are taken for the smallest, and the hidden ones lie behind.
    highest: rank <= known && known > 0 ? rank + count - known : null,
  };
}

/** Of the nearest rank; a little is taken off, because 0.99 * 100 may come out above 99. */
function rankOf(part: number, count: number): number {
  return Math.min(Math.max(Math.ceil(part * count - 1e-9), 1), Math.max(count, 1));
}

/** What a measured number can have been. */
export interface Bounds {
  readonly lowest: number;
  readonly highest: number;
}

/** A number of cases when each hidden entry may be one more. */
export function countBounds(count: number, hidden: number): Bounds {
  return { lowest: count, highest: count + hidden };
}

/**
 * A share when each hidden entry may be one more case. Whether it is among the trials already is not known (attempts count what
 * is lost, rows do not), so each end takes what is worse.
 */
export function ratioBounds(count: number, trials: number, hidden: number): Bounds {
  if (hidden === Infinity) return { lowest: 0, highest: 1 };
  return { lowest: count / (trials + hidden), highest: Math.min(1, (count + hidden) / trials) };
}
