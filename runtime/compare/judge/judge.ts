/**
 * The judge: from what the runs measured to a verdict, never a better founded one than they carry.
 * @module
 */
import { decide, lossInWords } from "./decide.ts";
import { examine, type Examined, testedFor, worseDirection } from "./examine.ts";
import { mayDrift } from "./in_turn.ts";
import { JUDGE_DEFAULTS } from "./settings.ts";
import { type Significance, significances, type Tested } from "./significance.ts";
import type {
  Comparability,
  Judgement,
  JudgeSettings,
  MeasuredMetric,
  MetricVerdict,
  RunMeasure,
  Verdict,
} from "./types.ts";
import { nameOf, plural } from "./words.ts";

/** Whether the captures are alike, when nothing is known against it. */
const ALIKE: Comparability = { differences: [] };

/**
 * Judges what two sides measured. The same arguments give the same judgement.
 *
 * - `regressed` and `improved`: the shift is beyond the smallest effect and its interval beyond half of that, whatever the lost
 *   entries were, and chance gives so much in at most `falseAlarm` of all comparisons of equal sides, over all gated metrics
 *   together;
 * - `same`: the interval lies within the smallest effect, whatever the lost entries were;
 * - otherwise `inconclusive`.
 *
 * Where the captures were not recorded in turn (`in_turn.ts`), a shift has to stand out of what a drift gives, too.
 *
 * @throws {RangeError} A setting is outside its range, or a side has no runs.
 */
export function judge(
  metrics: readonly MeasuredMetric[],
  comparability: Comparability = ALIKE,
  options: Partial<JudgeSettings> = {},
): Judgement {
  const settings = { ...JUDGE_DEFAULTS, ...options };
  checkSettings(settings);
  const runs = { base: runNames(metrics, "base"), candidate: runNames(metrics, "candidate") };
  for (const [side, names] of Object.entries(runs)) {
    if (metrics.length > 0 && names.length === 0) {
      throw new RangeError(`judge two sides: the ${side} has no runs`);
    }
  }
  const examined = metrics.map((measured) => examine(measured, settings));
  const blocked = blockedBy(comparability);
  const hindrances = { blocked, mayDrift: mayDrift(comparability) };
  const tested = testFamilies(examined, settings);
  const verdicts = examined.map((one) => {
    const found = { worse: tested.worse.get(one) ?? null, better: tested.better.get(one) ?? null };
    return decide(one, found, settings, hindrances);
  });
  const sorted = verdicts.toSorted((a, b) => order(a) - order(b));
  return { ...overall(sorted, blocked, examined), metrics: sorted, comparability, runs, settings };
}

function checkSettings({ falseAlarm, confidence, permutations, resamples }: JudgeSettings): void {
  const within = (name: string, value: number, low: number, high: number) => {
    if (!(value > low && value < high)) {
      throw new RangeError(
        `judge two sides: ${name} is ${value}; it has to be above ${low} and below ${high}`,
      );
    }
  };
  within("falseAlarm", falseAlarm, 0, 0.5);
  within("confidence", confidence, 0.5, 1);
  within("permutations", permutations, 99, 1e7);
  within("resamples", resamples, 19, 1e6);
}

/** Every run that any metric names, in the order of the first that does. */
function runNames(metrics: readonly MeasuredMetric[], side: "base" | "candidate"): string[] {
  return [...new Set(metrics.flatMap((measured) => measured[side].map(({ run }: RunMeasure) => run)))];
}

/** Gated metrics are one family, and what is not gated is held against all. */
function testFamilies(
  examined: readonly Examined[],
  settings: JudgeSettings,
): Record<"worse" | "better", Map<Examined, Significance>> {
  const gated = examined.filter(({ measured }) => measured.metric.gate);
  const test = (direction: 1 | -1) => {
    const found = new Map<Examined, Significance>();
    for (const family of gated.length === examined.length ? [gated] : [examined, gated]) {
      const able = family.flatMap((one): [Examined, Tested][] => {
        const tested = testedFor(one, (direction * worseDirection(one)) as 1 | -1);
        return tested === null ? [] : [[one, tested]];
      });
      const results = significances(able.map(([, tested]) => tested), settings);
      able.forEach(([one], place) => found.set(one, results[place]!));
    }
    return found;
  };
  return { worse: test(1), better: test(-1) };
}

function blockedBy({ differences }: Comparability): string | null {
  const blocks = differences.filter(({ severity }) => severity === "blocks");
  if (blocks.length === 0) return null;
  const list = blocks.map(({ what, base, candidate }) =>
    base === candidate ? what : `${what} (${base} against ${candidate})`
  );
  return `the captures cannot be compared: ${list.join("; ")}`;
}

/** What people want to see first. */
const VERDICT_ORDER: Verdict[] = ["regressed", "inconclusive", "improved", "same"];

function order({ gated, verdict }: MetricVerdict): number {
  return VERDICT_ORDER.indexOf(verdict) + (gated ? 0 : VERDICT_ORDER.length);
}

/** Any regression makes it one; then any doubt; then any improvement. */
function overall(
  sorted: readonly MetricVerdict[],
  blocked: string | null,
  examined: readonly Examined[],
): Pick<Judgement, "verdict" | "reason"> {
  if (blocked !== null) {
    const loss = examined.map(lossInWords).find((words) => words !== null);
    return { verdict: "inconclusive", reason: loss === undefined ? blocked : `${blocked}; and ${loss}` };
  }
  const gated = sorted.filter(({ gated }) => gated);
  const worst = gated[0];
  if (worst === undefined) {
    return { verdict: "inconclusive", reason: "no metric was measured that could decide" };
  }
  const { verdict } = worst;
  if (verdict === "same") {
    return { verdict, reason: `no shift that matters in ${plural(gated.length, "gated metric")}` };
  }
  const alike = gated.filter((one) => one.verdict === verdict);
  // Of several doubts the lost entries are the one that the user can do something about.
  const told = alike.find(({ obstacle }) => obstacle === "loss") ?? worst;
  const more = alike.length === 1 ? "" : `; and ${alike.length - 1} more`;
  return { verdict, reason: `${nameOf(told)}: ${told.reason}${more}` };
}
