/**
 * The shift between the sides of a metric, with what runs, chance and losses leave open.
 * @module
 */
import { mean } from "simple-statistics";
import { normalQuantile } from "../statistics/distributions.ts";
import {
  dispersion,
  type EventCount,
  type Rate,
  rateDifference,
  rateInterval,
} from "../statistics/event_rates.ts";
import { type Shift, shiftInterval } from "../statistics/shift_interval.ts";
import { eventCountOf, fewEvents, isFew } from "./event_count.ts";
import { absoluteScale, effectInUnit, type Scale, scaleOf, valuesOf } from "./scale.ts";
import type { JudgeSettings, MeasuredMetric, Metric, RunMeasure } from "./types.ts";

/** How far a shift may reach: of its estimate and of its interval, the least and the most. One point has one estimate. */
export interface Reach {
  low: number;
  leastEstimate: number;
  mostEstimate: number;
  high: number;
}

/** A shift on a scale, growing with the value. */
export interface SideShift {
  scale: Scale;
  /** As measured. */
  measured: Shift;
  /** With every loss at its worst, in either direction; that of `measured` where nothing is missing. */
  worst: Reach;
  /** How far each end is from the estimate by the runs' own noise alone; 0 where that is not known. */
  ownReach: number;
}

/** One place of the box in which lost entries leave each run's value. */
type Corner = "value" | "lowest" | "highest";

/** Own noise of each run of a side, in the metric's unit; null where unknown. */
export type OwnIntervals = readonly ([low: number, high: number] | null)[];

/**
 * The shift between runs that were all measured, at least one a side. Rank intervals and bounds of rates grow with each
 * run's value, so that two corners of the box give its worst ends exactly.
 */
export function shiftOfSides(
  measured: MeasuredMetric,
  own: { base: OwnIntervals; candidate: OwnIntervals },
  settings: JudgeSettings,
): SideShift {
  const { metric, base, candidate } = measured;
  const counts = fewEvents(metric, [base, candidate]);
  const scale = counts === null
    ? scaleOf(measured)
    : absoluteScale(effectInUnit(metric, base), mean(valuesOf(base)));
  const variance = ownVariance(metric, scale, base, own.base, settings) +
    ownVariance(metric, scale, candidate, own.candidate, settings);
  const ownReach = normalQuantile(settings.confidence) * Math.sqrt(variance);
  const shift = (baseAt: Corner, candidateAt: Corner): Shift => {
    if (counts !== null) return countedShift(metric, [base, candidate], [baseAt, candidateAt], settings);
    const at = (runs: readonly RunMeasure[], corner: Corner) =>
      runs.map((run) => scale.transform(run[corner] ?? NaN));
    return widen(rankedShift(metric, at(base, baseAt), at(candidate, candidateAt), settings), ownReach);
  };
  const found = shift("value", "value");
  return { scale, measured: found, worst: worstReach(measured, found, shift), ownReach };
}

function worstReach(
  { base, candidate }: MeasuredMetric,
  found: Shift,
  shift: (baseAt: Corner, candidateAt: Corner) => Shift,
): Reach {
  const isOpened = [...base, ...candidate].some(isOpen);
  const least = isOpened ? shift("highest", "lowest") : found;
  const most = isOpened ? shift("lowest", "highest") : found;
  return {
    low: Math.min(found.low, least.low),
    leastEstimate: Math.min(found.estimate, least.estimate),
    mostEstimate: Math.max(found.estimate, most.estimate),
    high: Math.max(found.high, most.high),
  };
}

/** Whether something is missing in a run that could have changed its value. */
export function isOpen({ value, lowest, highest }: RunMeasure): boolean {
  return value !== null && (lowest !== value || highest !== value);
}

/**
 * What disturbs a run makes it worse, hardly ever better. With Savage's scores the worst ranks weigh least; where a
 * shift in either direction is worse, plain ranks fit.
 */
function rankedShift(
  { better }: Metric,
  base: readonly number[],
  candidate: readonly number[],
  { confidence }: JudgeSettings,
): Shift {
  if (better === "same") return shiftInterval(base, candidate, confidence, "wilcoxon");
  if (better === "lower") return shiftInterval(base, candidate, confidence, "savage");
  const negated = (values: readonly number[]) => values.map((value) => -value);
  const { estimate, low, high } = shiftInterval(negated(base), negated(candidate), confidence, "savage");
  return { estimate: -estimate, low: -high, high: -low };
}

/**
 * The variance of a side's mean by its runs' own noise, on the scale; a run counts as 0 when its noise is not known. Samples
 * are thinned; all entries together are the surer for their number, at best: this is a least noise, not a likely one. Few events that
 * come to the same number in every run are no game of chance.
 */
function ownVariance(
  metric: Metric,
  scale: Scale,
  runs: readonly RunMeasure[],
  own: OwnIntervals,
  { confidence }: JudgeSettings,
): number {
  const variances = runs.map((run, place) => {
    const interval = own[place] ?? null;
    if (interval === null || isFew(metric, run)) return 0;
    const width = scale.transform(interval[1]) - scale.transform(interval[0]);
    const kept = run.samples === undefined ? 1 : Math.min(1, run.samples.length / Math.max(1, run.count));
    return (width / 2 / normalQuantile(confidence)) ** 2 * kept;
  });
  const variance = mean(variances) / variances.length;
  return Number.isFinite(variance) ? variance : 0;
}

/**
 * Few runs can lie close together by chance: an interval is never narrower than what each run's own noise makes of it.
 */
function widen({ estimate, low, high }: Shift, least: number): Shift {
  return { estimate, low: Math.min(low, estimate - least), high: Math.max(high, estimate + least) };
}

/** Without a bound on the events that were lost there is none on the rate, and one run a side tells no dispersion. */
function countedShift(
  metric: Metric,
  sides: readonly (readonly RunMeasure[])[],
  corners: readonly Corner[],
  { confidence }: JudgeSettings,
): Shift {
  const measured = sides.map((runs) => runs.map((run) => countAt(metric, run, "value")));
  const cornered = sides.map((runs, side) =>
    runs.map((run) => countAt(metric, run, corners[side] ?? "value"))
  );
  const degrees = sides.flat().length - sides.length;
  const rates = (counts: EventCount[][], over: number) =>
    counts.map((side) => rateInterval(side, over, degrees, confidence)) as [Rate, Rate];
  if (degrees === 0 || cornered.flat().some(({ events }) => !Number.isFinite(events))) {
    return { estimate: rateDifference(...rates(measured, 1)).estimate, low: -Infinity, high: Infinity };
  }
  // At a corner the runs may lie closer together than they were measured; that makes nothing surer.
  const over = Math.max(dispersion(measured), dispersion(cornered));
  return rateDifference(...rates(cornered, over));
}

function countAt(metric: Metric, run: RunMeasure, corner: Corner): EventCount {
  const count = eventCountOf(metric, run) ?? { events: NaN, exposure: 1 };
  return corner === "value" ? count : { ...count, events: Math.max(0, run[corner] * count.exposure) };
}
