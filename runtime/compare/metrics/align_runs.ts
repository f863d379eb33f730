/**
 * Puts what the runs of both sides measured side by side: each metric in each dimension that one of them has.
 *
 * @module
 */
import type { Dimension, MeasuredMetric, RunMeasure } from "../judge/types.ts";
import type { MeasuredRun } from "./measure_capture.ts";
import { dimensionKey } from "./measured_rows.ts";
import type { MetricFile } from "./parse_metric.ts";

/** More would leave each of them too little evidence, and nobody reads them. */
export const DIMENSIONS_MAX = 200;

/** Something that is not judged, and why. */
export interface LeftOut {
  /** Name of the metric. */
  readonly metric: string;
  /** Null: all of it. */
  readonly dimension: Dimension | null;
  /** One sentence for people. */
  readonly reason: string;
}

/** What there is to judge. */
export interface AlignedRuns {
  readonly measured: readonly MeasuredMetric[];
  readonly leftOut: readonly LeftOut[];
}

/** Aligns the runs of two sides; all of them were measured by the same metrics. */
export function alignRuns(
  files: readonly MetricFile[],
  base: readonly MeasuredRun[],
  candidate: readonly MeasuredRun[],
): AlignedRuns {
  const measured: MeasuredMetric[] = [];
  const leftOut: LeftOut[] = [];
  for (const file of files) {
    const { metric } = file;
    const runs = [...base, ...candidate];
    const found = listDimensions(file, runs);
    if (found.length === 0) {
      leftOut.push({ metric: metric.name, dimension: null, reason: "no run has any of it" });
    }
    const kept = found.slice(0, DIMENSIONS_MAX);
    if (kept.length < found.length) {
      const reason =
        `${found.length - kept.length} of its ${found.length} dimensions, those with the fewest entries: ` +
        `at most ${DIMENSIONS_MAX} are judged`;
      leftOut.push({ metric: metric.name, dimension: null, reason });
    }
    for (const dimension of kept) {
      const pick = (run: MeasuredRun) => measureOf(file, dimension, run);
      if (runs.every((run) => pick(run).value === null)) {
        leftOut.push({ metric: metric.name, dimension, reason: "no run has anything to measure it on" });
      } else if (runs.some((run) => hasEnough(file, pick(run), run))) {
        measured.push({ metric, dimension, base: base.map(pick), candidate: candidate.map(pick) });
      } else {
        const most = Math.max(...runs.map((run) => pick(run).count));
        const reason = `it needs ${file.atLeast} in a run, and no run has more than ${most}`;
        leftOut.push({ metric: metric.name, dimension, reason });
      }
    }
  }
  return { measured, leftOut };
}

/** Whether a run says enough, or would if it had not lost what it lost. */
function hasEnough(file: MetricFile, { count }: RunMeasure, { hidden }: MeasuredRun): boolean {
  return file.atLeast <= 1 || count + (file.loss === "counted" ? 0 : hidden) >= file.atLeast;
}

/** Every dimension that a run has, the most frequent first. */
function listDimensions({ metric }: MetricFile, runs: readonly MeasuredRun[]): Dimension[] {
  const found = new Map<string, { dimension: Dimension; count: number }>();
  for (const { measures } of runs) {
    for (const { dimension, measure } of measures.get(metric.name)?.dimensions ?? []) {
      const key = dimensionKey(metric, dimension);
      const count = (found.get(key)?.count ?? 0) + measure.count;
      found.set(key, { dimension, count });
    }
  }
  return [...found]
    .sort(([keyA, a], [keyB, b]) => b.count - a.count || (keyA < keyB ? -1 : 1))
    .map(([, { dimension }]) => dimension);
}

function measureOf({ metric }: MetricFile, dimension: Dimension, run: MeasuredRun): RunMeasure {
  const measured = run.measures.get(metric.name);
  if (measured === undefined) throw new TypeError(`the run ${run.run} was not measured by ${metric.name}`);
  const key = dimensionKey(metric, dimension);
  return measured.dimensions.find((one) => dimensionKey(metric, one.dimension) === key)?.measure ??
    measured.nothing;
}
