import { BenchReader } from "./bench_reader.ts";
import type { NativeLibrary } from "../../runtime/ffi/native.ts";
import { BenchWorker } from "./bench_worker.ts";
import type { Measure } from "./measures.ts";
import type { BenchPrograms } from "./programs.ts";
import { CLOCK_ORDER, type MadeRings, makeRings, OVERWRITE_MODE } from "./ring_kinds.ts";
import { needsProcessors, threadsAbout } from "./threads.ts";

const FIRST = "first processor";
const BURSTS = "bursts that fit into a ring of the default size, whose space is returned between them";
const DRAINED = "while a reader on another processor drains at its own pace";

/** Something that measures a row when it is asked, or the reason why nobody does. */
interface Asked {
  readonly ask?: (row: string) => Promise<number[]>;
  readonly missing?: string;
}

/** References and writes, asked of workers that `open` ends. */
export function writeMeasures(
  programs: BenchPrograms,
  library: NativeLibrary,
  open: AsyncDisposableStack,
): Measure[] {
  const own = onOwnRings(programs, makeRings(library, {}, open), open);
  const clock = onOwnRings(programs, makeRings(library, CLOCK_ORDER, open), open);
  const overwrite = onOwnRings(programs, makeRings(library, OVERWRITE_MODE, open), open);
  const drained = onDrainedRings(programs, makeRings(library, {}, open), open);
  const clockDrained = onDrainedRings(programs, makeRings(library, CLOCK_ORDER, open), open);
  const closed = open.use(new BenchWorker(programs.send, ["closed"]));

  const measureOf = (name: string, { ask, missing }: Asked, row: string) => ({
    name,
    ...(missing === undefined ? {} : { missing }),
    measure: () => ask === undefined ? Promise.reject(new TypeError(`${name} is missing`)) : ask(row),
  });
  const reference = (name: string, about: string, unit: Measure["unit"] = "ns"): Measure => (
    { ...measureOf(name, own, name), group: "reference", about, unit }
  );
  const write = (name: string, about: string, asked: Asked = own, row = name): Measure => (
    { ...measureOf(name, asked, row), group: "write", about, unit: "ns" }
  );
  const crew = (name: string, threads: number, about: string, asked: Asked, row: string): Measure => (
    { ...write(name, `${about}, ${threadsAbout(threads)}, each`, asked, row), ...needsProcessors(threads) }
  );
  return [
    reference("clock", "the clock of an entry alone (rdtsc where there is one)"),
    reference("clock_ordered", "the clock of an entry in clock order alone (rdtsc behind a fence)"),
    reference("call", "a call of the library that does nothing: rs_is_open"),
    reference("copy", "memcpy of 64 bytes to where the entries of a ring of 4 MiB would lie"),
    reference("bandwidth", "memcpy of 64 MiB", "GB/s"),
    write("send_64", `rs_send of 64 bytes, index order, one thread, ${FIRST}; ${BURSTS}`),
    crew("send_64_two", 2, "as send_64", own, "send_64_two"),
    crew("send_64_four", 4, "as send_64", own, "send_64_four"),
    write("send_64_clock", "as send_64, clock order", clock, "send_64"),
    crew("send_64_clock_two", 2, "as send_64, clock order", clock, "send_64_two"),
    crew("send_64_clock_four", 4, "as send_64, clock order", clock, "send_64_four"),
    write(
      "send_64_overwrite",
      "as send_64, overwrite mode, full rings: each write evicts",
      overwrite,
      "send_64",
    ),
    crew(
      "send_64_overwrite_two",
      2,
      "as send_64, overwrite mode, full rings: each write evicts",
      overwrite,
      "send_64_two",
    ),
    write("send_64_drained", `as send_64, ${DRAINED}`, drained),
    write("send_64_clock_drained", `as send_64_clock, ${DRAINED}`, clockDrained, "send_64_drained"),
    write("send_64_paced", "rs_send of 64 bytes, 100 at a time, 5 M/s; the time between them does not count"),
    write("send_64_paced_drained", `as send_64_paced, ${DRAINED}`, drained),
    write("send_0", `rs_send of 0 bytes; otherwise as send_64`),
    write("send_512", `rs_send of 512 bytes; otherwise as send_64`),
    write("log", `rs_log with a text and two numbers, 52 to 57 characters; otherwise as send_64`),
    write("event_five", `RS_EVENT of five 32-bit numbers; otherwise as send_64`),
    crew("event_five_two", 2, "as event_five", own, "event_five_two"),
    write("event_five_clock", "as event_five, clock order", clock, "event_five"),
    crew("event_five_clock_two", 2, "as event_five, clock order", clock, "event_five_two"),
    write("event_text", `RS_EVENT of a text of 24 bytes and two numbers; otherwise as send_64`),
    write("log_five", `rs_log of the five numbers of event_five, 43 to 51 characters`),
    write("event_off", "event_five, switched off; no write"),
    write("refused", "rs_send of 64 bytes to a full ring; no write"),
    write("not_recorded", "rs_send of 64 bytes while no rings are open; no write", {
      ask: (row) => closed.ask(row),
    }),
  ];
}

function onOwnRings(programs: BenchPrograms, rings: MadeRings, open: AsyncDisposableStack): Asked {
  if (rings.path === undefined) return rings;
  const worker = open.use(new BenchWorker(programs.send, ["own", rings.path]));
  return { ask: (row) => worker.ask(row) };
}

function onDrainedRings(programs: BenchPrograms, rings: MadeRings, open: AsyncDisposableStack): Asked {
  if (rings.path === undefined) return rings;
  const worker = open.use(new BenchWorker(programs.send, ["drained", rings.path]));
  const reader = open.use(new BenchReader(programs, rings.path));
  return { ask: (row) => reader.whileDraining(() => worker.ask(row)) };
}
