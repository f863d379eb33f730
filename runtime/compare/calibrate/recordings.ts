/**
 * Real recordings, compared with each other: what they measured is kept as JSON, so that the comparisons can be made again
 * without the captures.
 * @module
 */
import type { MeasuredMetric, Metric, RunMeasure } from "../judge/types.ts";
import type { Random } from "../statistics/random.ts";
import { choosePlaces } from "./choose_places.ts";

/** What many recordings of one program measured. */
export interface Recordings {
  /** Command line and machine, for the table. */
  what: string;
  metrics: RecordedMetric[];
}

/** One metric in one dimension, in every recording. */
export interface RecordedMetric {
  metric: Metric;
  dimension: Record<string, string>;
  /** Without samples: too many numbers to keep. Missing ends are the value's own; null where nothing bounds it. */
  runs: (Omit<RunMeasure, "lowest" | "highest" | "samples"> & {
    lowest?: number | null;
    highest?: number | null;
  })[];
}

/** How recordings are made a comparison again. */
export interface RepairOptions {
  /** Of a side. */
  runs: number;
  /** Neighbours in time, taken in turn as a user takes them; otherwise any, which is harder on a machine that drifts. */
  inTurn?: boolean;
  /** Multiplies a quantile metric of the candidate. */
  shift?: { metric: string; factor: number };
}

/** Two sides of recordings, none twice. */
export function repair(
  { metrics }: Recordings,
  random: Random,
  { runs, inTurn = false, shift }: RepairOptions,
): MeasuredMetric[] {
  const count = metrics[0]?.runs.length ?? 0;
  const order = inTurn ? chooseInTurn(random, count, runs) : choosePlaces(random, count, 2 * runs);
  return metrics.map(({ metric, dimension, runs: recorded }) => {
    const pick = (places: number[], factor: number) =>
      places.map((place): RunMeasure => {
        const { lowest, highest, ...run } = recorded[place]!;
        const value = run.value === null ? null : run.value * factor;
        return {
          ...run,
          value,
          lowest: lowest === undefined ? value ?? -Infinity : (lowest ?? -Infinity) * factor,
          highest: highest === undefined ? value ?? Infinity : (highest ?? Infinity) * factor,
        };
      });
    const factor = shift?.metric === metric.name ? shift.factor : 1;
    return {
      metric,
      dimension,
      base: pick(order.slice(0, runs), 1),
      candidate: pick(order.slice(runs, 2 * runs), factor),
    };
  });
}

/** Places of recordings that follow each other: of each two neighbours one for the base, which come first here, and one for the candidate. */
function chooseInTurn(random: Random, count: number, runs: number): number[] {
  const first = random.below(count - 2 * runs + 1);
  const pairs = Array.from({ length: runs }, (_, pair) => {
    const place = first + 2 * pair;
    return random.uniform() < 0.5 ? [place, place + 1] as const : [place + 1, place] as const;
  });
  return [...pairs.map(([base]) => base), ...pairs.map(([, candidate]) => candidate)];
}
