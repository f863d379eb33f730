/**
 * What one run alone can tell of its value.
 * @module
 */
import { rateInterval } from "../statistics/event_rates.ts";
import { meanInterval, quantileInterval } from "../statistics/quantile_noise.ts";
import { Random } from "../statistics/random.ts";
import { eventCountOf } from "./event_count.ts";
import type { JudgeSettings, Metric, RunMeasure } from "./types.ts";

/**
 * The interval of a run's own value, each end at the settings' confidence: the block bootstrap of its samples, whose
 * mean is meant where the metric is no quantile, or the bounds of its count. Null when there is nothing to tell it by.
 */
export function ownInterval(
  metric: Metric,
  run: RunMeasure,
  { confidence, resamples, seed }: JudgeSettings,
): [low: number, high: number] | null {
  if (run.value === null) return null;
  const counted = eventCountOf(metric, run);
  if (counted !== null) {
    const { low, high } = rateInterval([counted], 1, 1, confidence);
    return [low, high];
  }
  if (run.samples === undefined) return null;
  // The same samples have the same noise, whatever is judged beside them.
  const random = new Random(seed);
  const quantile = metric.kind === "quantile" ? metric.quantile : undefined;
  const interval = quantile === undefined
    ? meanInterval(run.samples, confidence, resamples, random)
    : quantileInterval(run.samples, quantile, confidence, resamples, random);
  if (interval === null) return null;
  // The samples are thinned and the value is not: their noise is carried over to it.
  return [Math.min(interval[0], run.value), Math.max(interval[1], run.value)];
}
