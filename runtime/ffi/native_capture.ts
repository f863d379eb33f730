/**
 * One capture of the reader library: native memory with an owner.
 *
 * The draining and the storing half may be used by two workers at the same time; each gets the capture by its
 * address ({@link NativeCapture.address}, {@link NativeCapture.borrow}). Only the owner closes it, when both are out of it.
 * @module
 */
import { abi, Severity } from "../abi/layout.ts";
import type { EntryFilter } from "../reader/wanted_entries.ts";
import { encodePath } from "./path.ts";
import { Status, statusError } from "./status.ts";
import {
  INFO_BYTES,
  MESSAGE_BYTES,
  type NativeCaptureInfo,
  type NativeStats,
  type NativeWriter,
  readInfo,
  readMessage,
  readRingCounters,
  readStats,
  readWriter,
  RING_COUNTERS_BYTES,
  type RingCounters,
  STATS_BYTES,
  WRITER_BYTES,
} from "./structs.ts";
import type { ReaderSymbols } from "./symbols.ts";

/** Counters of a capture and of each of its rings. */
export interface CaptureCounters {
  readonly stats: NativeStats;
  readonly rings: readonly RingCounters[];
}

/** `rs_filter_kind` */
const FILTER_ONLY = 0, FILTER_EXCLUDE = 1;

/** What a step of the writer ended with. */
export interface StoreStep {
  /** `Status.again`, `Status.end`, `Status.noSpace` or `Status.io`. */
  readonly status: number;
  /** What went wrong, else "". */
  readonly message: string;
}

/** A ring set that is being recorded. */
export class NativeCapture implements Disposable {
  readonly #symbols: ReaderSymbols;
  #pointer: Deno.PointerObject | null;
  readonly #owned: boolean;

  /** Use `NativeLibrary.openCapture` or {@link NativeCapture.borrow}. */
  constructor(symbols: ReaderSymbols, pointer: Deno.PointerObject, owned = true) {
    this.#symbols = symbols;
    this.#pointer = pointer;
    this.#owned = owned;
  }

  /**
   * The capture that another thread of this process owns and keeps open. Disposing of the borrowed object does nothing.
   *
   * @throws {TypeError} The address is 0.
   */
  static borrow(symbols: ReaderSymbols, address: bigint): NativeCapture {
    const pointer = Deno.UnsafePointer.create(address);
    if (pointer === null) throw new TypeError("borrow a capture: the address is 0");
    return new NativeCapture(symbols, pointer, false);
  }

