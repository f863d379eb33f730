/**
 * Measures for tests of the judge.
 * @module
 */
import type { MeasuredMetric, Metric, RunMeasure } from "./types.ts";

/** A gated metric of durations: lower is better, 5 % matter. */
export function testMetric(parts: Partial<Metric> = {}): Metric {
  return {
    name: "duration_p99",
    title: "99th percentile of durations",
    unit: "ns",
    kind: "value",
    better: "lower",
    smallestEffect: { relative: 0.05 },
    gate: true,
    dimensions: [],
    file: "queries/metrics/duration_p99.sql",
    ...parts,
  };
}

/** Runs with these values and nothing missing. */
export function wholeRuns(prefix: string, values: readonly (number | null)[]): RunMeasure[] {
  return values.map((value, place) => ({
    run: `${prefix}-${place + 1}`,
    value,
    count: 1000,
    lowest: value ?? -Infinity,
    highest: value ?? Infinity,
  }));
}

/** Two sides of a metric. */
export function measuredOf(
  base: readonly (number | null)[],
  candidate: readonly (number | null)[],
  parts: Partial<Metric> = {},
): MeasuredMetric {
  return {
    metric: testMetric(parts),
    dimension: {},
    base: wholeRuns("base", base),
    candidate: wholeRuns("candidate", candidate),
  };
}

/** Five quiet runs about 1,000. */
export const QUIET = [1000, 1004, 997, 1006, 995];

/** All of them, by so much more. */
export function times(factor: number, values: readonly number[] = QUIET): number[] {
  return values.map((value) => value * factor);
}
