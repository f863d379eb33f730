/**
 * Scores of ranks, and how often their sums come by chance.
 * @module
 */
import { labellingsOf } from "./labellings.ts";

/**
 * `wilcoxon`: the rank itself. `savage`: −Σ 1/i from the rank to the last, so that the lowest ranks weigh most and the
 * highest nearly nothing: one run that something else disturbed, which is then the slowest, does not decide. Savage,
 * Annals of Mathematical Statistics 27 (1956), 590–615, in reverse.
 */
export type ScoreName = "wilcoxon" | "savage";

/** The scores of ranks 1 to `count`, growing. */
export function scoresOf(name: ScoreName, count: number): Float64Array {
  const scores = new Float64Array(count);
  if (name === "wilcoxon") return scores.map((_, place) => place + 1);
  let sum = 0;
  for (let rank = count; rank >= 1; rank--) {
    sum -= 1 / rank;
    scores[rank - 1] = sum;
  }
  return scores;
}

/** Sums closer than this are one sum: they differ by rounding only. */
const ROUNDING = 1e-9;

/**
 * The largest sum of `chosen` scores that comes, with all orders equally likely, with a chance of at most `chance`;
 * -Infinity when even the least sum comes more often.
 */
export function criticalSum(
  name: ScoreName,
  others: number,
  chosen: number,
  chance: number,
  most: number,
): number {
  const key = [name, others, chosen, chance, most].join();
  const known = KNOWN.get(key);
  if (known !== undefined) return known;
  const scores = scoresOf(name, others + chosen);
  const sums = Float64Array.from(
    labellingsOf(others, chosen, most, SEED).all,
    (places) => places.reduce((sum, place) => sum + scores[place]!, 0),
  ).sort();
  // The last place that may still be rejected, and back to where the sum there begins.
  let count = Math.floor(chance * sums.length + ROUNDING);
  while (count > 0 && count < sums.length && sums[count]! - sums[count - 1]! < ROUNDING) count--;
  const critical = count === 0 ? -Infinity : sums[count - 1]! + ROUNDING;
  KNOWN.set(key, critical);
  return critical;
}

/** A property of the numbers of runs alone, so that it is drawn once, apart from what a judgement draws. */
const SEED = 1956;
const KNOWN = new Map<string, number>();
