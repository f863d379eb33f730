/**
 * The reader library, opened and checked: the only place that calls `Deno.dlopen`.
 *
 * The library is built by runtime/build/build.ts; nothing here compiles. Captures opened through it are in
 * native_capture.ts.
 * @module
 */
import { join } from "@std/path";
import { abi, layoutEntries, Mode, Order } from "../abi/layout.ts";
import { buildFolder, findFile, windowsProducts } from "../build/place.ts";
import { AbiMismatchError, DriverError } from "../errors.ts";
import { NativeCapture } from "./native_capture.ts";
import { NativeEvents } from "./native_events.ts";
import { encodePath } from "./path.ts";
import { Status, statusError } from "./status.ts";
import { MESSAGE_BYTES, readMessage } from "./structs.ts";
import { READER_SYMBOLS, type ReaderSymbols } from "./symbols.ts";

/** `rs_open_flags` */
const OPEN_DRAIN = 0, OPEN_IMAGE = 2;

/** How a new ring set is made; what is left out has the default of rs_log.h. */
export interface RingSetOptions {
  /** Number of rings; default: one for each configured processor. */
  readonly ringCount?: number;
  /** Bytes of each ring, a power of two; default: min(4 MiB, ringMemory / rings). */
  readonly ringBytes?: number;
  /** Bytes of all rings together; default: 256 MiB. */
  readonly ringMemory?: number;
  /** What a full ring does (`Mode`); default: it refuses new entries. */
  readonly mode?: number;
  /** What entries are ordered by (`Order`); default: the index. */
  readonly order?: number;
  /** `ClockKind.monotonicNs` for entries whose times somebody else took; default: the best clock of this machine. */
  readonly clockKind?: number;
}

/** Where the build puts the library: of those for Windows the first that is there. */
export function nativeLibraryPath(): string {
  if (Deno.build.os !== "windows") return join(buildFolder(), "libringscope_reader.so");
  const places = windowsProducts("ringscope.dll");
  return findFile(places) ?? places[0] ?? "";
}

/**
 * Opens the reader library and compares its layout of a ring set with ours. Each Deno worker opens it for itself.
 *
 * @throws {DriverError} There is no library at `path`, or it cannot be loaded.
 * @throws {AbiMismatchError} It is of another version.
 */
export function loadNative(path: string = nativeLibraryPath()): NativeLibrary {
  let library: Deno.DynamicLibrary<typeof READER_SYMBOLS>;
  try {
    library = Deno.dlopen(path, READER_SYMBOLS);
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) throw error;
    const found = error instanceof Error ? error.message : String(error);
    throw new DriverError(`load the reader library ${path}: ${found}; build it with "deno task build"`, {
      cause: error,
    });
  }
  try {
    checkAbi(path, library.symbols);
  } catch (error) {
    library.close();
    throw error;
  }
  return new NativeLibrary(path, library);
}

/** The reader library; closing it ends every function of it. */
export class NativeLibrary implements Disposable {
  /** Where it was loaded from. */
  readonly path: string;
  /** Its functions as rs_reader.h declares them. */
  readonly symbols: ReaderSymbols;
  readonly #library: Deno.DynamicLibrary<typeof READER_SYMBOLS>;

  /** Use {@link loadNative}. */
  constructor(path: string, library: Deno.DynamicLibrary<typeof READER_SYMBOLS>) {
    this.path = path;
    this.symbols = library.symbols;
    this.#library = library;
  }

  /**
   * Makes a ring set in a new file that only this user may read.
   *
   * @throws {RangeError} A size that cannot be.
   * @throws {DriverError} The file exists, there is no space or no permission; `cause.status` is the code.
   */
  makeRingSet(path: string, options: RingSetOptions = {}): void {
    const message = new Uint8Array(MESSAGE_BYTES);
    const status = this.symbols.rs_set_make(
      encodePath(path),
      options.ringCount ?? 0,
      BigInt(options.ringBytes ?? 0),
      BigInt(options.ringMemory ?? 0),
      options.mode ?? Mode.discard,
      options.order ?? Order.index,
      options.clockKind ?? 0,
      message,
    );
    if (status !== Status.ok) throw statusError(status, `make the rings ${path}`, readMessage(message));
  }

