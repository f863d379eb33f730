import { BenchWorker } from "./bench_worker.ts";
import type { Measure } from "./measures.ts";
import type { BenchPrograms } from "./programs.ts";

/** What becomes of typed events where they are read, asked of a worker that `open` ends. */
export function eventMeasures(programs: BenchPrograms, open: AsyncDisposableStack): Measure[] {
  const worker = open.use(new BenchWorker(programs.events, []));
  const row = (name: string, about: string): Measure => ({
    name,
    group: "drain",
    unit: "M entries/s",
    about: `a batch of 60,000 events irp=%p status=%x us=%u to ${about}, one thread`,
    measure: () => worker.ask(name),
  });
  return [row("events_format", "messages"), row("events_columns", "typed columns")];
}
