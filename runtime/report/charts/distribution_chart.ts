/**
 * How durations are distributed: of one capture, or of two laid over each other.
 *
 * @module
 */
import type { HeatCell } from "../data/report_data.ts";
import type { Content, Markup } from "../html/markup.ts";
import { thinned } from "./bar_charts.ts";
import { figure, TICKS } from "./figure.ts";
import { formatCount, formatNs, formatPart, tickNs } from "./number_text.ts";
import { decades } from "./percentile_chart.ts";
import { draw, type Markish, Plot } from "./plot.ts";
import { frame } from "./time_chart.ts";

/** Eighths of an octave in one step of the curve: 19 % of a duration. */
const FOLD = 2;

/** One curve. */
export interface DistributionSide {
  readonly text: Content;
  readonly cells: readonly HeatCell[];
  readonly p50: number;
  readonly p99: number;
}

/** What {@link distributionChart} draws. */
export interface DistributionParts {
  readonly id: string;
  readonly title: Content;
  readonly what: string;
  /** One, or base and candidate. */
  readonly sides: readonly DistributionSide[];
}

interface Step {
  readonly from: number;
  readonly to: number;
  readonly part: number;
  readonly count: number;
}

/** The chart. */
export function distributionChart({ id, title, what, sides }: DistributionParts): Markup {
  const curves = sides.map(({ cells }) => toSteps(cells));
  const all = curves.flat();
  // Two octaves at least, or a single duration would fill the chart.
  const shortest = Math.max(1, Math.min(...all.map(({ from }) => from)));
  const longest = Math.max(2, ...all.map(({ to }) => to));
  const slack = Math.max(1, 2 / Math.sqrt(longest / shortest));
  const least = Math.max(1, shortest / slack), most = longest * slack;
  const place = (ns: number) => Math.min(1, Math.max(0, Math.log(ns / least) / Math.log(most / least)));
  const highest = Math.max(0, ...all.map(({ part }) => part));
  const starts = [...new Set(all.map(({ from }) => from))].sort((a, b) => a - b);
  const at = curves.map((curve) => new Map(curve.map((step) => [step.from, step])));
  return figure({
    id,
    title,
    summary: summaryOf(sides),
    legend: sides.map(({ text }, side) => ({ text, color: colorOf(side, sides), form: formOf(side, sides) })),
    note: sides.length > 1 ? "Vertical lines: median and 99th percentile of each side." : undefined,
    draw: (layout, size) =>
      draw({
        ...size,
        ...frame(),
        x: { type: "log", domain: [least, most], axis: null },
        y: { domain: [0, highest], nice: true, axis: null },
        marks: [
          Plot.gridY({ stroke: "var(--grid)", strokeOpacity: 1, ticks: 4 }),
          Plot.axisY({
            label: null,
            tickSize: 4,
            ticks: 4,
            tickFormat: (part: number) => `${Number((100 * part).toPrecision(3))} %`,
          }),
          ...curves.flatMap((curve, side) => curveMarks(curve, side, sides)),
          Plot.axisX(thinned(decades([least, most]), TICKS[layout]), {
            label: null,
            tickSize: 4,
            text: (ns: number) => tickNs(ns),
          }),
          Plot.ruleY([0], { stroke: "currentColor" }),
        ],
      }),
    columns: [
      "from",
      "to",
      ...(sides.length > 1
        ? [`${what}, base`, "share, base", `${what}, candidate`, "share, candidate"]
        : [what, "share"]),
    ],
    rows: starts.map((from) => ({
      from: place(from),
      cells: [
        formatNs(from),
        formatNs(from * 2 ** (FOLD / 8)),
        ...at.flatMap((curve) => [
          formatCount(curve.get(from)?.count ?? 0),
          formatPart(curve.get(from)?.part ?? 0),
        ]),
      ],
    })),
  });
}

function summaryOf(sides: readonly DistributionSide[]): string {
  const told = ({ p50, p99 }: DistributionSide) =>
    `median ${formatNs(p50)}, 99th percentile ${formatNs(p99)}`;
  const [base, candidate] = sides;
  if (base === undefined) return "nothing";
  return candidate === undefined
    ? `${told(base).replace(/^./, (letter) => letter.toUpperCase())}.`
    : `Base: ${told(base)}. Candidate: ${told(candidate)}.`;
}

function colorOf(side: number, sides: readonly unknown[]): string {
  return sides.length > 1 ? ["base", "candidate"][side]! : "s1";
}

function formOf(side: number, sides: readonly unknown[]): "line" | "dash" | "area" {
  return sides.length === 1 ? "area" : side === 0 ? "dash" : "line";
}

function curveMarks(curve: readonly Step[], side: number, sides: readonly DistributionSide[]): Markish[] {
  const color = `var(--${colorOf(side, sides)})`;
  const isAlone = sides.length === 1;
  const dash = side === 0 && !isAlone ? { strokeDasharray: "6,3" } : {};
  const places = closed(curve);
  const { p50, p99 } = sides[side]!;
  return [
    ...(isAlone || side === 1
      ? [Plot.areaY(places, { x: "x", y: "y", fill: color, fillOpacity: 0.25, curve: "step-after" })]
      : []),
    Plot.line(places, { x: "x", y: "y", stroke: color, strokeWidth: 1.8, curve: "step-after", ...dash }),
    Plot.ruleX([p50, p99].filter((ns) => ns >= 1), { stroke: color, strokeWidth: 1.2, ...dash }),
  ];
}

/** The corners of a curve, down to nothing between steps that are apart and at both ends. */
function closed(curve: readonly Step[]): { x: number; y: number }[] {
  const corners: { x: number; y: number }[] = [];
  let end: number | null = null;
  for (const { from, to, part } of curve) {
    if (end === null) corners.push({ x: from, y: 0 });
    else if (from > end * 1.0001) corners.push({ x: end, y: 0 }, { x: from, y: 0 });
    corners.push({ x: from, y: part });
    end = to;
  }
  if (end !== null) corners.push({ x: end, y: curve.at(-1)!.part }, { x: end, y: 0 });
  return corners;
}

function toSteps(cells: readonly HeatCell[]): Step[] {
  const counts = new Map<number, number>();
  let all = 0;
  for (const { eighth, entries } of cells) {
    const step = Math.floor(eighth / FOLD);
    counts.set(step, (counts.get(step) ?? 0) + entries);
    all += entries;
  }
  return [...counts].sort(([a], [b]) => a - b).map(([step, count]) => ({
    from: 2 ** (step * FOLD / 8),
    to: 2 ** ((step + 1) * FOLD / 8),
    part: count / all,
    count,
  }));
}
