/**
 * Whether shifts can be chance, over many metrics together.
 *
 * With five runs a side there are only 252 ways to call the runs base and candidate, so no rank test can give a p value
 * below 1/252, and over thirty metrics none would be significant. The metrics therefore share their null distributions:
 * each shift is told in units of its own noise and compared with what all labellings of all metrics give.
 * @module
 */
import { mean } from "simple-statistics";
import { benjaminiHochberg } from "../statistics/benjamini_hochberg.ts";
import { labellingsOf } from "../statistics/labellings.ts";
import type { JudgeSettings } from "./types.ts";

/** One metric's transformed values, turned so that the shift in question is upwards. */
export interface Tested {
  base: readonly number[];
  candidate: readonly number[];
  /** The smallest shift that matters among them. */
  smallestShift: number;
  /** Whether a shift downwards counts as well. */
  twoSided: boolean;
  /**
   * Which values were disturbed when a few stand out: the highest where more is worse, the lowest where it is better, and
   * neither where nothing is known.
   */
  disturbed: "highest" | "lowest" | "neither";
}

/** Chances of one metric's shift. */
export interface Significance {
  p: number;
  pAdjusted: number;
}

/** What a shift of one metric is compared with. */
interface NullDistribution {
  observed: number;
  /** Of every labelling, growing. */
  permuted: Float64Array;
}

/** Two statistics closer than this differ by rounding only. */
const ROUNDING = 1e-9;

/**
 * The p value of each metric against the labellings of all of them (as in the significance analysis of microarrays: Tusher,
 * Tibshirani and Chu, PNAS 98 (2001), 5116–5121), and adjusted after Benjamini and Hochberg.
 *
 * For the strongest metric the adjusted value is the number of metrics and labellings that reach it, by the number of labellings:
 * at least the p value of Westfall and Young's greatest statistic (Resampling-Based Multiple Testing, 1993, section 2.6),
 * which counts a labelling once. That one is exact where runs of equal sides can be exchanged, whatever the metrics' distributions and the
 * dependence between them. What the later steps of Benjamini and Hochberg add to it is measured by the calibration.
 */
export function significances(tests: readonly Tested[], settings: JudgeSettings): Significance[] {
  const nulls = tests.map((test) => nullDistribution(test, settings));
  const p = nulls.map(({ observed }) => mean(nulls.map(({ permuted }) => shareAtLeast(permuted, observed))));
  const adjusted = benjaminiHochberg(p);
  return p.map((value, place) => ({ p: value, pAdjusted: adjusted[place] ?? 1 }));
}

/** The statistic of the true labels and of all labellings. */
function nullDistribution(test: Tested, { permutations, seed }: JudgeSettings): NullDistribution {
  const { base, candidate, twoSided } = test;
  const statistic = studentised(winsorise(test), test.smallestShift / FLOOR_PARTS);
  const turned = twoSided ? (places: Uint16Array) => Math.abs(statistic(places)) : statistic;
  const { all } = labellingsOf(base.length, candidate.length, permutations, seed);
  const truth = Uint16Array.from(candidate, (_, place) => base.length + place);
  return { observed: turned(truth), permuted: Float64Array.from(all, turned).sort() };
}

/**
 * The noise is never taken for less than this part of the smallest effect: among many metrics some have values that
 * happen to lie close together, and would otherwise beat a shift that matters. Tusher, Tibshirani and Chu add such a
 * constant as well; the part is from a simulation of 1 to 60 metrics, where 4 to 8 hardly differ.
 */
const FLOOR_PARTS = 6;

/** The difference of the means by its standard error (pooled variance) and the floor, for the labels that are given. */
function studentised(values: Float64Array, least: number): (candidates: Uint16Array) => number {
  const n = values.length;
  const sumOfAll = values.reduce((sum, value) => sum + value, 0);
  const squaresOfAll = values.reduce((sum, value) => sum + value * value, 0);
  return (candidates) => {
    const m = candidates.length;
    let sum = 0;
    for (let k = 0; k < m; k++) sum += values[candidates[k]!]!;
    const candidate = sum / m;
    const base = (sumOfAll - sum) / (n - m);
    // Σ x² − m c² − (n − m) b²: what is left within both sides.
    const within = Math.max(0, squaresOfAll - m * candidate * candidate - (n - m) * base * base);
    const noise = Math.sqrt(within / Math.max(1, n - 2) * (1 / m + 1 / (n - m))) + least;
    return noise === 0 ? 0 : (candidate - base) / noise;
  };
}

/**
 * All values of both sides about their median, with the fifth that is most disturbed brought to the next one, whatever
 * side it is on: since labels are not looked at, the test stays exact. At most half a side, so that a side that is worse
 * as a whole stays so.
 */
function winsorise({ base, candidate, disturbed }: Tested): Float64Array {
  const values = Float64Array.from([...base, ...candidate]);
  const sorted = values.slice().sort();
  const centre = sorted[sorted.length >> 1]!;
  const count = disturbed === "neither"
    ? 0
    : Math.min(Math.floor(values.length / 5), base.length >> 1, candidate.length >> 1);
  const low = disturbed === "lowest" ? sorted[count]! : -Infinity;
  const high = disturbed === "highest" ? sorted[sorted.length - 1 - count]! : Infinity;
  return values.map((value) => Math.min(high, Math.max(low, value)) - centre);
}

/** The share of growing values that are at least this one. */
function shareAtLeast(sorted: Float64Array, value: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! >= value - ROUNDING) high = middle;
    else low = middle + 1;
  }
  return (sorted.length - low) / sorted.length;
}
