/**
 * How far one sample is shifted against another, with an interval that assumes no distribution.
 * @module
 */
import { median } from "simple-statistics";
import { criticalSum, type ScoreName, scoresOf } from "./rank_scores.ts";

/** A shift of the second sample against the first. */
export interface Shift {
  /** Hodges–Lehmann: the median of all differences of pairs. */
  estimate: number;
  /** Each end is wrong with a chance of at most 1 − confidence; infinite where there are too few values. */
  low: number;
  high: number;
}

/** Labellings that are counted at most for a critical value. */
const LABELLINGS_MOST = 200_000;

/**
 * The shift from `first` to `second` and the values that a rank test, at this confidence, does not reject: Hodges and
 * Lehmann, Annals of Mathematical Statistics 34 (1963), 598–611. It holds for any distribution that both share, and
 * for ties within a sample.
 *
 * @throws {RangeError} A sample is empty.
 */
export function shiftInterval(
  first: readonly number[],
  second: readonly number[],
  confidence: number,
  score: ScoreName,
): Shift {
  if (first.length === 0 || second.length === 0) {
    throw new RangeError("estimate a shift between two samples: one of them is empty");
  }
  const differences = pairDifferences(first, second);
  const high = upperBound(first, second, differences, confidence, score);
  const low = -upperBound(
    second,
    first,
    differences.map((difference) => -difference).reverse(),
    confidence,
    score,
  );
  return { estimate: median(Array.from(differences)), low, high };
}

/** second − first for every pair, growing. */
function pairDifferences(first: readonly number[], second: readonly number[]): Float64Array {
  const differences = new Float64Array(first.length * second.length);
  let place = 0;
  for (const b of second) for (const a of first) differences[place++] = b - a;
  return differences.sort();
}

/**
 * The least shift above which every larger one is rejected. Between two neighbours among the differences the order of
 * the values, and so the test, stays the same; so one place in each such gap is tried, by bisection.
 */
function upperBound(
  first: readonly number[],
  second: readonly number[],
  differences: Float64Array,
  confidence: number,
  score: ScoreName,
): number {
  const critical = criticalSum(score, first.length, second.length, 1 - confidence, LABELLINGS_MOST);
  if (critical === -Infinity) return Infinity;
  const scores = scoresOf(score, first.length + second.length);
  const a = Float64Array.from(first).sort();
  const b = Float64Array.from(second).sort();
  let [low, high] = [0, differences.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sumJustAbove(a, b, differences[middle]!, scores) <= critical) high = middle;
    else low = middle + 1;
  }
  return differences[low]!;
}

/** The sum of the scores of b − shift among a, for a shift just above the given one: where equal, b comes first. */
function sumJustAbove(a: Float64Array, b: Float64Array, shift: number, scores: Float64Array): number {
  let sum = 0;
  let below = 0;
  for (let k = 0; k < b.length; k++) {
    while (below < a.length && b[k]! - a[below]! > shift) below++;
    sum += scores[below + k]!;
  }
  return sum;
}
