/**
 * Runs of a made-up driver: durations as the method does not assume them.
 * @module
 */
import type { Random } from "../statistics/random.ts";

/** Draws the durations of one run, in ns and in the order of time. */
export type Generator = (random: Random, count: number) => Float64Array;

/** Of durations in the middle, ns. */
const TYPICAL_NS = 4000;

function series(count: number, next: (place: number) => number): Float64Array {
  const values = new Float64Array(count);
  for (let place = 0; place < count; place++) values[place] = TYPICAL_NS * next(place);
  return values;
}

/** Each value `memory` of the one before; variance 1. */
function autoregressive(random: Random, memory: number): () => number {
  let value = random.normal();
  return () => value = memory * value + Math.sqrt(1 - memory ** 2) * random.normal();
}

/** By what they are called in the table. */
export const GENERATORS: Readonly<Record<string, Generator>> = {
  "log-normal, independent": (random, count) => series(count, () => Math.exp(0.5 * random.normal())),
  "AR(1), memory 0.8": (random, count) => {
    const next = autoregressive(random, 0.8);
    return series(count, () => Math.exp(0.3 * next()));
  },
  /** Bursts of 20 entries on average, 5 % of the time, in which everything is thrice as slow. */
  bursts: (random, count) => {
    let isBurst = false;
    return series(count, () => {
      if (random.uniform() < (isBurst ? 1 / 20 : 1 / 380)) isBurst = !isBurst;
      return (isBurst ? 3 : 1) * Math.exp(0.3 * random.normal());
    });
  },
  /** Without a third moment. */
  "Pareto, index 2.5": (random, count) => series(count, () => (1 - random.uniform()) ** (-1 / 2.5)),
  /** A cache that misses in one case of five. */
  bimodal: (random, count) =>
    series(count, () => (random.uniform() < 0.2 ? 6 : 1) * Math.exp(0.15 * random.normal())),
  /** A fifth slower at the end than at the beginning. */
  "drifting within the run": (random, count) =>
    series(count, (place) => (1 + 0.2 * place / count) * Math.exp(0.4 * random.normal())),
};

/** What the method was not tried on while it was made. */
export const UNSEEN: Readonly<Record<string, Generator>> = {
  /** Rounded to the 100 ns of a coarse clock. */
  "ticks of 100 ns": (random, count) =>
    series(count, () => 0.05).map(() =>
      Math.max(100, 100 * Math.round(TYPICAL_NS * Math.exp(0.4 * random.normal()) / 100))
    ),
  /** One in 60 waits for a timer of 10 ms, uniformly: the 99th percentile lies inside the wait. */
  "waits for a timer": (random, count) =>
    series(
      count,
      () => random.uniform() < 1 / 60 ? 50 + 2500 * random.uniform() : Math.exp(0.3 * random.normal()),
    ),
  /** Long memory: a sum of slow and fast parts. */
  "long memory": (random, count) => {
    const parts = [0.5, 0.9, 0.99].map((memory) => autoregressive(random, memory));
    return series(count, () => Math.exp(0.15 * parts.reduce((sum, part) => sum + part(), 0)));
  },
  "Weibull, shape 0.6": (random, count) =>
    series(count, () => (-Math.log(1 - random.uniform())) ** (1 / 0.6)),
};
