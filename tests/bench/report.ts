/**
 * What the bench prints.
 * @module
 */
import { formatShare, formatSize } from "../../runtime/cli/format_number.ts";
import { renderTable, type TableColumn } from "../../runtime/cli/table.ts";
import type { BenchRow } from "./bench_row.ts";
import type { Machine } from "./machine.ts";
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
  readonly tries: readonly SustainedTry[];
}

const ROW_COLUMNS: readonly TableColumn[] = [
  { title: "row" },
  ...["median", "p5", "p95", "min"].map((title) => ({ title, align: "right" } as const)),
  { title: "unit" },
  { title: "aim" },
];
const TRY_COLUMNS: readonly TableColumn[] = [
  ...["rate", "achieved", "attempts", "lost", "MB/s", "buffers", "disk MB/s"].map((title) => (
    { title, align: "right" } as const
  )),
  { title: "verdict" },
];

/** The report as text for people. */
export function reportText(report: BenchReport): string {
  const { machine, rows, tries } = report;
  const head = [
    `${machine.processor}, ${machine.processors} processors, ${
      formatSize(machine.memoryBytes)
    }, ${machine.system}`,
    `${machine.compiler}, ${machine.flags}; Deno ${machine.deno}, Ringscope ${machine.ringscope}`,
    `${report.command}: ${report.rounds} rounds, ${report.seconds.toFixed(0)} s, load before it ${
      machine.load.toFixed(2)
    }`,
    "One thread is bound to the first processor this process may use, a second writer or the reader to the second.",
    "Of a capture's processes none is bound.",
  ];
  const table = renderTable(ROW_COLUMNS, rows.map(rowCells));
  const tryTable = renderTable(TRY_COLUMNS, tries.map(tryCells));
  const notes = rows.map((row) =>
    `${row.name}: ${row.about}${row.note === undefined ? "" : `; ${row.note}`}`
  );
  return [...head, "", table, "", tryTable, "", ...notes].join("\n");
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
