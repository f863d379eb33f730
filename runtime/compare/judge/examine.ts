/**
 * Everything about one metric that can be told without the others.
 * @module
 */
import { median } from "simple-statistics";
import { normalProbability } from "../statistics/distributions.ts";
import { mannWhitney } from "../statistics/mann_whitney.ts";
import { ownInterval } from "./run_noise.ts";
import { valuesOf } from "./scale.ts";
import { type OwnIntervals, shiftOfSides, type SideShift } from "./shift_of_sides.ts";
import type { Tested } from "./significance.ts";
import type { JudgeSettings, MeasuredMetric, MetricVerdict, RunMeasure, RunSummary } from "./types.ts";

/** The runs of a metric that measured it, and what they say; `shift` is null when a side has none. */
export interface Examined {
  measured: MeasuredMetric;
  /** Only runs with a value. */
  base: readonly RunMeasure[];
  candidate: readonly RunMeasure[];
  shift: SideShift | null;
  /** What the verdict says beside its decision. */
  facts: Pick<
    MetricVerdict,
    | "scale"
    | "effect"
    | "interval"
    | "worstCase"
    | "smallestEffect"
    | "centre"
    | "superiority"
    | "mannWhitney"
    | "base"
    | "candidate"
  >;
}

/** Looks at one metric. */
export function examine(measured: MeasuredMetric, settings: JudgeSettings): Examined {
  const { metric } = measured;
  const own = (runs: readonly RunMeasure[]): OwnIntervals =>
    runs.map((run) => ownInterval(metric, run, settings));
  const [ownBase, ownCandidate] = [own(measured.base), own(measured.candidate)];
  const isKnown = ({ value }: RunMeasure) => value !== null;
  const known = {
    base: measured.base.filter(isKnown),
    candidate: measured.candidate.filter(isKnown),
  };
  const shift = known.base.length === 0 || known.candidate.length === 0 ? null : shiftOfSides(
    { ...measured, ...known },
    {
      base: ownBase.filter((_, place) => measured.base[place]?.value !== null),
      candidate: ownCandidate.filter((_, place) => measured.candidate[place]?.value !== null),
    },
    settings,
  );
  const values = { base: valuesOf(known.base), candidate: valuesOf(known.candidate) };
  const ranks = shift === null ? null : mannWhitney(values.candidate, values.base);
  return {
    measured,
    ...known,
    shift,
    facts: {
      scale: shift?.scale.name ?? "absolute",
      effect: shift === null ? null : shift.scale.effectOf(shift.measured.estimate),
      interval: shift === null ? null : shownInterval(shift, shift.measured),
      worstCase: shift === null ? null : shownInterval(shift, shift.worst),
      smallestEffect: shift?.scale.smallestEffect ?? 0,
      centre: { base: centreOf(values.base), candidate: centreOf(values.candidate) },
      superiority: ranks?.superiority ?? null,
      mannWhitney: ranks?.p ?? null,
      base: summaries(measured.base, ownBase),
      candidate: summaries(measured.candidate, ownCandidate),
    },
  };
}

/** Where there are too few runs for an interval, the runs' own noise gives one to look at; no verdict is built on it. */
function shownInterval(
  { scale, measured, ownReach }: SideShift,
  { low, high }: { low: number; high: number },
): [number, number] | null {
  if (low !== -Infinity || high !== Infinity) return [scale.effectOf(low), scale.effectOf(high)];
  if (ownReach === 0 || Number.isNaN(measured.estimate)) return null;
  return [scale.effectOf(measured.estimate - ownReach), scale.effectOf(measured.estimate + ownReach)];
}

function centreOf(values: number[]): number | null {
  return values.length === 0 ? null : median(values);
}

function summaries(runs: readonly RunMeasure[], own: OwnIntervals): RunSummary[] {
  return runs.map(({ run, value, count, lowest, highest }, place) => ({
    run,
    value,
    count,
    lowest,
    highest,
    interval: own[place] ?? null,
  }));
}

/**
 * What the permutation test looks at to find the shift in one direction (1: the value grows): each run at that end of what
 * losses allow which speaks most against it. Null when losses leave an end open or nothing was measured.
 */
export function testedFor({ measured, base, candidate, shift }: Examined, direction: 1 | -1): Tested | null {
  if (shift === null) return null;
  const { scale } = shift;
  const { better } = measured.metric;
  const turned = (value: number) => direction * scale.transform(value);
  const against = direction === 1
    ? { base: base.map((run) => turned(run.highest)), candidate: candidate.map((run) => turned(run.lowest)) }
    : { base: base.map((run) => turned(run.lowest)), candidate: candidate.map((run) => turned(run.highest)) };
  // Zeros have no logarithm; the scale is relative only where no value is 0, but a loss may reach down to it.
  if (![...against.base, ...against.candidate].every(Number.isFinite)) return null;
  return {
    ...against,
    smallestShift: scale.smallestShift,
    twoSided: better === "same",
    disturbed: better === "same"
      ? "neither"
      : (better === "lower") === (direction === 1)
      ? "highest"
      : "lowest",
  };
}

/** The direction in which a metric gets worse; where either is worse, the one in which it went. */
export function worseDirection({ measured, shift }: Examined): 1 | -1 {
  const { better } = measured.metric;
  if (better !== "same") return better === "lower" ? 1 : -1;
  return (shift?.measured.estimate ?? 0) >= 0 ? 1 : -1;
}

/**
 * The chance that a shift of twice the smallest effect had been found: that its estimate is beyond the smallest effect and the
 * near end beyond half of it, the estimate being normal with a noise that the interval's width tells. For advice only.
 */
export function powerOf({ shift }: Examined): number | undefined {
  if (shift === null) return undefined;
  const { measured: { low, high }, scale: { smallestShift } } = shift;
  const reach = (high - low) / 2;
  if (!Number.isFinite(reach) || smallestShift === 0) return undefined;
  if (reach === 0) return 1;
  return normalProbability(Math.min(smallestShift, 1.5 * smallestShift - reach) / (reach / REACH_ERRORS));
}

/** Standard errors of a Hodges–Lehmann estimate in its interval's half width, five normal runs a side: the mean of draws. */
const REACH_ERRORS = 1.9;
