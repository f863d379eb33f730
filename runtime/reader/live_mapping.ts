/**
 * The rings of a running program or kernel, mapped into this process without native code of ours.
 *
 * The producer's half is mapped read-only, the consumer's half writable, as driver/include/rs_abi.h draws it; rings that overwrite are
 * read without writing anything but the abandoning of dead writers' entries. Linux.
 * @module
 */
import { abi, ClockKind, Mode, setHeader } from "../abi/layout.ts";
import { DriverError } from "../errors.ts";
import { loadConsumerPid, storeConsumerPid } from "./checkpoint.ts";
import { Libc, type LibcLibrary, openLibc } from "./libc.ts";
import { type ClockAnchor, loadNewestAnchor } from "./newest_anchor.ts";
import { isClockForeign, type ReaderClock } from "./reader_clock.ts";
import { type RingMemory, SharedBytes } from "./ring_memory.ts";
import { openRingSource, type RingSource } from "./ring_source.ts";
import type { SetHeader } from "./set_header.ts";

/** What mmap returns for failure: all bits set. */
const mapFailed = 0xffff_ffff_ffff_ffffn;

/** A ring set that is mapped. Nothing of it may be used after it was disposed of; whoever tries gets a TypeError. */
export class LiveMapping implements RingMemory, Disposable {
  readonly header: SetHeader;
  readonly producer: SharedBytes;
  readonly consumer: SharedBytes;
  /** The newest anchor as it was found. */
  readonly anchor: ClockAnchor;
  /** The rings' clock; null where its counter cannot be read from TypeScript, or is another machine's. */
  readonly clock: ReaderClock | null;
  readonly #libc: LibcLibrary;
  readonly #source: RingSource;
  readonly #parts: { readonly pointer: Deno.PointerObject; readonly buffer: ArrayBuffer }[] = [];
  #isOverseer = false;
  #isOpen = true;

  /**
   * Maps the ring set in a file, or one of the Linux driver (`/dev/ringscope@NAME`), and takes the right of the one reader that drains it; rings
   * that overwrite may have several readers.
   *
   * @throws {AbiMismatchError} As `readSetHeader`.
   * @throws {DriverError} It is missing, not ours to read and write, no ring set, or drained by another process.
   */
  constructor(path: string) {
    this.#libc = openLibc();
    try {
      this.#source = openRingSource(this.#libc, path);
    } catch (error) {
      this.#libc.close();
      throw error;
    }
    try {
      this.producer = this.#map(path, 0, this.#source.producerBytes, Libc.protectRead);
      this.header = this.#source.checkHeader(this.producer.copy(0, setHeader.bytes));
      const { consumerOff, totalBytes, mode } = this.header;
      const isOverwriting = mode === Mode.overwrite;
      // A driver lets nobody write there who has not the right.
      if (!isOverwriting && !this.#source.take()) throw this.#busy(path);
      const rights = isOverwriting ? Libc.protectRead : Libc.protectRead | Libc.protectWrite;
      this.consumer = this.#map(path, consumerOff, totalBytes - consumerOff, rights);
      if (!isOverwriting) storeConsumerPid(this.consumer, Deno.pid);
    } catch (error) {
      this[Symbol.dispose]();
      throw error;
    }
    this.anchor = loadNewestAnchor(this);
    this.clock = this.#openClock();
  }

  /** Its file has been cut short. Whoever touches what is missing is killed by the system. */
  get isCut(): boolean {
    if (!this.#source.isFile) return false;
    return this.#libc.symbols.lseek(this.#source.file, 0n, Libc.seekEnd) < BigInt(this.header.totalBytes);
  }

  /** As `RingMemory.oversee`: whoever may write and gets the lock of the file, which other readers do without in this mode. */
  oversee(): boolean {
    this.#isOverseer ||= this.#source.mayWrite && this.#source.isFile && this.#source.take();
    return this.#isOverseer;
  }

  /** The producers' half is mapped read-only: by a mapping of its own. In user mode everybody may act as the driver. */
  swapWord(offset: number, expected: bigint, desired: bigint): void {
    const start = offset - offset % abi.regionAlign;
    const pointer = this.#mapPart(start, abi.regionAlign, Libc.protectRead | Libc.protectWrite);
    if (pointer === null) return;
    const buffer = new Deno.UnsafePointerView(pointer).getArrayBuffer(abi.regionAlign);
    new SharedBytes(new Uint8Array(buffer)).swap64(offset - start, expected, desired);
    this.#unmap(pointer, buffer);
  }

  [Symbol.dispose](): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    for (const { pointer, buffer } of this.#parts) this.#unmap(pointer, buffer);
    this.#source[Symbol.dispose]();
    this.#libc.close();
  }

  #openClock(): ReaderClock | null {
    if (this.header.clockKind !== ClockKind.monotonicNs) return null;
    const read = (clock: number) => {
      const time = new BigInt64Array(2);
      this.#libc.symbols.clock_gettime(clock, new Uint8Array(time.buffer));
      return time[0]! * 1_000_000_000n + time[1]!;
    };
    const now = { ticks: read(Libc.clockMonotonic), unixNs: read(Libc.clockRealtime) };
    return isClockForeign(this.anchor, now) ? null : { read: () => read(Libc.clockMonotonic) };
  }

  #map(path: string, offset: number, bytes: number, rights: number): SharedBytes {
    const pointer = this.#mapPart(offset, bytes, rights);
    if (pointer === null) {
      throw new DriverError(
        `cannot map ${bytes} bytes of the rings ${path}: the system refused; make the rings smaller`,
      );
    }
    const buffer = new Deno.UnsafePointerView(pointer).getArrayBuffer(bytes);
    this.#parts.push({ pointer, buffer });
    return new SharedBytes(new Uint8Array(buffer));
  }

  #mapPart(offset: number, bytes: number, rights: number): Deno.PointerObject | null {
    const { mmap } = this.#libc.symbols;
    const pointer = mmap(null, BigInt(bytes), rights, Libc.mapShared, this.#source.file, BigInt(offset));
    return pointer === null || Deno.UnsafePointer.value(pointer) === mapFailed ? null : pointer;
  }

  #unmap(pointer: Deno.PointerObject, buffer: ArrayBuffer): void {
    const bytes = BigInt(buffer.byteLength);
    // Detached first: a late access is then an exception and not a fault.
    buffer.transfer();
    this.#libc.symbols.munmap(pointer, bytes);
  }

  #busy(path: string): DriverError {
    const taker = this.#source.findTaker() ?? this.#readConsumerPid(path);
    return new DriverError(
      `cannot drain the rings ${path}: process ${taker} drains them already; ` +
        "end that capture first, or look at what it writes",
    );
  }

  /** What the reader that drains a file has left there. */
  #readConsumerPid(path: string): number {
    const { consumerOff, totalBytes } = this.header;
    return loadConsumerPid(this.#map(path, consumerOff, totalBytes - consumerOff, Libc.protectRead));
  }
}
