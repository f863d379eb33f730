/**
 * Runs that are drawn once and compared many times: a run is 100,000 durations, as many as one of the example, and drawing
 * them takes longer than judging.
 * @module
 */
import { quantileSorted } from "simple-statistics";
import { Random } from "../statistics/random.ts";
import type { Generator } from "./generators.ts";

/** Entries of a run. */
const ENTRIES = 100_000;
/** Of them that are kept for the run's own noise. */
const SAMPLES = 1000;

/** The quantiles that are measured of each run. */
export const QUANTILES = [0.5, 0.9, 0.99] as const;

/** One run of a generator before anything is done to it. */
export interface DrawnRun {
  /** In the order of {@linkcode QUANTILES}, ns. */
  values: number[];
  samples: Float64Array;
  entries: number;
}

/** Draws runs of one generator. */
export function drawPool(generator: Generator, runs: number, seed: number): DrawnRun[] {
  const random = new Random(seed);
  return Array.from({ length: runs }, () => {
    const series = generator(random, ENTRIES);
    const step = ENTRIES / SAMPLES;
    const samples = Float64Array.from({ length: SAMPLES }, (_, place) => series[place * step]!);
    series.sort();
    const values = QUANTILES.map((quantile) => quantileSorted(series as unknown as number[], quantile));
    return { values, samples, entries: ENTRIES };
  });
}
