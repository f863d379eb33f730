/**
 * Durations over time: the median, the tail, and the longest of each span of time.
 *
 * @module
 */
import type { PercentilePoint } from "../data/report_data.ts";
import type { Content, Markup } from "../html/markup.ts";
import { figure } from "./figure.ts";
import { formatCount, formatNs, tickNs } from "./number_text.ts";
import { type Markish, Plot } from "./plot.ts";
import { formatAfter } from "./time_axis.ts";
import { drawOverTime, placeOf, type TimeRange } from "./time_chart.ts";

/** What {@link percentileChart} draws. */
export interface PercentileParts {
  readonly id: string;
  readonly title: Content;
  readonly what: string;
  readonly range: TimeRange;
  readonly points: readonly PercentilePoint[];
  /** Shortest and longest of all charts that are to be compared, ns. */
  readonly extent: readonly [number, number];
}

const LINES = [
  { key: "p50", text: "median", color: "s3", dash: undefined },
  { key: "p90", text: "90 %", color: "s1", dash: "6,3" },
  { key: "p99", text: "99 %", color: "s2", dash: undefined },
] as const;

/** The least and the most that a logarithmic axis shows; null when there is nothing. */
export function percentileExtent(points: readonly PercentilePoint[]): [number, number] | null {
  if (points.length === 0) return null;
  const least = points.reduce((sum, { p50 }) => Math.min(sum, p50), Infinity);
  const most = points.reduce((sum, { max }) => Math.max(sum, max), 1);
  const from = Math.max(1, least), to = Math.max(2, most);
  // Two octaves at least, so that an axis has ticks.
  const slack = Math.max(1, 2 / Math.sqrt(to / from));
  return [Math.max(1, from / slack), to * slack];
}

/** The chart. */
export function percentileChart({ id, title, what, range, points, extent }: PercentileParts): Markup {
  const worst = points.reduce<PercentilePoint | null>(
    (sum, point) => sum === null || point.p99 > sum.p99 ? point : sum,
    null,
  );
  const after = (at: number) => formatAfter(at, range.span, range.width);
  return figure({
    id,
    title,
    summary: worst === null
      ? `no ${what}`
      : `The 99th percentile was highest at ${after(worst.at)}: ${
        formatNs(worst.p99)
      }, where the median was ${formatNs(worst.p50)}.`,
    legend: [
      ...LINES.map(({ text, color, dash }) => ({
        text,
        color,
        form: dash === undefined ? "line" as const : "dash" as const,
      })),
      { text: "longest", color: "s6", form: "dots" },
    ],
    draw: (layout, size) =>
      drawOverTime(range, layout, size, {
        y: { type: "log", domain: [extent[0] * 0.9, extent[1] * 1.15], axis: null },
        marks: [
          Plot.gridY(decades(extent), { stroke: "var(--grid)", strokeOpacity: 1 }),
          Plot.axisY(decades(extent), { label: null, tickSize: 4, text: (ns: number) => tickNs(ns) }),
          Plot.dot(points, {
            x: (point: PercentilePoint) => middle(point, range),
            y: (point: PercentilePoint) => Math.max(1, point.max),
            r: 1.6,
            fill: "var(--s6)",
          }),
          ...LINES.flatMap(({ key, color, dash }) => lineMarks(points, range, key, color, dash)),
        ],
      }),
    columns: ["time", what, "p50", "p90", "p99", "longest"],
    rows: points.map((point) => ({
      from: placeOf(range, point.at),
      cells: [
        after(point.at),
        formatCount(point.count),
        formatNs(point.p50),
        formatNs(point.p90),
        formatNs(point.p99),
        formatNs(point.max),
      ],
    })),
  });
}

function middle({ at }: { at: number }, { width, span }: TimeRange): number {
  return Math.min(Math.max(0, at + width / 2), Math.max(span, 1));
}

/** A line that stops where nothing was; a place alone is a dot. */
function lineMarks(
  points: readonly PercentilePoint[],
  range: TimeRange,
  key: "p50" | "p90" | "p99",
  color: string,
  dash: string | undefined,
): Markish[] {
  const places: { x: number; y: number }[] = [];
  const alone: { x: number; y: number }[] = [];
  points.forEach((point, at) => {
    const before = points[at - 1], next = points[at + 1];
    const follows = before !== undefined && point.at - before.at < 1.5 * range.width;
    const isFollowed = next !== undefined && next.at - point.at < 1.5 * range.width;
    const place = { x: middle(point, range), y: Math.max(1, point[key]) };
    if (!follows && before !== undefined) places.push({ x: place.x, y: NaN });
    places.push(place);
    if (!follows && !isFollowed) alone.push(place);
  });
  const stroke = `var(--${color})`;
  return [
    Plot.line(places, {
      x: "x",
      y: "y",
      stroke,
      strokeWidth: 1.8,
      ...(dash !== undefined && { strokeDasharray: dash }),
    }),
    Plot.dot(alone, { x: "x", y: "y", r: 2, fill: stroke }),
  ];
}

/** Ticks of a logarithmic axis: powers of ten, and between them 2 and 5 where there are few. */
export function decades([least, most]: readonly [number, number]): number[] {
  const ticks: number[] = [];
  const isShort = most / least < 300;
  for (let power = 0; power <= 19; power++) {
    for (const factor of isShort ? [1, 2, 5] : [1]) {
      const tick = factor * 10 ** power;
      if (tick >= least * 0.9 && tick <= most * 1.15) ticks.push(tick);
    }
  }
  return ticks;
}
