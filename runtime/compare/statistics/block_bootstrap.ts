/**
 * The noise of a mean of values that depend on their neighbours.
 * @module
 */
import { blockLength } from "./block_length.ts";
import type { Random } from "./random.ts";

/**
 * Blocks of a resample at most. Longer blocks than the autocorrelation needs cost nothing as long as they are many, and a
 * resample is as fast as its blocks are few.
 */
const BLOCKS_MOST = 100;

/**
 * Means of resamples of a series, growing. Each resample is made of blocks that begin anywhere and go round at the
 * end, so that every value is as likely: the circular block bootstrap, Politis and Romano, in Exploring the Limits of
 * Bootstrap (1992), 263–270. The block length comes from the series' autocorrelation.
 */
export function resampledMeans(series: Float64Array, resamples: number, random: Random): Float64Array {
  const n = series.length;
  const length = Math.max(blockLength(series), Math.ceil(n / BLOCKS_MOST));
  // Sums up to each place of the series and its beginning once more: a block's sum is one subtraction.
  const sums = new Float64Array(n + length + 1);
  for (let k = 0; k < n + length; k++) sums[k + 1] = sums[k]! + series[k % n]!;
  const whole = Math.floor(n / length);
  const rest = n - whole * length;
  const means = new Float64Array(resamples);
  for (let resample = 0; resample < resamples; resample++) {
    let sum = 0;
    for (let block = 0; block < whole; block++) {
      const start = random.below(n);
      sum += sums[start + length]! - sums[start]!;
    }
    if (rest > 0) {
      const start = random.below(n);
      sum += sums[start + rest]! - sums[start]!;
    }
    means[resample] = sum / n;
  }
  return means.sort();
}
