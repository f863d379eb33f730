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

/**
 * A page with the outcomes in the table between its marks. A step that was not run now keeps the row that it had, with its own date and
 * machine; rows of steps that there are no more go.
 *
 * @throws {Error} The page does not have both marks, in their order.
 */
export function putOutcomes(
  page: string,
  steps: readonly Step[],
  run: Run,
  outcomes: readonly Outcome[],
): string {
  const begin = page.indexOf(BEGIN), end = page.indexOf(END);
  if (begin < 0 || end < begin) {
    throw new Error(`put the outcomes: the page has no ${BEGIN} before its ${END}`);
  }
  const former = readRows(page.slice(begin + BEGIN.length, end));
  const rows = steps.map((step) => {
    const outcome = outcomes.find((outcome) => outcome.step.name === step.name);
    const told = outcome === undefined ? former.get(step.name) ?? NEVER_RUN : describeOutcome(run, outcome);
    return `| ${[step.name, step.what, ...told].join(" | ")} |`;
  });
  const table = [
    "| step | what | when and where | count | duration | result |",
    "| --- | --- | --- | --- | --- | --- |",
    ...rows,
  ].join("\n");
  return `${page.slice(0, begin + BEGIN.length)}\n\n${table}\n\n${page.slice(end)}`;
}

/** What stands behind a step's name and what it does. */
type Told = readonly string[];

const NEVER_RUN: Told = ["", "", "", "not run yet"];

function describeOutcome({ date, processor, processors }: Run, { result, count, durationMs }: Outcome): Told {
  const where = `${date.toISOString().slice(0, 10)}, ${processor}, ${processors} processors`;
  return [where, count ?? "", result === "missing" ? "" : formatDuration(durationMs), result];
}

/** The rows of a table by their first cells. */
function readRows(table: string): Map<string, Told> {
  const cells = table.split("\n").filter((line) => line.startsWith("|")).map((line) =>
    line.split("|").slice(1, -1).map((cell) => cell.trim())
  );
  return new Map(cells.map(([name = "", _what, ...told]) => [name, told]));
}
