/**
 * Chooses the engine and opens the rings: those of a running program, or new ones.
 * @module
 */
import { ClockKind, Mode, Order } from "../abi/layout.ts";
import { ensureBuilt } from "../build/build.ts";
import { DriverError } from "../errors.ts";
import { loadNative, type RingSetOptions } from "../ffi/native.ts";
import type { CaptureEngine } from "./engine.ts";
import { openFallbackEngine } from "./fallback_engine.ts";
import { openNativeEngine } from "./native_engine.ts";
import { requireKmsg } from "./kmsg.ts";
import { wantedKernel } from "./kernel/kernel_options.ts";
import { KernelRings } from "./kernel/kernel_rings.ts";
import type { RecordOptions } from "./record_types.ts";
import { makeOwnRings } from "./rings_place.ts";

/** An engine with its rings. */
export interface OpenedEngine {
  readonly engine: CaptureEngine;
  /** Path of the ring set. */
  readonly rings: string;
  /** Path of the library that records programs which do not log themselves; null where it could not be built. */
  readonly preload: string | null;
  /** Path of the program that passes the kernel's log on; null where that is not recorded. */
  readonly kmsg: string | null;
  /** The set of a kernel driver; null where none is recorded. */
  readonly kernel: KernelRings | null;
  readonly warnings: readonly string[];
}

/**
 * Opens the rings for recording. Without the reader library, the rings of a running program can still be read, slowly.
 *
 * @param open Gets everything that has to be closed at the end.
 * @throws {DriverError | AbiMismatchError | RangeError} The rings cannot be made or opened.
 */
export async function openEngine(options: RecordOptions, open: AsyncDisposableStack): Promise<OpenedEngine> {
  const { reader, preload, kmsg: reading, reason } = await ensureBuilt();
  const kmsg = options.kmsg === undefined ? null : await requireKmsg(reading, reason);
  const library = reader === null ? null : open.use(loadNative(reader));
  const isNative = library !== null && options.engine !== "typescript";
  if (!isNative && options.engine === "native") throw noLibrary("record with the native reader", reason);
  const warnings: string[] = [];
  if (library === null) warnings.push(`recorded with the slow reader in TypeScript: ${reason}`);

  const wanted = wantedKernel(options);
  const kernel = wanted === null
    ? null
    : open.use(new KernelRings(wanted.system, wanted, { once: false, ...options }));
  let rings = kernel?.path ?? options.rings;
  if (rings === undefined) {
    if (Deno.build.os === "windows") throw noPrograms();
    if (library === null) throw noLibrary("make rings", reason);
    const sizes = ringSizes(options);
    const made = open.use(makeOwnRings(
      (path) => library.makeRingSet(path, sizes),
      undefined,
      () => library.makeMemoryRingSet(sizes),
    ));
    if (made.warning !== null) warnings.push(made.warning);
    rings = made.path;
  }
  const engine = isNative ? openNativeEngine(library, rings) : openFallbackEngine(rings);
  return { engine: open.use(engine), rings, preload, kmsg, kernel, warnings };
}

/** There is no driver for programs there. */
function noPrograms(): DriverError {
  return new DriverError(
    "record a program: that is for Linux so far; on Windows the kernel's drivers are recorded: deno task capture --windows",
  );
}

function noLibrary(attempted: string, reason: string | null): DriverError {
  return new DriverError(`${attempted}: there is no reader library: ${reason}`);
}

function ringSizes({ ringBytes, ringMemory, mode, order, kmsg }: RecordOptions): RingSetOptions {
  return {
    // The kernel does not tell on which processor something was logged, and has taken the time itself.
    ...(kmsg === undefined ? {} : { ringCount: 1, clockKind: ClockKind.monotonicNs }),
    ...(mode === undefined ? {} : { mode: Mode[mode] }),
    ...(order === undefined ? {} : { order: Order[order] }),
    ...(ringBytes === undefined ? {} : { ringBytes }),
    ...(ringMemory === undefined ? {} : { ringMemory }),
  };
}
