/**
 * Entries over time by processor: areas on each other, or, where there are too many for colours, one area of all and a row for each.
 *
 * @module
 */
import type { RatePoint } from "../data/report_data.ts";
import type { Content, Markup } from "../html/markup.ts";
import { figure, type FigureRow } from "./figure.ts";
import { evenShadeOf, gridMark } from "./heat_grid.ts";
import { formatCount, formatPart, formatRate, tickCount } from "./number_text.ts";
import { Plot } from "./plot.ts";
import { formatAfter } from "./time_axis.ts";
import { drawOverTime, placeOf, type TimeRange } from "./time_chart.ts";

/** Colours that everybody can tell apart. */
const COLORS = 6;
/** Rows that can still be told apart; beyond, neighbours share one. */
const ROWS_MAX = 48;

/** What {@link rateChart} draws. */
export interface RateParts {
  readonly id: string;
  readonly isBroad?: boolean;
  readonly title: Content;
  readonly range: TimeRange;
  readonly rates: readonly RatePoint[];
  /** Entries per second at the upper end of the axis. */
  readonly most: number;
}

interface Place {
  at: number;
  entries: number;
  warnings: number;
  errors: number;
  byProcessor: Map<number, number>;
}

/** Entries of all processors in each span of time, the silent ones between them too. */
function toPlaces(rates: readonly RatePoint[], width: number): Place[] {
  const found = new Map<number, Place>();
  for (const { at, processor, entries, warnings, errors } of rates) {
    const place = found.get(at) ?? { at, entries: 0, warnings: 0, errors: 0, byProcessor: new Map() };
    place.entries += entries;
    place.warnings += warnings;
    place.errors += errors;
    place.byProcessor.set(processor, (place.byProcessor.get(processor) ?? 0) + entries);
    found.set(at, place);
  }
  const [first] = rates;
  if (first === undefined) return [];
  const last = rates.at(-1)!.at;
  const places: Place[] = [];
  for (let at = first.at; at <= last; at += width) {
    places.push(found.get(at) ?? { at, entries: 0, warnings: 0, errors: 0, byProcessor: new Map() });
  }
  return places;
}

/** The highest rate of a span of time, entries per second. */
export function highestRate(rates: readonly RatePoint[], width: number): number {
  return perSecond(toPlaces(rates, width).reduce((most, { entries }) => Math.max(most, entries), 0), width);
}

/** Whether there are few enough processors for a colour each. */
export function areStacked(rates: readonly RatePoint[]): boolean {
  return processorsOf(rates).length <= COLORS;
}

/** The rate of all processors: of each on that of the others, or of all together. */
export function rateChart({ id, title, isBroad = false, range, rates, most }: RateParts): Markup {
  const places = toPlaces(rates, range.width);
  const processors = processorsOf(rates);
  const top = places.reduce<Place | null>(
    (sum, place) => sum === null || place.entries > sum.entries ? place : sum,
    null,
  );
  const shown = areStacked(rates) ? processors : [];
  const rows = places.map((place): FigureRow => ({
    from: placeOf(range, place.at),
    cells: [
      formatAfter(place.at, range.span, range.width),
      formatRate(perSecond(place.entries, range.width)),
      formatCount(place.entries),
      formatCount(place.warnings),
      formatCount(place.errors),
      ...shown.map((one) => formatCount(place.byProcessor.get(one) ?? 0)),
    ],
  }));
  return figure({
    id,
    title,
    isBroad,
    summary: top === null
      ? "no entries"
      : `Highest at ${formatAfter(top.at, range.span, range.width)}: ${
        formatRate(perSecond(top.entries, range.width))
      } over all processors. ${
        processors.length === 1 ? "One processor" : `${processors.length} processors`
      } logged.`,
    legend: shown.map((processor, at) => ({ text: `processor ${processor}`, color: `s${at + 1}` })),
    columns: ["time", "rate", "entries", "warnings", "errors", ...shown.map((one) => `processor ${one}`)],
    rows,
    draw: (layout, size) => drawOverTime(range, layout, size, stackOptions(places, shown, range, most)),
  });
}

