/**
 * Whether two sides may be compared at all: what their captures say of the machine, the rings and the settings.
 *
 * @module
 */
import { isInTurn, NOT_IN_TURN } from "./judge/in_turn.ts";
import type { Comparability, Difference } from "./judge/types.ts";
import type { MeasuredRun } from "./metrics/measure_capture.ts";

/** Conditions whose difference explains any difference of the values. Others are shown. */
const BLOCKING: ReadonlySet<string> = new Set([
  "host",
  "operating system",
  "architecture",
  "processors",
  "driver",
  "mode",
  "order",
  "clock",
  "rings",
  "ring size",
  "reader",
  "attached to running rings",
  "emptied once",
  "preload",
  "kernel log",
  "--only",
  "--exclude",
  "--min-severity",
  "ABI",
]);

/** What is never allowed: there is nothing to allow in a capture that lacks its end. */
const INCOMPLETE = "incomplete captures";

/** What `--allow` takes. */
export const ALLOWABLE: readonly string[] = [...BLOCKING].sort();

const SHOWN_RUNS = 3;

/**
 * Finds the differences, those that block first.
 *
 * @param allowed Conditions that may differ although they block: the user knows better.
 */
export function findDifferences(
  base: readonly MeasuredRun[],
  candidate: readonly MeasuredRun[],
  allowed: readonly string[] = [],
): Comparability {
  const found: Difference[] = [];
  const name = ({ run }: MeasuredRun) => run;
  const incomplete = (runs: readonly MeasuredRun[]) => runs.filter(({ facts }) => !facts.complete).map(name);
  if (incomplete([...base, ...candidate]).length > 0) {
    found.push({
      what: INCOMPLETE,
      base: listRuns(incomplete(base)),
      candidate: listRuns(incomplete(candidate)),
      severity: "blocks",
    });
  }
  for (const condition of conditionsOf([...base, ...candidate])) {
    const [before, after] = [valuesOf(base, condition), valuesOf(candidate, condition)];
    if (new Set([...before, ...after]).size < 2) continue;
    const blocks = BLOCKING.has(condition) && !allowed.includes(condition) &&
      !(condition === "ABI" && sameMajor([...before, ...after]));
    found.push({
      what: condition,
      base: before.join(", "),
      candidate: after.join(", "),
      severity: blocks ? "blocks" : "warns",
    });
  }
  const missing = (runs: readonly MeasuredRun[]) =>
    runs.filter(({ facts }) => facts.missing.length > 0)
      .map(({ run, facts }) => `${run}: ${facts.missing.join(", ")}`);
  if (missing([...base, ...candidate]).length > 0) {
    found.push({
      what: "missing entries",
      base: listRuns(missing(base), "; "),
      candidate: listRuns(missing(candidate), "; "),
      severity: "warns",
    });
  }
  if (isInTurn(base.map(beginningOf), candidate.map(beginningOf)) === false) {
    found.push({
      what: NOT_IN_TURN,
      base: spanOf(base),
      candidate: spanOf(candidate),
      severity: "warns",
    });
  }
  const rank = ({ severity }: Difference) => severity === "blocks" ? 0 : 1;
  return { differences: found.sort((a, b) => rank(a) - rank(b)) };
}

function conditionsOf(runs: readonly MeasuredRun[]): string[] {
  return [...new Set(runs.flatMap(({ facts }) => Object.keys(facts.conditions)))];
}

function valuesOf(runs: readonly MeasuredRun[], condition: string): string[] {
  return [...new Set(runs.map(({ facts }) => facts.conditions[condition] || "unknown"))].sort();
}

/** When a run began, ns; null where it is not known. */
function beginningOf({ facts: { started } }: MeasuredRun): bigint | null {
  try {
    return started === null ? null : Temporal.Instant.from(started).epochNanoseconds;
  } catch {
    // An imported log may have anything there: its order is not known either.
    return null;
  }
}

/** "2026-03-01T10:00:00Z to 2026-03-01T10:04:00Z": when the first and the last run of a side began. */
function spanOf(runs: readonly MeasuredRun[]): string {
  const times = runs.map(beginningOf).filter((time) => time !== null).sort((a, b) =>
    a < b ? -1 : a > b ? 1 : 0
  );
  const text = (time: bigint) => new Temporal.Instant(time).toString({ smallestUnit: "second" });
  const [first, last] = [times[0], times.at(-1)];
  if (first === undefined || last === undefined) return "unknown";
  return first === last ? text(first) : `${text(first)} to ${text(last)}`;
}

function sameMajor(versions: readonly string[]): boolean {
  return new Set(versions.map((version) => version.split(".")[0])).size < 2;
}

function listRuns(items: readonly string[], separator = ", "): string {
  if (items.length === 0) return "none";
  const more = items.length > SHOWN_RUNS ? ` and ${items.length - SHOWN_RUNS} more` : "";
  return items.slice(0, SHOWN_RUNS).join(separator) + more;
}
