/**
 * How long the blocks of a block bootstrap have to be.
 * @module
 */
import { mean } from "simple-statistics";

/**
 * The automatic block length of the circular block bootstrap: Politis and White, Econometric Reviews 23 (2004), 53–70,
 * corrected by Patton, Politis and White, Econometric Reviews 28 (2009), 372–375. Grows with the autocorrelation;
 * 1 for values that do not depend on each other. At most a fifth of the series, so that blocks can be exchanged.
 */
export function blockLength(series: Float64Array): number {
  const n = series.length;
  const longest = Math.max(1, Math.floor(n / 5));
  if (n < 10) return 1;
  const run = Math.max(5, Math.ceil(Math.sqrt(Math.log10(n))));
  const lagMost = Math.min(n - 1, Math.ceil(Math.sqrt(n)) + run);
  const covariance = autocovariance(series);
  const variance = covariance(0);
  if (variance === 0) return 1;
  const window = 2 * lastLagThatMatters(covariance, n, run, lagMost);
  let weighted = 0;
  let spectrum = variance;
  for (let lag = 1; lag <= Math.min(window, lagMost); lag++) {
    const taper = flatTop(lag / window);
    weighted += 2 * taper * lag * covariance(lag);
    spectrum += 2 * taper * covariance(lag);
  }
  const length = Math.cbrt(2 * weighted ** 2 / (4 / 3 * spectrum ** 2) * n);
  return Number.isFinite(length) ? Math.min(longest, Math.max(1, Math.ceil(length))) : longest;
}

/** The lag after which `run` autocorrelations in a row cannot be told from 0. */
function lastLagThatMatters(
  covariance: (lag: number) => number,
  n: number,
  run: number,
  lagMost: number,
): number {
  const noise = 2 * Math.sqrt(Math.log10(n) / n) * covariance(0);
  let quiet = 0;
  for (let lag = 1; lag <= lagMost; lag++) {
    quiet = Math.abs(covariance(lag)) < noise ? quiet + 1 : 0;
    if (quiet === run) return Math.max(1, lag - run);
  }
  return lagMost;
}

/** The flat-top window: 1 up to one half, then down to 0 at 1. */
function flatTop(x: number): number {
  return x <= 0.5 ? 1 : Math.max(0, 2 * (1 - x));
}

/** At a lag, divided by n; each is computed when it is first wanted, since mostly only a few are. */
function autocovariance(series: Float64Array): (lag: number) => number {
  const n = series.length;
  const centre = mean(series as unknown as number[]);
  const centred = series.map((value) => value - centre);
  const known: number[] = [];
  return (lag) => {
    const found = known[lag];
    if (found !== undefined) return found;
    let sum = 0;
    for (let k = lag; k < n; k++) sum += centred[k]! * centred[k - lag]!;
    return known[lag] = sum / n;
  };
}
