/**
 * A comparison as JSON for machines; its form is told by `comparison.schema.json` beside this file.
 *
 * @module
 */
import type { Comparison } from "../compare.ts";
import type { Metric, MetricVerdict, RunSummary } from "../judge/types.ts";
import type { MeasuredRun } from "../metrics/measure_capture.ts";

/** Version of the form. It changes when a program that reads it has to. */
export const COMPARISON_FORMAT = 1;

/** The object that is written. A number that JSON lacks, because nothing bounds it, is null. */
export function comparisonJson({ judgement, leftOut, base, candidate }: Comparison): Record<string, unknown> {
  const { settings } = judgement;
  return {
    format_version: COMPARISON_FORMAT,
    verdict: judgement.verdict,
    reason: judgement.reason,
    baseline: base.baseline,
    base: base.runs.map(runJson),
    candidate: candidate.runs.map(runJson),
    differences: judgement.comparability.differences.map(({ what, base, candidate, severity }) => ({
      what,
      base,
      candidate,
      severity,
    })),
    metrics: judgement.metrics.map(verdictJson),
    left_out: leftOut.map(({ metric, dimension, reason }) => ({ metric, dimension, reason })),
    settings: {
      false_alarm: settings.falseAlarm,
      confidence: settings.confidence,
      permutations: settings.permutations,
      resamples: settings.resamples,
      seed: settings.seed,
    },
  };
}

function runJson({ run, facts }: MeasuredRun): Record<string, unknown> {
  const { id, started, complete, missing, warnings } = facts;
  return { run, id, started, complete, missing, warnings };
}

function verdictJson(judged: MetricVerdict): Record<string, unknown> {
  return {
    metric: metricJson(judged.metric),
    dimension: judged.dimension,
    verdict: judged.verdict,
    reason: judged.reason,
    obstacle: judged.obstacle ?? null,
    gated: judged.gated,
    scale: judged.scale,
    effect: finite(judged.effect),
    interval: pair(judged.interval),
    worst_case: pair(judged.worstCase),
    smallest_effect: finite(judged.smallestEffect),
    centre: { base: finite(judged.centre.base), candidate: finite(judged.centre.candidate) },
    superiority: finite(judged.superiority),
    mann_whitney_p: finite(judged.mannWhitney),
    p: finite(judged.p),
    p_adjusted: finite(judged.pAdjusted),
    power: finite(judged.power ?? null),
    base: judged.base.map(summaryJson),
    candidate: judged.candidate.map(summaryJson),
  };
}

function metricJson({ name, title, unit, kind, quantile, better, smallestEffect, gate }: Metric) {
  return {
    name,
    title,
    unit,
    kind,
    quantile: quantile ?? null,
    better,
    smallest_effect: {
      relative: smallestEffect.relative ?? null,
      absolute: smallestEffect.absolute ?? null,
      events: smallestEffect.events ?? null,
    },
    gate,
  };
}

function summaryJson({ run, value, count, lowest, highest, interval }: RunSummary): Record<string, unknown> {
  return {
    run,
    value: finite(value),
    count,
    lowest: finite(lowest),
    highest: finite(highest),
    interval: pair(interval),
  };
}

function finite(value: number | null): number | null {
  return value !== null && Number.isFinite(value) ? value : null;
}

function pair(interval: readonly [number, number] | null): [number | null, number | null] | null {
  return interval === null ? null : [finite(interval[0]), finite(interval[1])];
}
