/**
 * The verdict on one metric.
 * @module
 */
import { choose } from "../statistics/labellings.ts";
import { type Examined, powerOf, worseDirection } from "./examine.ts";
import { outlastsDrift } from "./in_turn.ts";
import { isOpen, type Reach } from "./shift_of_sides.ts";
import type { Significance } from "./significance.ts";
import type { JudgeSettings, MetricVerdict, Obstacle, Verdict } from "./types.ts";
import { effectInWords, intervalInWords, plural, sizeInWords } from "./words.ts";

/** Significance of the shift for worse and for better; null when it could not be tested. */
export interface Significances {
  worse: Significance | null;
  better: Significance | null;
}

interface Decision {
  verdict: Verdict;
  reason: string;
  obstacle?: Obstacle;
}

/** What the captures say against any verdict. */
export interface Hindrances {
  /** Why nothing may be judged; null when it may. */
  readonly blocked: string | null;
  /** The sides were recorded one after the other. */
  readonly mayDrift: boolean;
}

/** Puts the verdict on a metric together. */
export function decide(
  examined: Examined,
  significances: Significances,
  settings: JudgeSettings,
  { blocked, mayDrift }: Hindrances,
): MetricVerdict {
  const { measured: { metric, dimension }, facts } = examined;
  const decision = blocked === null
    ? decideMeasured(examined, significances, settings, mayDrift)
    : inconclusive("blocked", blocked);
  const power = powerOf(examined);
  const isWorse = examined.shift === null || directedEstimate(examined) >= 0;
  const shown = isWorse || metric.better === "same" ? significances.worse : significances.better;
  return {
    metric,
    dimension,
    ...decision,
    gated: metric.gate && !isSporadic(examined, decision),
    ...facts,
    p: shown?.p ?? null,
    pAdjusted: shown?.pAdjusted ?? null,
    ...power === undefined ? {} : { power },
  };
}

/**
 * What some runs of the base do not have themselves cannot be held against the candidate: such a metric is told and does
 * not decide, unless it could be judged all the same.
 */
function isSporadic({ measured, base }: Examined, { obstacle }: Decision): boolean {
  return base.length < measured.base.length && (obstacle === "not-measured" || obstacle === "too-few-runs");
}

function decideMeasured(
  examined: Examined,
  { worse, better }: Significances,
  settings: JudgeSettings,
  mayDrift: boolean,
): Decision {
  const { shift, measured: { metric }, facts } = examined;
  if (shift === null) return notMeasured(examined);
  const least = shift.scale.smallestShift;
  const eitherIsWorse = metric.better === "same";
  const claim = claimOf(directed(examined, shift.worst), least, eitherIsWorse);
  const told = facts.effect === null ? "" : effectInWords(facts.effect, facts.scale, metric);
  const range = facts.interval === null ? "" : intervalInWords(facts.interval, facts.scale, metric);
  const size = sizeInWords(facts.smallestEffect, facts.scale, metric);
  if (claim === "same") return { verdict: "same", reason: `the shift is ${range}, within ${size}` };
  if (least === 0) {
    return inconclusive(
      "no-smallest-effect",
      "no smallest effect is given that could be applied to a base of 0",
    );
  }
  const significance = claim === "regressed" ? worse : better;
  if (claim !== null && significance !== null && significance.pAdjusted <= settings.falseAlarm) {
    if (mayDrift && !outlastsDrift(shift.worst, least)) {
      return inconclusive(
        "not-in-turn",
        `${told} (${range}), and ${size} matters, but the sides were recorded one after the other, and a machine that drifts ` +
          "gives as much; record base and candidate in turn",
      );
    }
    return { verdict: claim, reason: `${told} (${range}), and ${size} matters` };
  }
  const loss = lossInWords(examined);
  const { low, estimate, high } = shift.measured;
  const asMeasured = { low, leastEstimate: estimate, mostEstimate: estimate, high };
  if (loss !== null && claimOf(directed(examined, asMeasured), least, eitherIsWorse) !== claim) {
    return inconclusive("loss", `${told} (${range}) as far as measured, but ${loss}`);
  }
  const few = tooFew(examined, settings, claim !== null);
  if (few !== null) return inconclusive("too-few-runs", few);
  if (claim !== null) {
    return inconclusive(
      "not-significant",
      `${told} (${range}), and ${size} matters, but chance gives as much among so many noisy metrics`,
    );
  }
  return inconclusive("interval-spans-effect", `the shift is ${range}, and ${size} matters`);
}

/**
 * What an interval says by itself; null when it says nothing. For a shift the estimate has to be beyond the smallest effect and the near
 * end beyond half of it: were the whole interval asked for, the noise that five runs may have would be a third less.
 */
function claimOf(
  { low, leastEstimate, mostEstimate, high }: Reach,
  least: number,
  eitherIsWorse: boolean,
): "regressed" | "improved" | "same" | null {
  if (low === 0 && high === 0) return "same";
  if (low > -least && high < least) return "same";
  if (leastEstimate > least && low > least / 2) return "regressed";
  if (mostEstimate < -least && high < -least / 2) return eitherIsWorse ? "regressed" : "improved";
  return null;
}

/** Turned so that up is worse. */
function directed(examined: Examined, reach: Reach): Reach {
  if (worseDirection(examined) === 1) return reach;
  const { low, leastEstimate, mostEstimate, high } = reach;
  return { low: -high, leastEstimate: -mostEstimate, mostEstimate: -leastEstimate, high: -low };
}

function directedEstimate(examined: Examined): number {
  return worseDirection(examined) * (examined.shift?.measured.estimate ?? 0);
}

function notMeasured({ measured, base, candidate }: Examined): Decision {
  const missing = [
    ...base.length === 0 ? [`${plural(measured.base.length, "run")} of the base`] : [],
    ...candidate.length === 0 ? [`${plural(measured.candidate.length, "run")} of the candidate`] : [],
  ];
  return inconclusive("not-measured", `nothing to measure it on in the ${missing.join(" and the ")}`);
}

/** Why so few runs cannot be judged; null when they can. */
function tooFew(
  { base, candidate, shift }: Examined,
  settings: JudgeSettings,
  isClaim: boolean,
): string | null {
  const best = 1 / choose(base.length + candidate.length, candidate.length);
  const isOpenEnded = shift === null ||
    (shift.measured.low === -Infinity && shift.measured.high === Infinity);
  if (!isOpenEnded && !(isClaim && best > settings.falseAlarm)) return null;
  const runs = `${plural(base.length, "run")} of the base and ${candidate.length} of the candidate`;
  if (Math.min(base.length, candidate.length) === 1 && base.length + candidate.length < 20) {
    return `${runs}: one run does not tell how much runs differ; record at least 5 a side`;
  }
  return `${runs} are too few: chance alone sorts them like this in ${
    (best * 100).toPrecision(2)
  } % of cases; ` +
    "record at least 5 a side";
}

/** "entries were lost in 2 runs (a, b)"; null when nothing is missing. */
export function lossInWords({ base, candidate }: Examined): string | null {
  const open = [...base, ...candidate].filter(isOpen).map(({ run }) => run);
  if (open.length === 0) return null;
  const names = open.slice(0, 3).join(", ") + (open.length > 3 ? ", …" : "");
  return `what ${plural(open.length, "run")} lost or left out (${names}) could change that`;
}

function inconclusive(obstacle: Obstacle, reason: string): Decision {
  return { verdict: "inconclusive", obstacle, reason };
}
