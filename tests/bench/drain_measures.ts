import { type NativeLibrary } from "../../runtime/ffi/native.ts";
import { Status } from "../../runtime/ffi/status.ts";
import { DriverError } from "../../runtime/errors.ts";
import { makeOwnRings } from "../../runtime/capture/rings_place.ts";
import { BenchWorker } from "./bench_worker.ts";
import type { Measure } from "./measures.ts";
import type { BenchPrograms } from "./programs.ts";

const RING_COUNTS = [2, 8, 64];
const FFI_RING_COUNT = 8;
/** Of rs_row_t. */
const ROW_BYTES = 64;
const FILLED = "60,000 entries of 64 bytes, by turns in";

/** Drains, asked of workers that `open` ends. */
export function drainMeasures(
  programs: BenchPrograms,
  library: NativeLibrary,
  open: AsyncDisposableStack,
): Measure[] {
  const makeRings = (ringCount: number) =>
    open.use(makeOwnRings((path) => library.makeRingSet(path, { ringCount }))).path;
  const unit = "M entries/s";
  const group = "drain";
  const inC = RING_COUNTS.flatMap((count): Measure[] => {
    const worker = open.use(new BenchWorker(programs.drain, [makeRings(count)]));
    return [
      {
        name: `drain_${count}`,
        group,
        unit,
        about: `from rings to the columns of Arrow batches, payload included: ${FILLED} ${count} rings`,
        measure: () => worker.ask("columns"),
      },
      {
        name: `drain_messages_${count}`,
        group,
        unit,
        about: `as drain_${count}, to whole Arrow messages, checksum included`,
        measure: () => worker.ask("messages"),
      },
    ];
  });
  const measureFfi = drainThroughFfi(programs, library, makeRings(FFI_RING_COUNT), open);
  return [...inC, {
    name: `ffi_drain_${FFI_RING_COUNT}`,
    group,
    unit,
    about: `as drain_${FFI_RING_COUNT}, called from Deno through FFI; batches at the library's own leisure`,
    measure: measureFfi,
  }];
}

function drainThroughFfi(
  programs: BenchPrograms,
  library: NativeLibrary,
  rings: string,
  open: AsyncDisposableStack,
): () => Promise<number[]> {
  const filler = open.use(new BenchWorker(programs.drain, [rings]));
  const capture = open.use(library.openCapture(rings));
  capture.openDrain(0, 0);
  const pointer = Deno.UnsafePointer.create(capture.address);
  const count = new BigUint64Array(1);
  const countBytes = new Uint8Array(count.buffer);
  const row = new Uint8Array(ROW_BYTES);

  return async () => {
    const [filled = 0] = await filler.ask("fill");
    const started = performance.now();
    for (let taken = 0; taken < filled;) {
      library.symbols.rs_drain_once(pointer, countBytes);
      const more = Number(count[0]);
      if (more === 0) throw new DriverError("drain through FFI: entries are missing");
      taken += more;
    }
    const seconds = (performance.now() - started) / 1e3;
    // The only way to give batches back that needs no folder. It seals and takes the last one too.
    while (library.symbols.rs_capture_next(pointer, row) === Status.ok);
    return [filled / seconds / 1e6];
  };
}
