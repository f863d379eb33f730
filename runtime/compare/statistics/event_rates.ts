/**
 * Events that are counted: the rate of each side, and how far the rates are apart.
 * @module
 */
import { chiSquaredQuantile, normalQuantile, studentQuantile } from "./distributions.ts";

/** Events of one run and what they were counted in: seconds, or trials. */
export interface EventCount {
  events: number;
  exposure: number;
}

/** A rate with its bounds. */
export interface Rate {
  estimate: number;
  low: number;
  high: number;
}

/** All events by all exposure. */
export function pooledRate(runs: readonly EventCount[]): number {
  return runs.reduce((sum, run) => sum + run.events, 0) / runs.reduce((sum, run) => sum + run.exposure, 0);
}

/**
 * How much more the runs of both sides vary than a Poisson process would, at least 1: Pearson's chi-squared by its
 * degrees of freedom, McCullagh and Nelder, Generalized Linear Models (1989), section 4.5.
 */
export function dispersion(sides: readonly (readonly EventCount[])[]): number {
  let chiSquared = 0;
  let degrees = 0;
  for (const runs of sides) {
    degrees += runs.length - 1;
    const rate = pooledRate(runs);
    if (rate === 0) continue;
    for (const { events, exposure } of runs) {
      chiSquared += (events - rate * exposure) ** 2 / (rate * exposure);
    }
  }
  return degrees <= 0 ? 1 : Math.max(1, chiSquared / degrees);
}

/**
 * The rate of some runs, each bound at `confidence`: Garwood's exact bounds, Biometrika 28 (1936), 437–442, of the
 * count divided by the dispersion. The dispersion was itself estimated, with so many degrees of freedom, and is enlarged
 * by (t/z)², as a t interval is wider than a normal one.
 */
export function rateInterval(
  runs: readonly EventCount[],
  over: number,
  degrees: number,
  confidence: number,
): Rate {
  const events = runs.reduce((sum, run) => sum + run.events, 0);
  const exposure = runs.reduce((sum, run) => sum + run.exposure, 0);
  const wider = over > 1
    ? over * (studentQuantile(confidence, degrees) / normalQuantile(confidence)) ** 2
    : 1;
  const bound = (probability: number, count: number) =>
    wider * chiSquaredQuantile(probability, 2 * count / wider) / 2 / exposure;
  return {
    estimate: events / exposure,
    low: events === 0 ? 0 : bound(1 - confidence, events),
    high: bound(confidence, events + wider),
  };
}

/**
 * Second minus first, with bounds from those of each: the method of variance estimates recovery, Zou and Donner,
 * Statistics in Medicine 27 (2008), 1693–1702.
 */
export function rateDifference(first: Rate, second: Rate): Rate {
  const estimate = second.estimate - first.estimate;
  return {
    estimate,
    low: estimate - Math.hypot(second.estimate - second.low, first.high - first.estimate),
    high: estimate + Math.hypot(second.high - second.estimate, first.estimate - first.low),
  };
}

/** The logarithm of second by first, likewise. -Infinity and Infinity where a rate may be 0. */
export function rateLogRatio(first: Rate, second: Rate): Rate {
  const log = ({ estimate, low, high }: Rate): Rate => ({
    estimate: Math.log(estimate),
    low: Math.log(low),
    high: Math.log(high),
  });
  return rateDifference(log(first), log(second));
}