/** A row for each processor, where they are too many for colours. */
export function processorChart(
  { id, title, isBroad = false, range, rates }: Omit<RateParts, "most">,
): Markup {
  const processors = processorsOf(rates);
  const sums = new Map<number, number>();
  for (const { processor, entries } of rates) sums.set(processor, (sums.get(processor) ?? 0) + entries);
  const all = [...sums.values()].reduce((sum, entries) => sum + entries, 0);
  const [busiest = [0, 0]] = [...sums].sort(([, a], [, b]) => b - a);
  return figure({
    id,
    title,
    isBroad,
    summary: `Stronger is more. Processor ${busiest[0]} logged most: ${
      formatPart(busiest[1] / Math.max(all, 1))
    } of all entries; an even share would be ${formatPart(1 / processors.length)}.`,
    columns: ["processor", "entries", "share"],
    rows: processors.map((processor) => ({
      from: null,
      cells: [
        String(processor),
        formatCount(sums.get(processor) ?? 0),
        formatPart((sums.get(processor) ?? 0) / Math.max(all, 1)),
      ],
    })),
    draw: (layout, size) => drawOverTime(range, layout, size, rowOptions(rates, processors, range)),
  });
}

function processorsOf(rates: readonly RatePoint[]): number[] {
  return [...new Set(rates.map(({ processor }) => processor))].sort((a, b) => a - b);
}

function stackOptions(
  places: readonly Place[],
  processors: readonly number[],
  range: TimeRange,
  most: number,
) {
  const series = processors.length > 0 ? processors : [null];
  const cells = series.flatMap((processor, color) =>
    [...places, ...places.slice(-1).map((last) => ({ ...last, at: last.at + range.width }))].map((place) => ({
      at: Math.min(Math.max(0, place.at), Math.max(range.span, 1)),
      rate: perSecond(
        processor === null ? place.entries : place.byProcessor.get(processor) ?? 0,
        range.width,
      ),
      color: `var(--s${color + 1})`,
    }))
  );
  return {
    y: { domain: [0, Math.max(most, 1)], nice: true, axis: null },
    marks: [
      Plot.gridY({ stroke: "var(--grid)", strokeOpacity: 1, ticks: 5 }),
      Plot.axisY({ label: null, tickSize: 4, ticks: 5, tickFormat: tickCount }),
      Plot.areaY(cells, { x: "at", y: "rate", z: "color", fill: "color", curve: "step-after" }),
      Plot.ruleY([0], { stroke: "currentColor" }),
    ],
  };
}

function rowOptions(rates: readonly RatePoint[], processors: readonly number[], range: TimeRange) {
  const share = Math.ceil(processors.length / ROWS_MAX);
  const rowOf = new Map(processors.map((processor, at) => [processor, Math.floor(at / share)]));
  const sums = new Map<string, { at: number; row: number; entries: number }>();
  for (const { at, processor, entries } of rates) {
    const row = rowOf.get(processor)!;
    const sum = sums.get(`${at} ${row}`);
    if (sum === undefined) sums.set(`${at} ${row}`, { at, row, entries });
    else sum.entries += entries;
  }
  const cells = [...sums.values()].map(({ at, row, entries }) => ({
    x1: Math.max(0, at),
    x2: Math.min(Math.max(range.span, 1), at + range.width),
    y1: row,
    y2: row + 1,
    amount: entries,
  }));
  const rows = Math.ceil(processors.length / share);
  const every = Math.ceil(rows / 10);
  const ticks = Array.from({ length: Math.ceil(rows / every) }, (_, at) => at * every + 0.5);
  return {
    y: { domain: [0, rows], axis: null },
    marks: [
      gridMark(cells, cells.reduce((sum, { amount }) => Math.max(sum, amount), 0), evenShadeOf),
      Plot.axisY(ticks, {
        label: null,
        tickSize: 4,
        tickFormat: (row: number) => `cpu ${processors[Math.floor(row) * share] ?? ""}`,
      }),
    ],
  };
}

function perSecond(entries: number, widthNs: number): number {
  return widthNs > 0 ? entries * 1e9 / widthNs : 0;
}
