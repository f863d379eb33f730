/**
 * What all charts over time have in common: the axis, the spans of time in which entries were lost, and marks.
 *
 * @module
 */
import type { LossPoint, MarkPoint } from "../data/report_data.ts";
import { type Layout, MARGINS, type Size, TICKS } from "./figure.ts";
import { draw, type Markish, Plot, type PlotOptions } from "./plot.ts";
import { unitOf } from "./time_axis.ts";
import type { Markup } from "../html/markup.ts";

/** The time that a chart shows. */
export interface TimeRange {
  /** ns after the beginning. */
  readonly span: number;
  /** Of one span of time, ns. */
  readonly width: number;
  readonly losses: readonly LossPoint[];
  readonly marks: readonly MarkPoint[];
}

/** Draws marks over time; horizontal values of the marks are ns. */
export function drawOverTime(
  range: TimeRange,
  layout: Layout,
  size: Size,
  options: Omit<PlotOptions, "x" | "className">,
): Markup {
  const unit = unitOf(range.span);
  return draw({
    ...size,
    ...frame(),
    x: {
      // A capture of a single moment has a chart too.
      domain: [0, Math.max(range.span, 1)],
      label: null,
      axis: null,
    },
    ...options,
    marks: [
      ...lossMarks(range),
      ...(options.marks ?? []),
      Plot.axisX(timeTicks(range.span, unit.ns, TICKS[layout]), {
        label: null,
        tickSize: 4,
        tickFormat: (ns: number) => `${Number((ns / unit.ns).toPrecision(6))} ${unit.name}`,
      }),
      ...commentMarks(range),
      ...lossPointers(range),
    ],
  });
}

/** Margins as Plot wants them. */
export function frame(): Pick<PlotOptions, "marginLeft" | "marginRight" | "marginTop" | "marginBottom"> {
  return {
    marginLeft: MARGINS.left,
    marginRight: MARGINS.right,
    marginTop: MARGINS.top,
    marginBottom: MARGINS.bottom,
  };
}

/** Where a time lies on the horizontal axis, 0 to 1. */
export function placeOf(range: TimeRange, at: number): number {
  return Math.min(1, Math.max(0, at / Math.max(range.span, 1)));
}

function timeTicks(span: number, unitNs: number, count: number): number[] {
  const amount = Math.max(span, 1) / unitNs;
  const step = niceStep(amount / count);
  const ticks: number[] = [];
  for (let at = 0; at <= amount * (1 + 1e-9); at += step) ticks.push(at * unitNs);
  return ticks;
}

/** 1, 2 or 5 times a power of ten. */
function niceStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  return power * ([1, 2, 5, 10].find((factor) => factor * power >= least * (1 - 1e-9)) ?? 10);
}

/** Losses as a band behind everything, so that no chart shows a calm that is a hole. */
function lossMarks({ losses, width, span }: TimeRange): Markish[] {
  const spans = [...new Set(losses.filter(({ lost }) => lost > 0).map(({ at }) => at))].map((at) => ({
    from: Math.max(0, Math.min(at, span)),
    to: Math.max(0, Math.min(at + width, span)),
  }));
  if (spans.length === 0) return [];
  return [Plot.rectX(spans, { x1: "from", x2: "to", fill: "var(--loss-band)", ariaLabel: "lost entries" })];
}

/** What is drawn over a band is pointed at from above, so that bars cannot hide it. */
function lossPointers({ losses, width, span }: TimeRange): Markish[] {
  const places = [...new Set(losses.filter(({ lost }) => lost > 0).map(({ at }) => at))].map((at) =>
    Math.min(Math.max(0, at + width / 2), Math.max(span, 1))
  );
  if (places.length === 0) return [];
  return [
    Plot.dotX(places, {
      frameAnchor: "top",
      dy: -6,
      r: 3.2,
      symbol: "triangle",
      rotate: 180,
      fill: "var(--bad)",
      ariaLabel: "lost entries",
    }),
  ];
}

function commentMarks({ marks }: TimeRange): Markish[] {
  if (marks.length === 0) return [];
  return [Plot.ruleX(marks.map(({ at }) => at), {
    stroke: "currentColor",
    strokeDasharray: "1,3",
    ariaLabel: "marks",
  })];
}
