/**
 * What a comparison is made of: metrics, what each run measured, and the verdicts.
 *
 * Measuring (`metrics/`) makes {@linkcode MeasuredMetric}s, the judge makes a {@linkcode Judgement} of them, and
 * every output shows that. All of it is plain data: a judgement can be kept as JSON and shown later.
 * @module
 */

/**
 * What the values of a metric are.
 *
 * - `quantile`: a quantile over many entries, as of durations; positive, compared as a ratio where it can be
 * - `rate`: events per second, from a count and the time in which it was counted
 * - `ratio`: cases among trials, from 0 to 1, as lost entries among attempts
 * - `count`: a number of things in the whole run
 * - `value`: any other number
 */
export type MetricKind = "quantile" | "rate" | "ratio" | "count" | "value";

/**
 * The smallest shift that matters to the user. With several, a shift has to reach each: 5 % of 40 ns is nobody's
 * regression. `relative` is a fraction of the base (0.05 is 5 %), `absolute` is in the metric's unit, `events` are told by run.
 */
export interface SmallestEffect {
  /** As a fraction of the base. */
  relative?: number;
  /** In the metric's unit. */
  absolute?: number;
  /** Of `rate` and `ratio`: so many events more in a run of the base's length, which is worth less in longer runs. */
  events?: number;
}

/** A metric: its SQL and what its values mean. */
export interface Metric {
  /** Snake case, unique, as its file. */
  name: string;
  /** Words for people, as "99th percentile of durations". */
  title: string;
  /** Of the values, as "ns", "1/s"; empty for pure numbers. */
  unit: string;
  /** What its values are. */
  kind: MetricKind;
  /** Of `quantile`, between 0 and 1. */
  quantile?: number;
  /** `same`: a shift in either direction is a regression. */
  better: "lower" | "higher" | "same";
  /** Smaller shifts are nobody's regression. */
  smallestEffect: SmallestEffect;
  /** Whether it decides the overall verdict. */
  gate: boolean;
  /** Names of the columns that split it, as ["event"]. */
  dimensions: string[];
  /** Path of its SQL. */
  file: string;
}

/** The values of a metric's dimensions by their names; empty when it has none. */
export type Dimension = Readonly<Record<string, string>>;

/** What one run (one capture) measured for one metric and dimension. */
export interface RunMeasure {
  /** The capture's name. */
  run: string;
  /** In the metric's unit; null when the run has nothing to measure it on. */
  value: number | null;
  /** Entries that the value is computed from; the events of a `rate`, the cases of a `ratio`. */
  count: number;
  /** Of a `rate`: the time in which `count` was counted, in ns. */
  exposure?: number;
  /** Of a `ratio`: what `count` is a part of. */
  trials?: number;
  /** Single values in the order of time, thinned evenly to at most 20,000: for the run's own noise. */
  samples?: Float64Array;
  /**
   * The least that the value can have been, whatever the entries held that were lost, filtered or unreadable;
   * equal to `value` where nothing is missing, -Infinity where nothing can be said.
   */
  lowest: number;
  /** The most that the value can have been, likewise; Infinity where nothing can be said. */
  highest: number;
}

/** One metric in one dimension over all runs of both sides: what is judged. */
export interface MeasuredMetric {
  /** The metric. */
  metric: Metric;
  /** The values of its dimensions. */
  dimension: Dimension;
  /** Runs that it is compared with. */
  base: readonly RunMeasure[];
  /** Runs that are judged. */
  candidate: readonly RunMeasure[];
}

/** Something about the captures of the two sides that is not alike, or not whole. */
export interface Difference {
  /** As "ring size", "host", "incomplete capture". */
  what: string;
  /** Of the base, in words. */
  base: string;
  /** Of the candidate, in words. */
  candidate: string;
  /** `blocks`: no verdict is possible; `warns`: it is shown. */
  severity: "blocks" | "warns";
}

/** Whether captures may be compared at all, from their `capture.json`. */
export interface Comparability {
  /** Those that block first. */
  differences: readonly Difference[];
}

