/**
 * A judgement as the judge gives it, with every verdict in it.
 *
 * @module
 */
import type { Judgement, MetricVerdict, RunSummary } from "../../runtime/compare/judge/types.ts";
import type { ShownSides } from "../../runtime/report/comparison/shown_comparison.ts";
import { ATTACK, TURNED } from "./captures.ts";

/** Options of both. */
export interface JudgementOptions {
  /** Every name and text tries to break out. */
  readonly hostile?: boolean;
}

function run(name: string, value: number, lost = 0): RunSummary {
  return {
    run: name,
    value,
    count: 10_000,
    lowest: lost === Infinity ? -Infinity : value * (1 - lost),
    highest: value * (1 + lost),
    interval: [value * 0.97, value * 1.02],
  };
}

/** A verdict on durations whose candidate is `factor` times the base. */
function verdict(factor: number, parts: Partial<MetricVerdict>): MetricVerdict {
  const runs = (side: string, centre: number) =>
    [1, 2, 3, 4, 5].map((n) => run(`${side}-${n}`, centre + 100 * n));
  return {
    metric: {
      name: "span_p99",
      title: "99th percentile of durations",
      unit: "ns",
      kind: "quantile",
      quantile: 0.99,
      better: "lower",
      smallestEffect: { relative: 0.05 },
      gate: true,
      dimensions: ["event"],
      file: "queries/metrics/span_p99.sql",
    },
    dimension: { event: "disk_request" },
    verdict: "same",
    reason: "the interval lies within what does not matter",
    gated: true,
    scale: "relative",
    effect: factor - 1,
    interval: [factor - 1.03, factor - 0.97],
    worstCase: [factor - 1.03, factor - 0.97],
    smallestEffect: 0.05,
    centre: { base: 100_300, candidate: 100_300 * factor },
    superiority: 0.5,
    mannWhitney: 0.3,
    p: 0.01,
    pAdjusted: 0.02,
    power: 0.97,
    base: runs("before", 100_000),
    candidate: runs("after", 100_000 * factor),
    ...parts,
  };
}

/** The judgement. */
export function judgement({ hostile = false }: JudgementOptions = {}): Judgement {
  const text = (plain: string) => hostile ? `${plain} ${ATTACK}${TURNED}` : plain;
  const loss = {
    ...verdict(1, {}).metric,
    name: "loss",
    title: "Lost entries",
    unit: "",
    kind: "ratio" as const,
    smallestEffect: { absolute: 0.001 },
    dimensions: [],
  };
  const metrics = [
    verdict(1.14, {
      verdict: "regressed",
      reason: text("14 % more"),
      dimension: { event: text("disk_request") },
    }),
    verdict(1.02, {
      verdict: "inconclusive",
      obstacle: "loss",
      reason: "lost entries could hide any shift",
      worstCase: [-Infinity, Infinity],
      candidate: [run("after-1", 102_000, Infinity)],
    }),
    verdict(1.0, {}),
    verdict(0.8, {
      verdict: "improved",
      metric: loss,
      dimension: {},
      scale: "absolute",
      effect: -0.003,
      interval: [-0.004, -0.002],
      worstCase: null,
      smallestEffect: 0.001,
      centre: { base: 0.004, candidate: 0.001 },
      base: [run("before-1", 0.004)],
      candidate: [run("after-1", 0.001)],
    }),
    verdict(1, {
      gated: false,
      verdict: "inconclusive",
      obstacle: "not-measured",
      reason: "nothing to measure it on",
      effect: null,
      interval: null,
      worstCase: null,
      p: null,
      pAdjusted: null,
      centre: { base: null, candidate: null },
      base: [{ ...run("before-1", 0), value: null, interval: null }],
      candidate: [],
    }),
  ];
  return {
    verdict: "regressed",
    reason: text("99th percentile of durations of disk_request: 14 % more"),
    metrics,
    comparability: {
      differences: [
        { what: text("ring size"), base: "4194304", candidate: text("65536"), severity: "blocks" },
        { what: "version", base: "0.1.0", candidate: "0.1.1", severity: "warns" },
      ],
    },
    runs: { base: ["before-1", "before-2"], candidate: ["after-1", "after-2"] },
    settings: { falseAlarm: 0.01, confidence: 0.95, permutations: 20_000, resamples: 400, seed: 1 },
  };
}

/** The sides. */
export function sides({ hostile = false }: JudgementOptions = {}): ShownSides {
  const text = (plain: string) => hostile ? `${plain} ${ATTACK}${TURNED}` : plain;
  const side = (name: string) =>
    [1, 2].map((n) => ({
      run: text(`${name}-${n}`),
      facts: {
        started: text("2026-03-01T10:00:00Z"),
        complete: n === 1,
        missing: n === 1 ? [] : [text("1,304 lost entries")],
        warnings: [],
      },
    }));
  return {
    base: { baseline: text("release"), runs: side("before") },
    candidate: { baseline: null, runs: side("after") },
  };
}
