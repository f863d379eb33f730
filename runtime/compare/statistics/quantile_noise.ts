/**
 * How exactly one run knows its own quantile.
 * @module
 */
import { mean, quantileSorted } from "simple-statistics";
import { resampledMeans } from "./block_bootstrap.ts";
import type { Random } from "./random.ts";

/**
 * An interval for a quantile of a series whose values depend on each other, each end at `confidence`: the share of
 * values at or below the quantile is resampled in blocks, and its interval carried over to the values by their order,
 * as in Woodruff, Journal of the American Statistical Association 47 (1952), 635–646. Null when there are too few values
 * beyond the quantile for an end.
 */
export function quantileInterval(
  series: Float64Array,
  quantile: number,
  confidence: number,
  resamples: number,
  random: Random,
): [low: number, high: number] | null {
  if (series.length < 2) return null;
  const sorted = series.slice().sort();
  const centre = quantileOf(sorted, quantile);
  const below = series.map((value) => value <= centre ? 1 : 0);
  const share = mean(below as unknown as number[]);
  const shares = resampledMeans(below, resamples, random);
  const least = quantile + quantileOf(shares, 1 - confidence) - share;
  const most = quantile + quantileOf(shares, confidence) - share;
  if (least <= 0 || most >= 1) return null;
  return [quantileOf(sorted, least), quantileOf(sorted, most)];
}

/** An interval for the mean of such a series, likewise. */
export function meanInterval(
  series: Float64Array,
  confidence: number,
  resamples: number,
  random: Random,
): [low: number, high: number] | null {
  if (series.length < 2) return null;
  const means = resampledMeans(series, resamples, random);
  return [quantileOf(means, 1 - confidence), quantileOf(means, confidence)];
}

/** Of values that grow, as the value at that place among them. */
function quantileOf(sorted: Float64Array, quantile: number): number {
  return quantileSorted(sorted as unknown as number[], quantile);
}