/** What the judge was told. */
export interface JudgeSettings {
  /** Chance of a false "regressed" over all gated metrics together, when the sides are equal. */
  falseAlarm: number;
  /** Of each interval's ends: 0.95 means that either end is wrong in at most 5 %. */
  confidence: number;
  /** Labellings that are tried when there are too many to try all. */
  permutations: number;
  /** Resamples for a run's own noise. */
  resamples: number;
  /** Of everything that is drawn: the same captures give the same judgement. */
  seed: number;
}

/** What is said of a metric, and of all together. */
export type Verdict = "improved" | "same" | "regressed" | "inconclusive";

/** Why a metric is inconclusive, for programs; `reason` says it in words. */
export type Obstacle =
  | "blocked"
  | "too-few-runs"
  | "not-measured"
  | "no-smallest-effect"
  | "loss"
  | "not-in-turn"
  | "interval-spans-effect"
  | "not-significant";

/** How one run came out: for the tables and plots. */
export interface RunSummary {
  /** The capture's name. */
  run: string;
  /** In the metric's unit; null where it was not measured. */
  value: number | null;
  /** Entries that the value is computed from. */
  count: number;
  /** As in {@linkcode RunMeasure}. */
  lowest: number;
  /** As in {@linkcode RunMeasure}. */
  highest: number;
  /** The run's own noise, from the block bootstrap, in the metric's unit; null where there are no samples. */
  interval: [low: number, high: number] | null;
}

/** The judgement of one metric in one dimension. */
export interface MetricVerdict {
  /** The metric. */
  metric: Metric;
  /** The values of its dimensions. */
  dimension: Dimension;
  /** The verdict on it alone. */
  verdict: Verdict;
  /** One sentence for people. */
  reason: string;
  /** Only when inconclusive. */
  obstacle?: Obstacle;
  /** Whether it took part in the overall verdict. */
  gated: boolean;
  /**
   * How shifts are told: `relative` as a fraction of the base (0.1 is 10 % more), `absolute` in the metric's unit.
   * Positive is more, whether that is better or worse.
   */
  scale: "relative" | "absolute";
  /** Candidate against base, as far as it was measured; null when it could not be computed. */
  effect: number | null;
  /** Of `effect`, each end at `JudgeSettings.confidence`; null when there are too few runs for one. */
  interval: [low: number, high: number] | null;
  /** `interval` widened by what lost entries could hide; equal to it when nothing is missing. */
  worstCase: [low: number, high: number] | null;
  /** The smallest effect that matters, on the same scale, above 0. */
  smallestEffect: number;
  /** Centres (medians over runs) in the metric's unit. */
  centre: { base: number | null; candidate: number | null };
  /** Chance that a run of the candidate is above one of the base, ties half: 0.5 when alike. */
  superiority: number | null;
  /** Mann–Whitney over the runs' values, two-sided; null without values on both sides. */
  mannWhitney: number | null;
  /** Permutation test towards the decided direction; null when it was not possible. */
  p: number | null;
  /** `p` by Benjamini and Hochberg over the gated metrics (over all, for one that is not gated). */
  pAdjusted: number | null;
  /** Chance that a shift of twice the smallest effect had been found, at the noise of these runs. */
  power?: number;
  /** Runs that it was compared with. */
  base: RunSummary[];
  /** Runs that were judged. */
  candidate: RunSummary[];
}

/** The judgement of a whole comparison. */
export interface Judgement {
  /** The worst of the gated metrics; inconclusive where the sides cannot be compared. */
  verdict: Verdict;
  /** One sentence for people. */
  reason: string;
  /** Gated first, then by what people want to see: regressed, inconclusive, improved, same. */
  metrics: MetricVerdict[];
  /** How the captures differ. */
  comparability: Comparability;
  /** Names of the runs. */
  runs: { base: string[]; candidate: string[] };
  /** What the judge was told. */
  settings: JudgeSettings;
}
