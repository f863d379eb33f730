import { BenchWorker } from "./bench_worker.ts";
import { type BenchRow, findRow } from "./bench_row.ts";
import { needsProcessors, threadsAbout } from "./threads.ts";
import type { Measure } from "./measures.ts";
import type { BenchPrograms } from "./programs.ts";
import { inverseOf } from "./spread.ts";

/** What the one counter of index order costs by itself, asked of a worker that `open` ends. */
export function counterMeasures(programs: BenchPrograms, open: AsyncDisposableStack): Measure[] {
  const worker = open.use(new BenchWorker(programs.counter, []));
  const reference = (name: string, about: string, threads: number): Measure => ({
    name,
    group: "reference",
    unit: "ns",
    about,
    ...needsProcessors(threads),
    measure: () => worker.ask(name),
  });
  return [
    reference("counter", "a fetch-add on one word, one thread", 1),
    reference("counter_two", `a fetch-add on one word, ${threadsAbout(2)}, each`, 2),
    reference("counter_four", `a fetch-add on one word, ${threadsAbout(4)}, each`, 4),
    reference(
      "handover",
      "two threads that swap one word by turns: its cache line goes to the other processor once in this time",
      2,
    ),
  ];
}

/**
 * What index order comes to when many processors write all the time: the counter's line is always wanted elsewhere, and each entry costs
 * one handover. Two processors alone can do better: each takes several indexes before the line has gone.
 */
export function indexCapRow(rows: readonly BenchRow[]): BenchRow {
  const { spread, note } = findRow(rows, "handover");
  return {
    name: "index_cap",
    group: "reference",
    about:
      "entries of all processors together in index order, as far as the counter lets them: one in each handover",
    unit: "M entries/s",
    spread: spread === null ? null : inverseOf(spread, 1e3),
    ...(note === undefined ? {} : { note }),
  };
}
