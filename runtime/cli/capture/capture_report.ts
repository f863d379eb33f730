import { relative } from "@std/path";
import { bold, dim, green, red, yellow } from "@std/fmt";
import type { ProcessorResult, RecordResult, RingTotals } from "../../capture/record_types.ts";
import { type CommonOptions, dirArgument, shellQuote, terminalWidth } from "../common_options.ts";
import { formatCount, formatNs, formatSeconds, formatShare } from "../format_number.ts";
import { renderTable, type TableColumn } from "../table.ts";
import { taskCommand } from "../user_folder.ts";
import type { Latencies, Latency } from "./latencies.ts";

type Cause = "lost_full" | "overwritten" | "too_big" | "abandoned" | "corrupt" | "unstored" | "mixed";
type Optional = Cause | "filtered" | "discarded" | "pending" | "stalled" | "late";

/** Counters that are shown only where one is not zero, with what to do about a loss. */
const CAUSES: Record<Cause, string> = {
  lost_full: "the ring was full: a larger --ring-size makes room",
  overwritten:
    "overwritten before it was read: a larger --ring-size makes room, for the kernel's log its parameter log_buf_len",
  too_big: "longer than the ring can take: log less at once, or a larger --ring-size",
  abandoned: "the writer died or stood still inside the entry",
  corrupt: "the entry did not pass the checks: something wrote into the rings",
  unstored: "taken by an earlier capture that died before it wrote them",
  mixed: "lost by more than one of these causes",
};
const OPTIONAL: readonly Optional[] = [
  "filtered",
  "discarded",
  ...Object.keys(CAUSES) as Cause[],
  "pending",
  "stalled",
  "late",
];

/** The report at the end of a capture: what happened, the table by processor, and what to try next. */
export function captureReport(
  result: RecordResult,
  latencies: Latencies,
  options: Pick<CommonOptions, "dir">,
): string {
  const place = relative(Deno.cwd(), result.path);
  return [
    headline(result),
    dim(place.startsWith("..") ? result.path : place),
    "",
    ...(result.processors.length === 0 ? [] : [processorTable(result, latencies), ""]),
    ...explanations(result, latencies),
    "Next:",
    `  ${taskCommand()} sql${dirArgument(options)} "SELECT * FROM latency_by_processor"`,
    `  ${taskCommand()} info${dirArgument(options)} ${shellQuote(result.name)}`,
    "",
  ].join("\n");
}

function headline(result: RecordResult): string {
  const loss = result.lost === 0
    ? green("nothing lost")
    : red(`${formatCount(result.lost)} lost (${formatShare(result.lost, result.attempts)})`);
  const parts = [
    `${formatCount(result.entries)} entries in ${formatSeconds(result.seconds)}`,
    loss,
    ...(result.complete ? [] : [red("not complete")]),
    ...(result.balanced ? [] : [red("the counters do not balance")]),
  ];
  return `${bold(result.name)}: ${parts.join(", ")}`;
}

function processorTable(result: RecordResult, latencies: Latencies): string {
  const shown = OPTIONAL.filter((name) => result[name] > 0);
  const columns: TableColumn[] = [
    "processor",
    "attempts",
    "read",
    ...shown.map((name) => name.replace("_", " ")),
    "lost",
    "entries/s",
    "p50",
    "p99",
    "p99.9",
    "max",
  ].map((title) => ({ title, align: "right" }));
  const row = (title: string, totals: RingTotals, rate: number, latency: Latency | null | undefined) => [
    title,
    formatCount(totals.attempts),
    formatCount(totals.read),
    ...shown.map((name) => formatCount(totals[name])),
    formatCount(totals.lost),
    formatCount(Math.round(rate)),
    ...latencyCells(latency),
  ];
  const rows = result.processors.map((one: ProcessorResult) =>
    row(String(one.processor), one, one.rate, latencies.byProcessor.get(one.processor))
  );
  const rate = result.processors.reduce((sum, one) => sum + one.rate, 0);
  if (rows.length > 1) rows.push(row("all", result, rate, latencies.all));
  return renderTable(columns, rows, { width: terminalWidth(), total: true });
}

function latencyCells(latency: Latency | null | undefined): string[] {
  if (latency === null || latency === undefined) return ["–", "–", "–", "–"];
  return [latency.p50, latency.p99, latency.p999, latency.max].map(formatNs);
}

function explanations(result: RecordResult, latencies: Latencies): string[] {
  const lines = (Object.keys(CAUSES) as Cause[]).filter((cause) => result[cause] > 0)
    .map((cause) => yellow(`${cause}: ${CAUSES[cause]}`));
  if (result.stalled > 0) {
    lines.push(
      yellow(
        "stalled: among the abandoned, entries whose writers live and stood still inside them; late: finished after that",
      ),
    );
  }
  if (result.filtered > 0) lines.push(dim("filtered: read and, as wished, not stored; they are no loss"));
  if (!result.balanced) {
    lines.push(red("attempts ≠ read + discarded + lost + pending: see the view accounting"));
  }
  if (latencies.all !== null) {
    lines.push(
      dim("p50 … max: delivery latency, from the write to the drain; mostly our own polling when idle"),
    );
  }
  return lines.length === 0 ? [] : [...lines, ""];
}
