/**
 * What the bench prints.
 * @module
 */
import { formatShare, formatSize } from "../../runtime/cli/format_number.ts";
import { renderTable, type TableColumn } from "../../runtime/cli/table.ts";
import type { BenchRow } from "./bench_row.ts";
import type { Machine } from "./machine.ts";
import { PERCENTILES, type SingleCalls } from "./single_calls.ts";
import type { SustainedTry } from "./sustained.ts";

/** Everything of one run. */
export interface BenchReport {
  readonly command: string;
  /** When it began, RFC 3339. */
  readonly started: string;
  readonly seconds: number;
  readonly quick: boolean;
  readonly rounds: number;
  readonly machine: Machine;
  readonly rows: readonly BenchRow[];
  readonly singleCalls: readonly SingleCalls[];
  readonly tries: readonly SustainedTry[];
}

const ROW_COLUMNS: readonly TableColumn[] = [
  { title: "row" },
  ...["median", "p5", "p95", "min"].map((title) => ({ title, align: "right" } as const)),
  { title: "unit" },
  { title: "aim" },
];
const CALL_COLUMNS: readonly TableColumn[] = [
  { title: "single calls" },
  ...[...PERCENTILES, "calls", "refused"].map((title) => ({ title, align: "right" } as const)),
  { title: "unit" },
];
const TRY_COLUMNS: readonly TableColumn[] = [
  ...["rate", "achieved", "attempts", "lost", "MB/s", "buffers", "disk MB/s"].map((title) => (
    { title, align: "right" } as const
  )),
  { title: "verdict" },
];

/** Where what is measured runs. */
const PLACES: readonly string[] = [
  "One thread is bound to the first processor this process may use, a second writer or the reader to the second, and so on.",
  "Of a capture's processes none is bound.",
];

/** The report as text for people. */
export function reportText(report: BenchReport): string {
  const { machine, rows, singleCalls, tries } = report;
  const head = [
    `${machine.processor}, ${machine.processors} processors, ${
      formatSize(machine.memoryBytes)
    }, ${machine.system}`,
    `${machine.compiler}, ${machine.flags}; Deno ${machine.deno}, Ringscope ${machine.ringscope}`,
    `${report.command}: ${report.rounds > 0 ? `${report.rounds} rounds, ` : ""}${
      report.seconds.toFixed(0)
    } s, load before it ${machine.load.toFixed(2)}`,
    ...report.rounds > 0 ? PLACES : [],
  ];
  const tables = [
    renderTable(ROW_COLUMNS, rows.map(rowCells)),
    ...singleCalls.length > 0 ? [renderTable(CALL_COLUMNS, singleCalls.map(callCells))] : [],
    ...tries.length > 0 ? [renderTable(TRY_COLUMNS, tries.map(tryCells))] : [],
  ];
  const notes = [...rows, ...singleCalls].map(({ name, about, note }) =>
    `${name}: ${about}${note === undefined ? "" : `; ${note}`}`
  );
  return [...head, "", ...tables.flatMap((table) => [table, ""]), ...notes].join("\n");
}

/** The report as one JSON object. */
export function reportJson(report: BenchReport): string {
  return JSON.stringify(report, null, 2);
}

function rowCells({ name, spread, unit, aim }: BenchRow): string[] {
  const figures = spread === null
    ? ["–", "–", "–", "–"]
    : [spread.median, spread.p5, spread.p95, spread.min].map(formatFigure);
  const aimText = aim === undefined
    ? ""
    : `${aim.text} (${formatFigure(aim.limit)}): ${aim.met ? "met" : "missed"}`;
  return [name, ...figures, unit, aimText];
}

/** Of each percentile the median of the runs, and the longest call of all. */
function callCells({ name, spreads, calls, refused }: SingleCalls): string[] {
  const figures = PERCENTILES.map((percentile) => {
    const spread = spreads?.[percentile];
    if (spread === undefined) return "–";
    return formatFigure(percentile === "longest" ? spread.max : spread.median);
  });
  return [name, ...figures, calls.toLocaleString("en-US"), refused.toLocaleString("en-US"), "ns"];
}

function tryCells(attempt: SustainedTry): string[] {
  return [
    `${attempt.wanted / 1e6} M/s`,
    `${(attempt.achieved / 1e6).toFixed(3)} M/s`,
    attempt.attempts.toLocaleString("en-US"),
    attempt.lost.toLocaleString("en-US"),
    attempt.megabytesPerSecond.toFixed(0),
    formatShare(attempt.bufferShare, 1),
    attempt.diskMegabytesPerSecond.toFixed(0),
    attempt.verdict,
  ];
}

function formatFigure(figure: number): string {
  return figure.toFixed(figure < 10 ? 2 : figure < 1000 ? 1 : 0);
}
