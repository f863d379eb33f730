/**
 * The Mann–Whitney test: Mann and Whitney, Annals of Mathematical Statistics 18 (1947), 50–60.
 * @module
 */
import { normalProbability } from "./distributions.ts";
import { choose } from "./labellings.ts";
import { midranks, tieCorrection } from "./ranks.ts";

/** The result of the test. */
export interface MannWhitney {
  /** Pairs in which the first sample's value is above the second's, ties half. */
  u: number;
  /** Two-sided. */
  p: number;
  method: "exact" | "normal";
  /** u by the number of pairs: the chance that one of the first is above one of the second. */
  superiority: number;
}

export interface MannWhitneyOptions {
  /** `auto` (default): exact without ties up to 50 values a side, otherwise normal. */
  method?: "auto" | "exact" | "normal";
  /** Of the normal approximation, by one half; default yes. */
  continuity?: boolean;
}

/** Largest side for which `auto` counts exactly. As in R's `wilcox.test`. */
const EXACT_MOST = 50;

/**
 * Compares two samples. With ties the normal approximation takes their part from the variance: Lehmann,
 * Nonparametrics (1975), appendix, section 4.
 *
 * @throws {RangeError} A sample is empty, or exact is asked for with ties.
 */
export function mannWhitney(
  first: readonly number[],
  second: readonly number[],
  { method = "auto", continuity = true }: MannWhitneyOptions = {},
): MannWhitney {
  const [m, n] = [first.length, second.length];
  if (m === 0 || n === 0) throw new RangeError("compare two samples by their ranks: one of them is empty");
  const all = [...first, ...second];
  const rankSum = midranks(all).slice(0, m).reduce((sum, rank) => sum + rank, 0);
  const u = rankSum - m * (m + 1) / 2;
  const superiority = u / (m * n);
  const ties = tieCorrection(all);
  if (method === "exact" && ties > 0) {
    throw new RangeError("compare two samples exactly: there are equal values; use the normal approximation");
  }
  if (method === "exact" || (method === "auto" && ties === 0 && Math.max(m, n) < EXACT_MOST)) {
    return { u, superiority, p: exactTwoSided(Math.min(u, m * n - u), m, n), method: "exact" };
  }
  const N = m + n;
  const variance = m * n / 12 * (N + 1 - ties / (N * (N - 1)));
  if (variance === 0) return { u, superiority, p: 1, method: "normal" };
  const distance = Math.max(0, Math.abs(u - m * n / 2) - (continuity ? 0.5 : 0));
  return {
    u,
    superiority,
    p: Math.min(1, 2 * normalProbability(-distance / Math.sqrt(variance))),
    method: "normal",
  };
}

/** Twice the chance of a `u` at most this, when all orders of the values are equally likely. */
function exactTwoSided(u: number, m: number, n: number): number {
  const ways = countsOfU(m, n);
  let below = 0;
  for (let k = 0; k <= u; k++) below += ways[k]!;
  return Math.min(1, 2 * below / choose(m + n, m));
}

/**
 * How many orders of m and n values give each u, from 0 to m·n: the coefficients of the Gaussian binomial, multiplied
 * out as Π (1 − x^(n+k)) / (1 − x^k). Source: Mann and Whitney (1947), section 3.
 */
export function countsOfU(m: number, n: number): Float64Array {
  const counts = new Float64Array(m * n + 1);
  counts[0] = 1;
  for (let k = 1; k <= m; k++) {
    for (let u = m * n; u >= n + k; u--) counts[u]! -= counts[u - n - k]!;
    for (let u = k; u <= m * n; u++) counts[u]! += counts[u - k]!;
  }
  return counts;
}