  /**
   * Makes a ring set in a memory file without a name: it needs no room in /dev/shm, cannot be truncated, and is gone with the last
   * process that has it open. This process keeps it open until the result is disposed of.
   *
   * @returns Where this user's processes find it while this one lives.
   * @throws {RangeError} A size that cannot be.
   * @throws {DriverError} There is no memory; `cause.status` is the code.
   */
  makeMemoryRingSet(options: RingSetOptions = {}): { readonly path: string } & Disposable {
    const message = new Uint8Array(MESSAGE_BYTES);
    const path = new Uint8Array(MESSAGE_BYTES);
    const file = new Int32Array(1);
    const status = this.symbols.rs_set_make_in_memory(
      options.ringCount ?? 0,
      BigInt(options.ringBytes ?? 0),
      BigInt(options.ringMemory ?? 0),
      options.mode ?? Mode.discard,
      options.order ?? Order.index,
      options.clockKind ?? 0,
      new Uint8Array(file.buffer),
      path,
      message,
    );
    if (status !== Status.ok) throw statusError(status, "make the rings in memory", readMessage(message));
    const { symbols } = this;
    return { path: readMessage(path), [Symbol.dispose]: () => symbols.rs_set_release(file[0] ?? -1) };
  }

  /**
   * Opens a ring set to take its entries.
   *
   * @throws {DriverError} It is missing, no ring set, held by another reader, or not ours to read.
   * @throws {AbiMismatchError} It is of another major version or byte order.
   * @param options.isImage The file is an image, in which nobody writes any more: it is not changed, and what was not finished is abandoned.
   */
  openCapture(path: string, { isImage = false } = {}): NativeCapture {
    const message = new Uint8Array(MESSAGE_BYTES);
    const place = new BigUint64Array(1);
    const status = this.symbols.rs_capture_open(
      encodePath(path),
      isImage ? OPEN_IMAGE : OPEN_DRAIN,
      new Uint8Array(place.buffer),
      message,
    );
    const pointer = Deno.UnsafePointer.create(place[0] ?? 0n);
    if (status !== Status.ok || pointer === null) {
      throw statusError(status, `open the rings ${path}`, readMessage(message));
    }
    return new NativeCapture(this.symbols, pointer);
  }

  /** Makes a reader of typed events; it has to be disposed of before this. */
  makeEvents(): NativeEvents {
    return new NativeEvents(this.symbols);
  }

  /**
   * How many entries a second the one index counter can number when all processors log at once: measured on two processors, in
   * about 4 ms. Null where there is only one.
   */
  measureIndexCap(): number | null {
    const cap = Number(this.symbols.rs_index_cap());
    return cap === 0 ? null : cap;
  }

  /** CRC-32C of bytes, continued from `crc`. */
  crc32c(bytes: Uint8Array<ArrayBuffer>, crc = 0): number {
    return this.symbols.rs_crc32c(crc, bytes, BigInt(bytes.byteLength));
  }

  /** Unloads the library. Every capture of it has to be closed before. */
  [Symbol.dispose](): void {
    this.#library.close();
  }
}

let shared: NativeLibrary | null | undefined;

/** The library where there is one that can be loaded, else null. It stays loaded until the process ends. */
function sharedLibrary(): NativeLibrary | null {
  if (shared !== undefined) return shared;
  try {
    shared = loadNative();
  } catch (error) {
    if (!(error instanceof DriverError) && !(error instanceof Deno.errors.NotCapable)) throw error;
    shared = null;
  }
  return shared;
}

/**
 * CRC-32C by the library where there is one that can be loaded, else null: no build, no permission for FFI, another version.
 * The library stays loaded until the process ends.
 *
 * @returns A function of the bytes and the sum to continue from (0 to begin).
 */
export function nativeCrc32c(): ((bytes: Uint8Array<ArrayBuffer>, crc?: number) => number) | null {
  const library = sharedLibrary();
  return library === null ? null : (bytes, crc) => library.crc32c(bytes, crc);
}

/** A reader of typed events by the library, as {@link nativeCrc32c}; null where there is none. */
export function nativeEvents(): NativeEvents | null {
  return sharedLibrary()?.makeEvents() ?? null;
}

function checkAbi(path: string, symbols: ReaderSymbols): void {
  const next = 'build it again with "deno task build"';
  const version = symbols.rs_reader_abi();
  if (version >>> 16 !== abi.major) {
    throw new AbiMismatchError(
      `use the reader library ${path}: it reads ring sets of ABI ${version >>> 16}.${version & 0xffff}, ` +
        `this program ${abi.major}.${abi.minor}; ${next}`,
    );
  }
  const expected = layoutEntries();
  const numbers = new Uint32Array(expected.length);
  const count = symbols.rs_reader_layout(new Uint8Array(numbers.buffer), numbers.length);
  if (count !== expected.length) {
    throw new AbiMismatchError(
      `use the reader library ${path}: it knows ${count} numbers of the layout, this program ${expected.length}; ${next}`,
    );
  }
  for (const [at, [name, value]] of expected.entries()) {
    if (numbers[at] === value) continue;
    throw new AbiMismatchError(
      `use the reader library ${path}: its ${name} is ${numbers[at]}, this program's ${value}; ${next}`,
    );
  }
}
