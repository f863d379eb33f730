/**
 * Durations of a report: what each kind of work came to, and the weightiest kinds over time.
 *
 * @module
 */
import { numberOf, type Row, textOf } from "./ask.ts";
import { type AskByCapture, toHeatCell, toPercentiles } from "./read_report.ts";
import type { TimingSeries, TimingTotal } from "./report_data.ts";

/** Kinds of work that get charts of their own: as many as somebody looks at. */
const SHOWN_KINDS = 4;
/** Enough for an interval, and read in a moment. */
const SAMPLES_MAX = 20_000;

/** Durations of one capture. */
export interface CaptureTimings {
  readonly totals: readonly TimingTotal[];
  readonly series: readonly TimingSeries[];
}

/**
 * Reads them for all captures: the same kinds of work for each, so that they can be laid beside each other.
 *
 * @param askSamples Some durations of a capture and kind in order: of all that there are, one of so many.
 */
export async function readTimings(
  captures: readonly string[],
  askByCapture: AskByCapture,
  beginOf: (capture: string) => bigint,
  askSamples: (capture: string, name: string, step: number) => Promise<Row[]>,
): Promise<Map<string, CaptureTimings>> {
  const rows = await askByCapture("timing_totals");
  const totals = new Map(captures.map((capture) => [capture, (rows.get(capture) ?? []).map(toTotal)]));
  const series = new Map(captures.map((capture) => [capture, [] as TimingSeries[]]));
  for (const name of weightiest([...totals.values()])) {
    const points = await askByCapture("timings_over_time", [name]);
    const heat = await askByCapture("timing_heat", [name]);
    for (const capture of captures) {
      const begin = beginOf(capture);
      const count = totals.get(capture)?.find((total) => total.name === name)?.count ?? 0;
      const step = Math.ceil(count / SAMPLES_MAX);
      // Without another side nobody asks for an interval.
      const samples = captures.length < 2 || step === 0 ? [] : await askSamples(capture, name, step);
      series.get(capture)?.push({
        name,
        points: (points.get(capture) ?? []).map((row) => toPercentiles(row, begin)),
        heat: (heat.get(capture) ?? []).map((row) => toHeatCell(row, begin)),
        samples: Float64Array.from(samples, ({ dur_ns }) => numberOf(dur_ns)),
      });
    }
  }
  return new Map(captures.map((capture) => [capture, {
    totals: totals.get(capture) ?? [],
    series: series.get(capture) ?? [],
  }]));
}

/** The kinds on which most time was spent, over all captures. */
function weightiest(totals: readonly (readonly TimingTotal[])[]): string[] {
  const sums = new Map<string, number>();
  for (const { name, total } of totals.flat()) sums.set(name, (sums.get(name) ?? 0) + total);
  return [...sums].sort(([, a], [, b]) => b - a).slice(0, SHOWN_KINDS).map(([name]) => name);
}

function toTotal(row: Row): TimingTotal {
  return {
    name: textOf(row.name),
    count: numberOf(row.count),
    total: numberOf(row.total_ns),
    p50: numberOf(row.p50_ns),
    p90: numberOf(row.p90_ns),
    p99: numberOf(row.p99_ns),
    p999: numberOf(row.p999_ns),
    max: numberOf(row.max_ns),
  };
}
