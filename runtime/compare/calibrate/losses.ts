/**
 * Recordings that lost entries: how a candidate looks when what it lost were its slowest entries.
 * @module
 */
import { quantileRanks } from "../metrics/bounds.ts";
import type { MeasuredMetric, Metric, RunMeasure } from "../judge/types.ts";
import type { Random } from "../statistics/random.ts";

const DURATION: Metric = {
  name: "duration_p99",
  title: "99th percentile of durations",
  unit: "ns",
  kind: "quantile",
  quantile: 0.99,
  better: "lower",
  smallestEffect: { relative: 0.07 },
  gate: true,
  dimensions: [],
  file: "duration_p99.sql",
};

/** Entries of a run. */
const ENTRIES = 4000;

/**
 * Five runs a side; the candidate's slowest twentieth is `shift` times as slow, and of each of its runs a share of entries is
 * lost, the slowest of all. `counted` tells the judge how many, as the rings do; without it nobody knows.
 */
export function drawLossy(
  random: Random,
  shift: number,
  lostShare: number,
  counted: boolean,
): MeasuredMetric {
  const run = (name: string, factor: number, lost: number): RunMeasure => {
    const own = Math.exp(0.005 * random.normal());
    const all = Float64Array.from({ length: ENTRIES }, () => 4000 * own * Math.exp(0.15 * random.normal()))
      .sort();
    const tail = ENTRIES * 0.95;
    const kept = all.map((value, place) => place >= tail ? value * factor : value).subarray(
      0,
      ENTRIES - lost,
    );
    const ranks = quantileRanks(0.99, kept.length, counted ? lost : 0);
    const at = (rank: number | null, otherwise: number) => rank === null ? otherwise : kept[rank - 1]!;
    return {
      run: name,
      value: at(ranks.value, NaN),
      count: kept.length,
      lowest: at(ranks.lowest, -Infinity),
      highest: at(ranks.highest, Infinity),
    };
  };
  const five = (name: string, factor: number, lost: number) =>
    [1, 2, 3, 4, 5].map((number) => run(`${name}-${number}`, factor, lost));
  return {
    metric: DURATION,
    dimension: {},
    base: five("base", 1, 0),
    candidate: five("candidate", shift, Math.round(ENTRIES * lostShare)),
  };
}
