/**
 * Judging many comparisons and counting what came out.
 * @module
 */
import { judge } from "../judge/judge.ts";
import type { Comparability, Judgement, MeasuredMetric, Verdict } from "../judge/types.ts";
import { clopperPearson } from "../statistics/clopper_pearson.ts";

/** Overall verdicts of many comparisons. */
export interface Tally {
  trials: number;
  verdicts: Record<Verdict, number>;
  /** Comparisons in which the metric that was looked for came out regressed. */
  found: number;
  /** How often each metric kept the whole inconclusive. */
  doubts: Map<string, number>;
}

/** Judges `trials` comparisons. `isWanted` tells the verdict that a shift should lead to, `comparability` what the captures say. */
export function tally(
  trials: number,
  draw: (trial: number) => MeasuredMetric[],
  isWanted: (judgement: Judgement) => boolean = () => false,
  comparability: Comparability = { differences: [] },
): Tally {
  const counted: Tally = {
    trials,
    verdicts: { improved: 0, same: 0, regressed: 0, inconclusive: 0 },
    found: 0,
    doubts: new Map(),
  };
  for (let trial = 0; trial < trials; trial++) {
    const judgement = judge(draw(trial), comparability);
    counted.verdicts[judgement.verdict]++;
    if (isWanted(judgement)) counted.found++;
    for (const { gated, verdict, metric, obstacle } of judgement.metrics) {
      const key = `${metric.name}: ${obstacle}`;
      if (gated && verdict === "inconclusive") counted.doubts.set(key, (counted.doubts.get(key) ?? 0) + 1);
    }
  }
  return counted;
}

/** Of bounds in the table, each. */
export const BOUND_CONFIDENCE = 0.95;

/** "0.3 % (≤ 0.8 %)": with the upper bound, or the lower one for what should be often. */
export function rateInWords(cases: number, trials: number, side: "upper" | "lower"): string {
  const [low, high] = clopperPearson(cases, trials, BOUND_CONFIDENCE);
  const percent = (share: number) => `${(share * 100).toFixed(share > 0.1 ? 1 : 2)} %`;
  return `${percent(cases / trials)} (${side === "upper" ? `≤ ${percent(high)}` : `≥ ${percent(low)}`})`;
}

/** The metric and obstacle that kept comparisons inconclusive most often, in words; empty where none was. */
export function oftenest(doubts: Tally["doubts"]): string {
  const [first] = [...doubts].sort((a, b) => b[1] - a[1]);
  return first === undefined ? "" : `${first[0]} (${first[1]})`;
}
