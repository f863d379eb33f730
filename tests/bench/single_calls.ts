/**
 * How long single calls take: what the slow ones cost, which no mean shows.
 * @module
 */
import type { NativeLibrary } from "../../runtime/ffi/native.ts";
import { BenchReader } from "./bench_reader.ts";
import { BenchWorker } from "./bench_worker.ts";
import type { BenchPrograms } from "./programs.ts";
import { CLOCK_ORDER, type MadeRings, makeRings } from "./ring_kinds.ts";
import { type Spread, spreadOf } from "./spread.ts";
import { needsProcessors } from "./threads.ts";

/** The percentiles, and the longest call of all. */
export const PERCENTILES = ["p50", "p99", "p99.9", "p99.99", "longest"] as const;

/** Single calls under one condition. */
export interface SingleCalls {
  readonly name: string;
  readonly about: string;
  /** Of each percentile, in ns, how it spreads over the runs; null when nothing could be measured, and `note` says why. */
  readonly spreads: Readonly<Record<typeof PERCENTILES[number], Spread>> | null;
  /** Calls of all runs together, and how many more were refused and are left out. */
  readonly calls: number;
  readonly refused: number;
  readonly note?: string;
}

interface Condition {
  readonly name: string;
  readonly about: string;
  readonly missing?: string;
  readonly measure: () => Promise<number[]>;
}

/**
 * Times at least two million calls under each condition in each run, the conditions by turns.
 *
 * @param onRun Called before each run.
 */
export async function measureSingleCalls(
  programs: BenchPrograms,
  library: NativeLibrary,
  runs: number,
  onRun: (run: number) => void,
): Promise<SingleCalls[]> {
  await using open = new AsyncDisposableStack();
  const conditions = makeConditions(programs, library, open);
  const answers = conditions.map((): number[][] => []);
  for (let run = 1; run <= runs; run++) {
    onRun(run);
    for (const [at, { missing, measure }] of conditions.entries()) {
      if (missing === undefined) answers[at]?.push(await measure());
    }
  }
  return conditions.map(({ name, about, missing }, at) => summarize(name, about, answers[at] ?? [], missing));
}

function makeConditions(
  programs: BenchPrograms,
  library: NativeLibrary,
  open: AsyncDisposableStack,
): Condition[] {
  const onRings = (mode: "own" | "drained", rings: MadeRings) => {
    if (rings.path === undefined) return { missing: rings.missing, ask: () => Promise.resolve([]) };
    const worker = open.use(new BenchWorker(programs.single, [mode, rings.path]));
    if (mode === "own") return { ask: (row: string) => worker.ask(row) };
    const reader = open.use(new BenchReader(programs, rings.path));
    return { ask: (row: string) => reader.whileDraining(() => worker.ask(row)) };
  };
  const index = onRings("own", makeRings(library, {}, open));
  const clock = onRings("own", makeRings(library, CLOCK_ORDER, open));
  const drained = onRings("drained", makeRings(library, {}, open));
  const condition = (
    name: string,
    about: string,
    { ask, ...rest }: typeof index,
    threads = 1,
  ): Condition => ({
    name,
    about,
    ...rest,
    ...needsProcessors(threads),
    measure: () => ask(threads === 1 ? "one" : "two"),
  });
  return [
    condition("single_64", "single calls of rs_send of 64 bytes, index order, one thread", index),
    condition("single_64_two", "as single_64, two threads on two processors at once", index, 2),
    condition("single_64_clock", "as single_64, clock order", clock),
    condition("single_64_clock_two", "as single_64_two, clock order", clock, 2),
    condition(
      "single_64_drained",
      "as single_64, while a reader on another processor drains at its own pace",
      drained,
    ),
  ];
}

function summarize(name: string, about: string, answers: number[][], missing?: string): SingleCalls {
  const columns = PERCENTILES.map((_, at) => spreadOf(answers.map((answer) => answer[at] ?? NaN)));
  const sum = (at: number) => answers.reduce((total, answer) => total + (answer[at] ?? NaN), 0);
  const stepNs = answers.at(-1)?.[PERCENTILES.length + 2];
  const note = missing ??
    (stepNs === undefined
      ? undefined
      : `the clock goes on in steps of about ${stepNs.toFixed(1)} ns, and no figure is finer`);
  const [p50, p99, p999, p9999, longest] = columns;
  const spreads = p50 && p99 && p999 && p9999 && longest
    ? { p50, p99, "p99.9": p999, "p99.99": p9999, longest }
    : null;
  return {
    name,
    about,
    spreads,
    calls: sum(PERCENTILES.length),
    refused: sum(PERCENTILES.length + 1),
    ...(note === undefined ? {} : { note }),
  };
}
