/**
 * Reads what a report shows from a store: some twenty questions whose answers are counts.
 *
 * @module
 */
import type { Store } from "../../store/store.ts";
import { ask, bigintOf, numberOf, type Row, textOf, textOrNull } from "./ask.ts";
import { readHead } from "./read_head.ts";
import { readSlowest } from "./read_slowest.ts";
import { readTimings } from "./read_timings.ts";
import type { CaptureReport, HeatCell, PercentilePoint, Template, Templates } from "./report_data.ts";

/** Options of {@link readReport}. */
export interface ReadReportOptions {
  readonly signal?: AbortSignal;
  /** Hears what is being asked. */
  readonly onQuestion?: (name: string) => void;
}

/** Asks a question and gives its rows by capture. */
export type AskByCapture = (name: string, params?: readonly unknown[]) => Promise<Map<string, Row[]>>;

/** Questions that are asked whatever the capture holds. */
const QUESTIONS = [
  "facts",
  "health",
  "extents",
  "rates",
  "latencies",
  "latency_heat",
  "losses",
  "ring_use",
  "write_costs",
  "accounts",
  "marks",
  "templates",
] as const;
type Question = typeof QUESTIONS[number];

/**
 * Counts everything that a report shows, of every capture of the store, in the store's order.
 *
 * @throws {QueryError} The engine refused a question, or it was cancelled.
 */
export async function readReport(store: Store, options: ReadReportOptions = {}): Promise<CaptureReport[]> {
  const askByCapture: AskByCapture = async (name, params = []) => {
    options.onQuestion?.(name);
    const rows = await ask(store, name, params, options.signal);
    return Map.groupBy(rows, ({ capture }) => textOf(capture));
  };
  const answers = new Map<Question, Map<string, Row[]>>();
  for (const question of QUESTIONS) answers.set(question, await askByCapture(question));
  const rowsOf = (question: Question, capture: string) => answers.get(question)?.get(capture) ?? [];

  const timings = await readTimings(
    store.captures.map(({ name }) => name),
    askByCapture,
    (capture) => beginOf(rowsOf("extents", capture)),
    (capture, name, step) => ask(store, "timing_samples", [capture, name, step], options.signal),
  );
  const reports: CaptureReport[] = [];
  for (const { name } of store.captures) {
    const [extent = {}] = rowsOf("extents", name);
    const begin = beginOf([extent]);
    const after = (value: unknown) => value === null ? 0 : Number(bigintOf(value) - begin);
    const of = timings.get(name);
    reports.push({
      head: readHead(rowsOf("facts", name)[0] ?? {}, rowsOf("health", name)[0] ?? {}),
      beginNs: begin,
      span: extent.last_ns === null ? 0 : after(extent.last_ns),
      width: numberOf(extent.width_ns),
      entries: numberOf(extent.entries),
      warnings: numberOf(extent.warnings),
      errors: numberOf(extent.errors),
      rates: rowsOf("rates", name).map((row) => ({
        at: after(row.at_ns),
        processor: numberOf(row.processor),
        entries: numberOf(row.entries),
        warnings: numberOf(row.warnings),
        errors: numberOf(row.errors),
      })),
      latencies: rowsOf("latencies", name).map((row) => toPercentiles(row, begin)),
      latencyHeat: rowsOf("latency_heat", name).map((row) => toHeatCell(row, begin)),
      timingTotals: of?.totals ?? [],
      timings: of?.series ?? [],
      slowest: (of?.totals.length ?? 0) === 0 ? [] : await readSlowest(store, name, begin, options.signal),
      templates: toTemplates(rowsOf("templates", name), begin),
      losses: rowsOf("losses", name).map((row) => ({
        at: after(row.at_ns),
        cause: textOf(row.cause),
        lost: numberOf(row.lost),
      })),
      ringUse: rowsOf("ring_use", name).map((row) => ({
        at: after(row.at_ns),
        fullest: numberOf(row.fullest),
        mean: numberOf(row.mean),
        processor: numberOf(row.processor),
      })),
      writeCosts: rowsOf("write_costs", name).map((row) => ({
        from: numberOf(row.from_ns),
        to: numberOf(row.to_ns),
        writes: numberOf(row.writes),
      })),
      accounts: rowsOf("accounts", name).map((row) => ({
        processor: numberOf(row.processor),
        attempts: bigintOf(row.attempts),
        read: bigintOf(row.read),
        discarded: bigintOf(row.discarded),
        lost: bigintOf(row.lost),
        pending: bigintOf(row.pending),
        filtered: bigintOf(row.filtered),
        isBalanced: row.balanced === true,
      })),
      marks: rowsOf("marks", name).map((row) => ({ at: after(row.at_ns), text: textOrNull(row.message) })),
    });
  }
  return reports;
}

function beginOf([extent]: readonly Row[]): bigint {
  return bigintOf(extent?.first_ns);
}

/** A row of percentiles over time. */
export function toPercentiles(row: Row, begin: bigint): PercentilePoint {
  return {
    at: Number(bigintOf(row.at_ns) - begin),
    count: numberOf(row.count),
    p50: numberOf(row.p50_ns),
    p90: numberOf(row.p90_ns),
    p99: numberOf(row.p99_ns),
    max: numberOf(row.max_ns),
  };
}

/** A row of a heat map. */
export function toHeatCell(row: Row, begin: bigint): HeatCell {
  return {
    at: Number(bigintOf(row.at_ns) - begin),
    eighth: numberOf(row.eighth),
    entries: numberOf(row.entries),
  };
}

function toTemplates(rows: readonly Row[], begin: bigint): Templates {
  const [first] = rows;
  return {
    listed: rows.map((row): Template => ({
      text: textOf(row.template),
      entries: numberOf(row.entries),
      level: textOrNull(row.level),
      firstAt: Number(bigintOf(row.first_ns) - begin),
      firstIdx: bigintOf(row.first_idx),
      isTop: row.is_top === true,
      isLate: row.is_late === true,
      isAlone: row.is_alone === true,
    })),
    kinds: numberOf(first?.kinds),
    lateKinds: numberOf(first?.late_kinds),
    aloneKinds: numberOf(first?.alone_kinds),
  };
}
