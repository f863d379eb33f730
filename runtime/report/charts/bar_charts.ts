/**
 * Charts of amounts: what was lost when, how full the rings were, what writes cost.
 *
 * @module
 */
import type { LossPoint, RingUsePoint, WriteCostBar } from "../data/report_data.ts";
import type { Content, Markup } from "../html/markup.ts";
import { figure, TICKS } from "./figure.ts";
import { formatCount, formatNs, formatPart, tickCount, tickNs } from "./number_text.ts";
import { decades } from "./percentile_chart.ts";
import { draw, Plot } from "./plot.ts";
import { formatAfter } from "./time_axis.ts";
import { drawOverTime, frame, placeOf, type TimeRange } from "./time_chart.ts";

/** Parts that every chart here has. */
export interface BarParts {
  readonly id: string;
  readonly isBroad?: boolean;
  readonly title: Content;
  readonly range: TimeRange;
}

/** The warmest first: mostly there is one cause. */
const LOSS_COLORS = ["s2", "s4", "s5", "s6", "s3", "s1"] as const;

/** Lost entries over time by cause. */
export function lossChart(
  { id, title, isBroad = false, range, losses, most }: BarParts & {
    losses: readonly LossPoint[];
    most: number;
  },
): Markup {
  const sums = new Map<string, number>();
  for (const { cause, lost } of losses) sums.set(cause, (sums.get(cause) ?? 0) + lost);
  const causes = [...sums].sort(([, a], [, b]) => b - a).map(([cause]) => cause);
  const colorOf = new Map(causes.map((cause, at) => [cause, LOSS_COLORS[at % LOSS_COLORS.length]!]));
  const bars = losses.map(({ at, cause, lost }) => ({
    x1: Math.max(0, at),
    x2: Math.min(Math.max(range.span, 1), at + range.width),
    lost,
    cause,
    color: `var(--${colorOf.get(cause)})`,
  }));
  const total = losses.reduce((sum, { lost }) => sum + lost, 0);
  return figure({
    id,
    title,
    isBroad,
    summary: `${formatCount(total)} lost: ${
      causes.map((cause) => `${formatCount(sums.get(cause) ?? 0)} ${causeText(cause)}`).join(", ")
    }.`,
    legend: causes.map((cause) => ({ text: causeText(cause), color: colorOf.get(cause)! })),
    height: 180,
    draw: (layout, size) =>
      drawOverTime({ ...range, losses: [] }, layout, size, {
        y: { domain: [0, Math.max(1, most)], nice: true, axis: null },
        marks: [
          Plot.gridY({ stroke: "var(--grid)", strokeOpacity: 1, ticks: 4 }),
          Plot.axisY({ label: null, tickSize: 4, ticks: 4, tickFormat: tickCount }),
          Plot.rectY(bars, Plot.stackY({ x1: "x1", x2: "x2", y: "lost", fill: "color", z: "cause" })),
          Plot.ruleY([0], { stroke: "currentColor" }),
        ],
      }),
    columns: ["time", "cause", "lost"],
    rows: losses.map(({ at, cause, lost }) => ({
      from: placeOf(range, at),
      cells: [formatAfter(at, range.span, range.width), causeText(cause), formatCount(lost)],
    })),
  });
}

/** The most that was lost in one span of time. */
export function highestLoss(losses: readonly LossPoint[]): number {
  const sums = new Map<number, number>();
  for (const { at, lost } of losses) sums.set(at, (sums.get(at) ?? 0) + lost);
  return Math.max(0, ...sums.values());
}

const CAUSES: Readonly<Record<string, string>> = {
  lost_full: "refused, ring full",
  overwritten: "overwritten",
  too_big: "too big",
  abandoned: "abandoned by their writer",
  corrupt: "corrupt",
  unstored: "taken and not stored",
  mixed: "of no certain cause",
};

/** A cause of loss in words. */
export function causeText(cause: string): string {
  return CAUSES[cause] ?? cause;
}

