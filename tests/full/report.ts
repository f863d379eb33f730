import { formatDuration } from "./format_duration.ts";
import type { Step } from "./steps.ts";

/** How a step ended. */
export interface Outcome {
  readonly step: Step;
  readonly result: "passed" | "failed" | "missing";
  /** How much was done, in the step's words; null when it did not say so. */
  readonly count: string | null;
  readonly durationMs: number;
}

/** What the figures are of. */
export interface Run {
  readonly date: Date;
  readonly processor: string;
  readonly processors: number;
}

const BEGIN = "<!-- ok:full begin -->", END = "<!-- ok:full end -->";

/** What a step's output says of how much it did. */
export function findCount({ count }: Step, output: string): string | null {
  if (count === undefined) return output.match(/^\d+ passed, \d+ failed$/gm)?.at(-1) ?? null;
  return output.match(count)?.join(", ") ?? null;
}

/** The outcomes as Markdown. */
export function renderReport(run: Run, outcomes: readonly Outcome[]): string {
  const { date, processor, processors } = run;
  const rows = outcomes.map(({ step, result, count, durationMs }) => {
    const duration = result === "missing" ? "" : formatDuration(durationMs);
    return `| ${step.name} | ${step.what} | ${count ?? ""} | ${duration} | ${result} |`;
  });
  return [
    `${date.toISOString().slice(0, 10)}, ${processor}, ${processors} processors:`,
    "",
    "| step | what | count | duration | result |",
    "| --- | --- | --- | --- | --- |",
    ...rows,
  ].join("\n");
}

/**
 * A page with the report between its marks instead of what stood there.
 *
 * @throws {Error} The page does not have both marks, in their order.
 */
export function putReport(page: string, report: string): string {
  const begin = page.indexOf(BEGIN), end = page.indexOf(END);
  if (begin < 0 || end < begin) throw new Error(`put the report: the page has no ${BEGIN} before its ${END}`);
  return `${page.slice(0, begin + BEGIN.length)}\n\n${report}\n\n${page.slice(end)}`;
}