  /** Where it is in memory, for the workers. */
  get address(): bigint {
    return Deno.UnsafePointer.value(this.#open());
  }

  /** What is known about the ring set; the clock's rate and anchor get better while it is open. */
  info(): NativeCaptureInfo {
    const bytes = new Uint8Array(INFO_BYTES);
    this.#symbols.rs_capture_info(this.#open(), bytes);
    return readInfo(bytes);
  }

  /** The counters as of the last look at the rings. */
  counters(): CaptureCounters {
    const pointer = this.#open();
    const stats = new Uint8Array(STATS_BYTES);
    const count = this.#symbols.rs_capture_stats(pointer, stats, null, 0);
    const rings = new Uint8Array(count * RING_COUNTERS_BYTES);
    this.#symbols.rs_capture_stats(pointer, stats, rings, count);
    return {
      stats: readStats(stats),
      rings: Array.from({ length: count }, (_, at) => readRingCounters(rings, at)),
    };
  }

  /** The threads that write into the rings now, or wrote until they died. */
  writers(): NativeWriter[] {
    const pointer = this.#open();
    const count = this.#symbols.rs_capture_writers(pointer, null, 0);
    const bytes = new Uint8Array(count * WRITER_BYTES);
    const found = this.#symbols.rs_capture_writers(pointer, bytes, count);
    return Array.from({ length: Math.min(found, count) }, (_, at) => readWriter(bytes, at));
  }

  /** What writes cost since this capture began: of each ring, in the order of the rings, how many of the measured ones fell into each bucket. */
  writeCost(): BigUint64Array[] {
    const pointer = this.#open();
    const count = this.#symbols.rs_capture_write_cost(pointer, null, 0);
    const counts = new BigUint64Array(count * abi.costBuckets);
    this.#symbols.rs_capture_write_cost(pointer, new Uint8Array(counts.buffer), count);
    return Array.from(
      { length: count },
      (_, ring) => counts.subarray(ring * abi.costBuckets, (ring + 1) * abi.costBuckets),
    );
  }

  /** Registrations of call sites that were refused since the rings were made. */
  refusedSites(): bigint {
    return this.#symbols.rs_capture_refused_sites(this.#open());
  }

  /** Asks both workers to come to their end. */
  stop(): void {
    this.#symbols.rs_capture_stop(this.#open());
  }

  /**
   * Makes the pool of buffers between the two workers.
   *
   * @param bufferBytes Bytes of all buffers; 0 means 256 MiB.
   * @param batchAgeMs When a batch that is not full is handed to the writer; 0: the library chooses.
   * @throws {RangeError} A size that cannot be.
   * @throws {DriverError} No memory.
   */
  openDrain(bufferBytes: number, batchAgeMs: number): void {
    const message = new Uint8Array(MESSAGE_BYTES);
    const status = this.#symbols.rs_drain_open(this.#open(), BigInt(bufferBytes), 0, batchAgeMs, message);
    if (status !== Status.ok) {
      throw statusError(status, "make the buffers of the capture", readMessage(message));
    }
  }

  /**
   * Before {@link openDrain}: when the entry of a writer that stands still is passed, and the memory for entries that wait meanwhile.
   */
  tuneDrain(stallMs: number, reorderBytes: number): void {
    this.#symbols.rs_drain_tune(this.#open(), stallMs, BigInt(reorderBytes));
  }

  /**
   * Before {@link openDrain}: which entries become rows.
   *
   * @throws {RangeError} A pattern that can be none, or a severity.
   * @throws {DriverError} No memory.
   */
  setFilter({ only, exclude, least }: EntryFilter): void {
    const add = (kind: number, pattern: string) => {
      const status = this.#symbols.rs_filter_pattern(this.#open(), kind, encodePath(pattern));
      if (status !== Status.ok) throw statusError(status, `filter by the pattern "${pattern}"`, "");
    };
    for (const pattern of only) add(FILTER_ONLY, pattern);
    for (const pattern of exclude) add(FILTER_EXCLUDE, pattern);
    if (least === Severity.trace) return;
    const status = this.#symbols.rs_filter_severity(this.#open(), least);
    if (status !== Status.ok) throw statusError(status, `filter by the severity ${least}`, "");
  }

  /**
   * Begins the first segment in a folder that exists.
   *
   * @param syncMs How often written bytes are forced to the disk; 0: only at the end.
   * @param segmentBytes A segment that has grown to so many is closed; 0: the library's own choice.
   * @param segmentAgeMs A segment whose first batch is so old is closed although it is small; 0: none is.
   * @throws {DriverError} The folder cannot be written.
   */
  openStore(folder: string, syncMs: number, segmentBytes = 0, segmentAgeMs = 0): void {
    const message = new Uint8Array(MESSAGE_BYTES);
    const status = this.#symbols.rs_store_open(
      this.#open(),
      encodePath(folder),
      syncMs,
      BigInt(segmentBytes),
      message,
    );
    if (status !== Status.ok) throw statusError(status, `begin the capture ${folder}`, readMessage(message));
    this.#symbols.rs_store_tune(this.#open(), segmentAgeMs);
  }

  /** Takes entries for about `budgetMs`. Blocks. Returns `Status.again` or `Status.end`. */
  runDrain(budgetMs: number): number {
    return this.#symbols.rs_drain_run(this.#open(), budgetMs);
  }

  /** Takes what was logged until now, waits at most `timeoutMs` for writers inside an entry, and ends the draining. Blocks. */
  finishDrain(timeoutMs: number): number {
    return this.#symbols.rs_drain_finish(this.#open(), timeoutMs);
  }

  /** Writes batches for about `budgetMs`. Blocks. */
  runStore(budgetMs: number): StoreStep {
    const message = new Uint8Array(MESSAGE_BYTES);
    const status = this.#symbols.rs_store_run(this.#open(), budgetMs, message);
    return { status, message: readMessage(message) };
  }

  /** Ends the segments and syncs everything. Blocks. */
  finishStore(): StoreStep {
    const message = new Uint8Array(MESSAGE_BYTES);
    const status = this.#symbols.rs_store_finish(this.#open(), message);
    return { status, message: readMessage(message) };
  }

  /** Closes the capture, if it is this object's own. No worker may be inside. */
  [Symbol.dispose](): void {
    if (this.#pointer !== null && this.#owned) this.#symbols.rs_capture_close(this.#pointer);
    this.#pointer = null;
  }

  #open(): Deno.PointerObject {
    if (this.#pointer === null) throw new TypeError("the capture is closed");
    return this.#pointer;
  }
}
