/**
 * How far a quantile of one run lies from that of another, and what the noise within the two runs allows.
 *
 * @module
 */
import { quantileSorted } from "simple-statistics";
import { quantileInterval } from "../../compare/statistics/quantile_noise.ts";
import { Random } from "../../compare/statistics/random.ts";

/** Of both ends together 95 %. */
const CONFIDENCE = 0.975;
const RESAMPLES = 1000;
/** The same captures give the same page. */
const SEED = 1;

/** Values of both sides, and the candidate against the base as a fraction of it. */
export interface QuantileShift {
  readonly from: number;
  readonly to: number;
  /** Null where the base is 0. */
  readonly effect: number | null;
  /** Null where there are too few values beyond the quantile. */
  readonly interval: readonly [number, number] | null;
}

/**
 * The shift, of values in the order in which they came. The intervals of both sides, by blocks of neighbours, become that of their ratio as in
 * Zou and Donner, Statistics in Medicine 27 (2008), 1693–1702 (MOVER), on the logarithms.
 */
export function quantileShift(base: Float64Array, candidate: Float64Array, quantile: number): QuantileShift {
  const from = quantileOf(base, quantile), to = quantileOf(candidate, quantile);
  if (!(from > 0 && to > 0)) return { from, to, effect: from > 0 ? to / from - 1 : null, interval: null };
  const of = (values: Float64Array) =>
    quantileInterval(values, quantile, CONFIDENCE, RESAMPLES, new Random(SEED));
  const first = of(base), second = of(candidate);
  const isUsable = first !== null && second !== null && first[0] > 0 && second[0] > 0;
  return { from, to, effect: to / from - 1, interval: isUsable ? ratioOf(from, first, to, second) : null };
}

function ratioOf(
  from: number,
  [fromLow, fromHigh]: [number, number],
  to: number,
  [toLow, toHigh]: [number, number],
): [number, number] {
  const shift = Math.log(to / from);
  const down = Math.hypot(Math.log(to / toLow), Math.log(fromHigh / from));
  const up = Math.hypot(Math.log(toHigh / to), Math.log(from / fromLow));
  return [Math.exp(shift - down) - 1, Math.exp(shift + up) - 1];
}

function quantileOf(values: Float64Array, quantile: number): number {
  return values.length === 0 ? NaN : quantileSorted([...values].sort((a, b) => a - b), quantile);
}