/** How full the rings were over time. */
export function ringUseChart(
  { id, title, range, uses }: BarParts & { uses: readonly RingUsePoint[] },
): Markup {
  const top = uses.reduce<RingUsePoint | null>(
    (sum, use) => sum === null || use.fullest > sum.fullest ? use : sum,
    null,
  );
  const points = uses.map(({ at, fullest, mean }) => ({
    at: Math.min(Math.max(0, at), Math.max(range.span, 1)),
    fullest: 100 * fullest,
    mean: 100 * mean,
  }));
  return figure({
    id,
    title,
    summary: top === null
      ? "no counters"
      : `Fullest when a batch was stored: ${
        formatPart(top.fullest)
      } of a ring, processor ${top.processor} at ${
        formatAfter(top.at, range.span, range.width)
      }. Between two looks it may have been fuller.`,
    legend: [
      { text: "fullest ring", color: "s1" },
      { text: "mean of all", color: "s2", form: "line" },
    ],
    height: 180,
    draw: (layout, size) =>
      drawOverTime(range, layout, size, {
        y: { domain: [0, 100], axis: null },
        marks: [
          Plot.gridY([25, 50, 75, 100], { stroke: "var(--grid)", strokeOpacity: 1 }),
          Plot.axisY([0, 25, 50, 75, 100], {
            label: null,
            tickSize: 4,
            tickFormat: (part: number) => `${part} %`,
          }),
          Plot.areaY(points, { x: "at", y: "fullest", fill: "var(--s1)", curve: "step-after" }),
          Plot.line(points, { x: "at", y: "mean", stroke: "var(--s2)", curve: "step-after" }),
          Plot.ruleY([0], { stroke: "currentColor" }),
        ],
      }),
    columns: ["time", "fullest", "processor", "mean"],
    rows: uses.map(({ at, fullest, mean, processor }) => ({
      from: placeOf(range, at),
      cells: [
        formatAfter(at, range.span, range.width),
        formatPart(fullest),
        String(processor),
        formatPart(mean),
      ],
    })),
  });
}

/** What a write cost its caller, as the driver measured it. */
export function writeCostChart(
  { id, title, bars, extent }: {
    id: string;
    title: Content;
    bars: readonly WriteCostBar[];
    extent: readonly [number, number];
  },
): Markup {
  const all = bars.reduce((sum, { writes }) => sum + writes, 0);
  const parts = bars.map(({ from, to, writes }) => ({
    from: Math.max(from, 1),
    to,
    part: 100 * writes / all,
  }));
  const most = Math.max(...parts.map(({ part }) => part));
  const place = (ns: number) =>
    Math.min(1, Math.max(0, Math.log(ns / extent[0]) / Math.log(extent[1] / extent[0])));
  return figure({
    id,
    title,
    summary: `Half of ${formatCount(all)} measured writes took less than ${formatNs(medianCost(bars) ?? 0)}.`,
    height: 180,
    draw: (layout, size) =>
      draw({
        ...size,
        ...frame(),
        x: { type: "log", domain: [...extent], axis: null },
        y: { domain: [0, most], nice: true, axis: null },
        marks: [
          Plot.gridY({ stroke: "var(--grid)", strokeOpacity: 1, ticks: 4 }),
          Plot.axisY({
            label: null,
            tickSize: 4,
            ticks: 4,
            tickFormat: (part: number) => `${Number(part.toPrecision(3))} %`,
          }),
          Plot.rect(parts, {
            x1: "from",
            x2: "to",
            y1: 0,
            y2: "part",
            fill: "var(--s1)",
            insetLeft: 0.5,
            insetRight: 0.5,
          }),
          Plot.axisX(thinned(decades(extent), TICKS[layout]), {
            label: null,
            tickSize: 4,
            text: (ns: number) => tickNs(ns),
          }),
          Plot.ruleY([0], { stroke: "currentColor" }),
        ],
      }),
    columns: ["from", "to", "writes", "share"],
    rows: bars.map(({ from, to, writes }) => ({
      from: place(Math.max(from, 1)),
      cells: [formatNs(from), formatNs(to), formatCount(writes), formatPart(writes / all)],
    })),
  });
}

/** The upper bound of the kind of cost in which the median lies, ns; null without measured writes. */
export function medianCost(bars: readonly WriteCostBar[]): number | null {
  const all = bars.reduce((sum, { writes }) => sum + writes, 0);
  let soFar = 0;
  for (const { to, writes } of bars) {
    soFar += writes;
    if (2 * soFar >= all && all > 0) return to;
  }
  return null;
}

/** At most so many of some ticks, evenly chosen. */
export function thinned(ticks: readonly number[], most: number): number[] {
  const step = Math.ceil(ticks.length / most);
  return ticks.filter((_, at) => at % step === 0);
}
