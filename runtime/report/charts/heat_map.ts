/**
 * How many took how long when: time across, the logarithm of the duration upwards.
 *
 * @module
 */
import type { HeatCell, PercentilePoint } from "../data/report_data.ts";
import { type Content, html, type Markup } from "../html/markup.ts";
import { figure } from "./figure.ts";
import { gridMark, shadeBounds } from "./heat_grid.ts";
import { formatCount, formatNs, tickCount, tickNs } from "./number_text.ts";
import { Plot } from "./plot.ts";
import { formatAfter } from "./time_axis.ts";
import { drawOverTime, placeOf, type TimeRange } from "./time_chart.ts";

/** Rows that can still be told apart. */
const ROWS_MAX = 36;

/** What {@link heatMap} draws. */
export interface HeatMapParts {
  readonly id: string;
  readonly title: Content;
  /** What is counted, as `entries`. */
  readonly what: string;
  readonly range: TimeRange;
  readonly cells: readonly HeatCell[];
  /** The same time in percentiles, for the table and the hints. */
  readonly points: readonly PercentilePoint[];
  /** The longest and shortest of all charts that are to be compared, in eighths of an octave. */
  readonly extent: readonly [number, number];
}

/** The shortest and the longest of some cells, in eighths of an octave; null when there are none. */
export function heatExtent(cells: readonly HeatCell[]): [number, number] | null {
  let least = Infinity, most = -Infinity;
  for (const { eighth } of cells) {
    least = Math.min(least, eighth);
    most = Math.max(most, eighth + 1);
  }
  if (least === Infinity) return null;
  // Two octaves at least, or a single duration would fill the chart.
  const slack = Math.max(0, Math.ceil((16 - (most - least)) / 2));
  return [Math.max(0, least - slack), most + slack];
}

/** The chart. */
export function heatMap({ id, title, what, range, cells, points, extent }: HeatMapParts): Markup {
  const fold = [1, 2, 4, 8, 16, 32].find((one) => (extent[1] - extent[0]) / one <= ROWS_MAX) ?? 64;
  const folded = foldCells(cells, fold);
  const most = folded.reduce((sum, { amount }) => Math.max(sum, amount), 0);
  const grid = folded.map(({ at, row, amount }) => ({
    x1: Math.max(0, at),
    x2: Math.min(Math.max(range.span, 1), at + range.width),
    y1: row * fold,
    y2: (row + 1) * fold,
    amount,
  }));
  const floor = Math.floor(extent[0] / fold) * fold, ceiling = Math.ceil(extent[1] / fold) * fold;
  const busiest = folded.reduce<typeof folded[number] | null>(
    (sum, cell) => sum === null || cell.amount > sum.amount ? cell : sum,
    null,
  );
  return figure({
    id,
    title,
    summary: busiest === null
      ? `no ${what}`
      : `Stronger is more. Most ${what} in one cell: ${formatCount(busiest.amount)}, of ${
        nsRange(busiest.row * fold, fold)
      }, at ${formatAfter(busiest.at, range.span, range.width)}.`,
    legend: [{ text: shadeLegend(most, what), color: "none", form: "dots" }],
    height: 260,
    draw: (layout, size) =>
      drawOverTime(range, layout, size, {
        y: { domain: [floor, ceiling], axis: null },
        marks: [
          gridMark(grid, most),
          Plot.axisY(decadesBetween(floor, ceiling), {
            label: null,
            tickSize: 4,
            tickFormat: (eighth: number) => tickNs(Math.round(2 ** (eighth / 8))),
          }),
        ],
      }),
    columns: ["time", what, "p50", "p90", "p99", "longest"],
    rows: points.map((point) => ({
      from: placeOf(range, point.at),
      cells: [
        formatAfter(point.at, range.span, range.width),
        formatCount(point.count),
        formatNs(point.p50),
        formatNs(point.p90),
        formatNs(point.p99),
        formatNs(point.max),
      ],
    })),
  });
}

function foldCells(cells: readonly HeatCell[], fold: number): { at: number; row: number; amount: number }[] {
  const sums = new Map<string, { at: number; row: number; amount: number }>();
  for (const { at, eighth, entries } of cells) {
    const row = Math.floor(eighth / fold);
    const key = `${at} ${row}`;
    const cell = sums.get(key);
    if (cell === undefined) sums.set(key, { at, row, amount: entries });
    else cell.amount += entries;
  }
  return [...sums.values()];
}

/** Powers of ten, in eighths of an octave; all or every third, as they fit. */
function decadesBetween(floor: number, ceiling: number): number[] {
  const decades: number[] = [];
  for (let power = 0; power <= 19; power++) {
    const place = 8 * Math.log2(10 ** power);
    if (place >= floor && place <= ceiling) decades.push(place);
  }
  return decades.length > 0 ? decades : [floor, ceiling];
}

function nsRange(eighth: number, fold: number): string {
  return `${formatNs(2 ** (eighth / 8))} to ${formatNs(2 ** ((eighth + fold) / 8))}`;
}

function shadeLegend(most: number, what: string): Markup {
  const bounds = most <= 1 ? [1] : shadeBounds(most);
  const first = most <= 1 ? 7 : 1;
  return html`<span class="shades">${what} ${
    bounds.map((least, at) =>
      // Neighbouring shades of small amounts begin alike, and the lighter of them holds nothing.
      bounds[at + 1] === least ? null : html`
        <span class="shade h${first + at}"></span>${tickCount(least)}
      `
    )
  }</span>`;
}
