import { type NativeLibrary } from "../../runtime/ffi/native.ts";
import { makeOwnRings } from "../../runtime/capture/rings_place.ts";
import { BenchWorker } from "./bench_worker.ts";
import type { Measure } from "./measures.ts";
import type { BenchPrograms } from "./programs.ts";

const FIRST = "first processor";
const BURSTS = "bursts that fit into a ring of the default size, whose space is returned between them";

/** References and writes, asked of workers that `open` ends. */
export function writeMeasures(
  programs: BenchPrograms,
  library: NativeLibrary,
  open: AsyncDisposableStack,
): Measure[] {
  const makeRings = () => open.use(makeOwnRings((path) => library.makeRingSet(path))).path;
  const own = open.use(new BenchWorker(programs.send, ["own", makeRings()]));
  const closed = open.use(new BenchWorker(programs.send, ["closed"]));
  const drainedRings = makeRings();
  const drained = open.use(new BenchWorker(programs.send, ["drained", drainedRings]));
  const reader = open.use(new BenchWorker(programs.reader, [drainedRings]));
  reader.pause(true);
  const withReader = async (row: string) => {
    reader.pause(false);
    try {
      return await drained.ask(row);
    } finally {
      // It looks at its rings a thousand times a second, which the other rows need not feel.
      reader.pause(true);
    }
  };

  const reference = (name: string, about: string, unit: Measure["unit"] = "ns"): Measure => (
    { name, group: "reference", about, unit, measure: () => own.ask(name) }
  );
  const write = (name: string, about: string, measure = () => own.ask(name)): Measure => (
    { name, group: "write", about, unit: "ns", measure }
  );
  const two = navigator.hardwareConcurrency < 2 ? [] : [
    write("send_64_two", `rs_send of 64 bytes by two threads on two processors at once, each; ${BURSTS}`),
  ];
  return [
    reference("clock", "the clock of an entry alone (rdtsc where there is one)"),
    reference("call", "a call of the library that does nothing: rs_is_open"),
    reference("copy", "memcpy of 64 bytes to where the entries of a ring of 4 MiB would lie"),
    reference("bandwidth", "memcpy of 64 MiB", "GB/s"),
    write("send_64", `rs_send of 64 bytes, one thread, ${FIRST}; ${BURSTS}`),
    ...two,
    write(
      "send_64_drained",
      "as send_64, while a reader on another processor drains at its own pace",
      () => withReader("send_64_drained"),
    ),
    write("send_64_paced", "rs_send of 64 bytes, 100 at a time, 5 M/s; the time between them does not count"),
    write(
      "send_64_paced_drained",
      "as send_64_paced, while a reader on another processor drains at its own pace",
      () => withReader("send_64_paced_drained"),
    ),
    write("send_0", `rs_send of 0 bytes; otherwise as send_64`),
    write("send_512", `rs_send of 512 bytes; otherwise as send_64`),
    write("log", `rs_log with a text and two numbers, 52 to 57 characters; otherwise as send_64`),
    write("refused", "rs_send of 64 bytes to a full ring; no write"),
    write(
      "not_recorded",
      "rs_send of 64 bytes while no rings are open; no write",
      () => closed.ask("not_recorded"),
    ),
  ];
}
