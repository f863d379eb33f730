/**
 * The rings of a running program, mapped into this process without native code of ours.
 *
 * The producer's half is mapped read-only, the consumer's half writable, as driver/include/rs_abi.h draws it. Linux.
 * @module
 */
import { setHeader } from "../abi/layout.ts";
import { ClockKind } from "../abi/layout.ts";
import { DriverError } from "../errors.ts";
import { readSpecialFile, specialFileBytes } from "../ffi/special_files.ts";
import { loadConsumerPid, storeConsumerPid } from "./checkpoint.ts";
import { Libc, type LibcLibrary, openLibc } from "./libc.ts";
import { type RingMemory, SharedBytes } from "./ring_memory.ts";
import { readSetHeader, type SetHeader } from "./set_header.ts";

/** What mmap returns for failure: all bits set. */
const mapFailed = 0xffff_ffff_ffff_ffffn;

/** A ring set that is mapped. Nothing of it may be used after it was disposed of; whoever tries gets a TypeError. */
export class LiveMapping implements RingMemory, Disposable {
  readonly header: SetHeader;
  readonly producer: SharedBytes;
  readonly consumer: SharedBytes;
  readonly #libc: LibcLibrary;
  readonly #file: number;
  readonly #parts: { readonly pointer: Deno.PointerObject; readonly buffer: ArrayBuffer }[] = [];
  #isOpen = true;

  /**
   * Maps the ring set in a file and takes the lock of the one reader that drains it.
   *
   * @throws {AbiMismatchError} As `readSetHeader`.
   * @throws {DriverError} The file is missing, not ours to read and write, no ring set, or drained by another process.
   */
  constructor(path: string) {
    this.header = readHeaderOfFile(path);
    const { consumerOff, totalBytes } = this.header;
    this.#libc = openLibc();
    this.#file = this.#openFile(path);
    try {
      this.producer = this.#map(path, 0, consumerOff, Libc.protectRead);
      this.consumer = this.#map(
        path,
        consumerOff,
        totalBytes - consumerOff,
        Libc.protectRead | Libc.protectWrite,
      );
      this.#lock(path);
    } catch (error) {
      this[Symbol.dispose]();
      throw error;
    }
  }

  /** The rings' clock now, in ticks; 0 where its counter cannot be read from TypeScript. */
  readTicks(): bigint {
    if (this.header.clockKind !== ClockKind.monotonicNs) return 0n;
    const time = new BigInt64Array(2);
    this.#libc.symbols.clock_gettime(Libc.clockMonotonic, new Uint8Array(time.buffer));
    return time[0]! * 1_000_000_000n + time[1]!;
  }

  [Symbol.dispose](): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    for (const { pointer, buffer } of this.#parts) {
      const bytes = BigInt(buffer.byteLength);
      // Detached first: a late access is then an exception and not a fault.
      buffer.transfer();
      this.#libc.symbols.munmap(pointer, bytes);
    }
    this.#libc.symbols.close(this.#file);
    this.#libc.close();
  }

  #openFile(path: string): number {
    const name = new TextEncoder().encode(`${path}\0`);
    const file = this.#libc.symbols.open(name, Libc.openReadWrite | Libc.openCloseOnExec);
    if (file >= 0) return file;
    this.#libc.close();
    throw new DriverError(
      `cannot open the rings ${path}: the system refused; record as the user who made them`,
    );
  }

  #map(path: string, offset: number, bytes: number, rights: number): SharedBytes {
    const pointer = this.#libc.symbols.mmap(
      null,
      BigInt(bytes),
      rights,
      Libc.mapShared,
      this.#file,
      BigInt(offset),
    );
    if (pointer === null || Deno.UnsafePointer.value(pointer) === mapFailed) {
      throw new DriverError(
        `cannot map ${bytes} bytes of the rings ${path}: the system refused; make the rings smaller`,
      );
    }
    const buffer = new Deno.UnsafePointerView(pointer).getArrayBuffer(bytes);
    this.#parts.push({ pointer, buffer });
    return new SharedBytes(new Uint8Array(buffer));
  }

  /** The lock ends with its process, however that ends. */
  #lock(path: string): void {
    if (this.#libc.symbols.flock(this.#file, Libc.lockExclusive | Libc.lockNonBlocking) !== 0) {
      throw new DriverError(
        `cannot drain the rings ${path}: process ${loadConsumerPid(this.consumer)} drains them already; ` +
          "end that capture first, or look at what it writes",
      );
    }
    storeConsumerPid(this.consumer, Deno.pid);
  }
}

function readHeaderOfFile(path: string): SetHeader {
  const bytes = readSpecialFile(path), size = specialFileBytes(path);
  if (bytes === null || size === null) {
    throw new DriverError(
      `cannot open the rings ${path}: it is not there, or may not be read; check the path (the program that logs makes the rings ` +
        "when it starts), and record as the user who made them",
    );
  }
  return readSetHeader(bytes.subarray(0, setHeader.bytes), size, path);
}
