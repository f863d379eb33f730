/**
 * What `capture` records with where there is no native reader: one round after the other in TypeScript.
 *
 * It takes about 0.3 million entries of 64 bytes a second from the rings, where the native reader takes more than a hundred times as many,
 * and works on Linux.
 * @module
 */
import { Order } from "../abi/layout.ts";
import type { WireBatch, WireGaps } from "../arrow/wire.ts";
import { DriverError } from "../errors.ts";
import { FolderWriter } from "./folder_writer.ts";
import { linuxThreads, type Writer } from "./liveness.ts";
import { LiveMapping } from "./live_mapping.ts";
import { isKernel, listWriters } from "./owners.ts";
import type { ClockAnchor } from "./newest_anchor.ts";
import type { RingCounters } from "./ring_cursor.ts";
import { type Drain, RingReader } from "./ring_reader.ts";
import { RingView } from "./ring_view.ts";
import type { GapRow } from "./seq_account.ts";
import { LiveSites } from "./live_sites.ts";
import { countBatchRows, countersWithout, type TakenEntry, toWireBatch, toWireGaps } from "./wire_rows.ts";
import { SeenThreads } from "./seen_threads.ts";
import type { SetHeader } from "./set_header.ts";
import type { EntryFilter } from "./wanted_entries.ts";

/** Bounds of one batch. */
const batchLimits = { rowsMax: 65536, payloadMax: 8 * 2 ** 20 };
/** Of all rings together about so many bytes are looked at in one round, which bounds the memory that it takes. */
const roundBytes = 8 * 2 ** 20;
/** A batch that is not full is stored after this time. */
const batchAgeMs = 25;
/** Counters that changed without a row are stored that often. */
const newsMs = 1000;

/** What has been stored so far. */
export interface FallbackTotals {
  readonly entries: number;
  readonly storedEntries: number;
  readonly storedBatches: number;
  readonly storedBytes: number;
  readonly gaps: number;
  readonly violations: number;
  /** Of the last entry taken; meaningful when `entries` > 0. */
  readonly lastIndex: bigint;
}

/** A batch with the gaps that its counters include. */
interface FormedBatch {
  readonly batch: WireBatch;
  readonly gaps: WireGaps | null;
}

function attemptsOf(counters: readonly RingCounters[]): bigint {
  return counters.reduce((sum, { attempts }) => sum + attempts, 0n);
}

/** A ring set that is recorded without native code. */
export class FallbackCapture implements Disposable {
  readonly anchor: ClockAnchor;
  /** Bytes that were waiting in the rings when this capture came. */
  readonly startPending: bigint;
  /** Entries that an earlier capture took and died before it stored them. */
  readonly startUnstored: bigint;
  /** The table of call sites; null where the rings have none. */
  readonly sites: LiveSites | null;
  readonly #mapping: LiveMapping;
  readonly #reader: RingReader;
  readonly #rings: readonly RingView[];
  readonly #costAtStart: readonly BigUint64Array[];
  readonly #bytesPerRing: number;
  /** Of a kernel's entries. */
  readonly #seen: SeenThreads | null;
  #taken: TakenEntry[] = [];
  #gaps: GapRow[] = [];
  #counters: RingCounters[];
  #formed: FormedBatch | null = null;
  #batch = 0;
  /** Nothing more is taken: what is left is to be stored. */
  #isTaken = false;
  #oldestMs: number | null = null;
  #countedMs = performance.now();
  #storedAttempts = 0n;
  #totals = { entries: 0, storedEntries: 0, storedBatches: 0, storedBytes: 0, gaps: 0, lastIndex: 0n };

  /**
   * Opens the ring set of a running program, or one that was left behind.
   *
   * @throws {AbiMismatchError | DriverError} As `LiveMapping` and `RingReader`; or this system is not Linux; or somebody may still write in the
   *   order of a clock that cannot be read from TypeScript.
   */
  constructor(path: string) {
    if (Deno.build.os !== "linux") {
      throw new DriverError(
        `cannot record ${path}: without the native reader rings can be read on Linux only, this is ${Deno.build.os}; ` +
          "install a C compiler",
      );
    }
    this.#mapping = new LiveMapping(path);
    try {
      this.#reader = new RingReader(this.#mapping, { liveness: linuxThreads, clock: this.#mapping.clock });
      this.#checkOrder(path);
    } catch (error) {
      this.#mapping[Symbol.dispose]();
      throw error;
    }
    this.#seen = isKernel(this.#mapping.header) ? new SeenThreads() : null;
    this.anchor = this.#mapping.anchor;
    this.sites = this.#mapping.header.siteCount === 0 ? null : new LiveSites(this.#mapping);
    this.startPending = this.#reader.waitingBytes;
    this.startUnstored = this.#reader.startUnstored;
    const numbers = Array.from({ length: this.#mapping.header.ringCount }, (_, number) => number);
    this.#rings = numbers.map((number) => new RingView(this.#mapping, number));
    this.#costAtStart = this.#rings.map((ring) => ring.loadWriteCost());
    this.#bytesPerRing = Math.max(64 * 1024, Math.floor(roundBytes / this.#mapping.header.ringCount));
    this.#counters = this.#reader.counters();
  }

  /** The ring set's header. */
  get header(): SetHeader {
    return this.#mapping.header;
  }

  /**
   * When a writer that stands still is passed, how much memory entries may take that wait for another ring, and which are stored.
   *
   * @throws {RangeError} A pattern that can be none.
   */
  tune(settings: { stallMs: number; reorderBytes: number; filter: EntryFilter }): void {
    this.#reader.tune(settings.stallMs, settings.reorderBytes);
    this.#reader.filter(settings.filter);
  }

  /** The counters of every ring as of the last round. */
  get counters(): readonly RingCounters[] {
    return this.#counters;
  }

  /** What writes cost since this capture began: of each ring, how many of the measured ones took from 2^b to 2^(b+1) ticks, for each b. */
  get writeCost(): BigUint64Array[] {
    const now = this.#mapping.isCut ? this.#costAtStart : this.#rings.map((ring) => ring.loadWriteCost());
    return now.map((counts, ring) =>
      counts.map((count, bucket) => count - this.#costAtStart[ring]![bucket]!)
    );
  }

  /** The threads that write into the rings now, or wrote until they died; of a kernel's, those of its entries since the last question. */
  get writers(): Writer[] {
    if (this.#seen !== null) return this.#seen.take();
    return this.#mapping.isCut ? [] : listWriters(this.#mapping);
  }

  /** What this capture has taken and stored. */
  get totals(): FallbackTotals {
    return { ...this.#totals, violations: this.#reader.violations };
  }

  /**
   * One round: takes what is in the rings, returns its space, and stores what is old or long enough.
   *
   * @returns How many entries were taken, with those that are not stored.
   * @throws {DriverError} The file of the rings was truncated. What was taken can still be stored: {@link finish}.
   * @throws {CaptureError} The folder cannot be written. Nothing is lost: the next round tries again, and takes nothing before that.
   */
  drainInto(writer: FolderWriter): number {
    this.#storeWhenDue(writer);
    if (this.#taken.length >= batchLimits.rowsMax) this.#store(writer);
    this.#checkFile();
    return this.#take(this.#reader.drain(this.#bytesPerRing));
  }

  /**
   * The end: takes what is in the rings now, waits at most `timeoutMs` without progress for writers that are inside an entry, and stores
   * everything. Of rings that were truncated only what was taken before.
   *
   * @throws {CaptureError} The folder cannot be written. It may be called again.
   */
  async finish(writer: FolderWriter, timeoutMs: number): Promise<void> {
    if (this.#isTaken || this.#mapping.isCut) {
      this.#isTaken = true;
      return this.#store(writer);
    }
    this.#reader.beginFinish();
    for (let deadline = performance.now() + timeoutMs; !this.#reader.isDrained;) {
      const count = this.drainInto(writer);
      if (count > 0) deadline = performance.now() + timeoutMs;
      else if (performance.now() >= deadline) break;
      else await new Promise((resolve) => setTimeout(resolve, 1));
    }
    this.#take(this.#reader.finish());
    this.#isTaken = true;
    this.#store(writer);
  }

  /** Gives the rings back. */
  [Symbol.dispose](): void {
    this.#mapping[Symbol.dispose]();
  }

  /** Without the clock nobody knows which entries can still come: only what is there at once can be put in order. */
  #checkOrder(path: string): void {
    if (this.#mapping.header.order !== Order.clock || this.#mapping.clock !== null) return;
    if (!this.#reader.isDeserted) {
      throw new DriverError(
        `cannot record ${path} without the native reader: its entries are ordered by a clock that only that one can read; ` +
          "install a C compiler, or record in index order",
      );
    }
    this.#reader.beginFinish();
  }

  #checkFile(): void {
    if (!this.#mapping.isCut) return;
    throw new DriverError(
      "the file of the rings was truncated while they were recorded: what had been taken is stored, the rest is gone; " +
        "leave the file alone until the capture has ended",
    );
  }

  #readTicks(): bigint {
    return this.#mapping.clock?.read() ?? 0n;
  }

  #take({ rows, filtered, gaps, counters }: Drain): number {
    if (!this.#mapping.isCut) this.#reader.publish();
    const readTicks = this.#readTicks();
    for (const entry of rows) {
      this.#taken.push({ entry, readTicks });
      this.#seen?.note(entry.pid, entry.tid);
    }
    this.#gaps.push(...gaps);
    this.#counters = counters;
    this.#totals.entries += rows.length;
    this.#totals.gaps += gaps.length;
    this.#totals.lastIndex = rows.at(-1)?.idx ?? this.#totals.lastIndex;
    if (rows.length > 0) this.#oldestMs ??= performance.now();
    return rows.length + filtered;
  }

  #storeWhenDue(writer: FolderWriter): void {
    const now = performance.now();
    const isOld = this.#oldestMs !== null && now - this.#oldestMs >= batchAgeMs;
    const isNews = attemptsOf(this.#counters) !== this.#storedAttempts && now - this.#countedMs >= newsMs;
    if (this.#formed || isOld || isNews) this.#store(writer);
  }

  #store(writer: FolderWriter): void {
    do {
      const { batch, gaps } = this.#formed ??= this.#form();
      writer.append(batch, gaps);
      this.#formed = null;
      this.#totals.storedEntries += batch.rows;
      this.#totals.storedBatches++;
      this.#totals.storedBytes = writer.storedBytes;
    } while (this.#taken.length > 0);
    this.#oldestMs = null;
    this.#countedMs = performance.now();
    this.#storedAttempts = attemptsOf(this.#counters);
    if (!this.#mapping.isCut) this.#reader.publishStored();
  }

  /** The next batch. It stays as it is until it is stored, however often that is tried. */
  #form(): FormedBatch {
    const count = countBatchRows(this.#taken, 0, batchLimits);
    const later = this.#taken.slice(count);
    const facts = {
      batch: this.#batch++,
      anchor: this.anchor,
      counters: countersWithout(this.#counters, later),
      drainTicks: this.#readTicks(),
    };
    const gaps = this.#gaps.length > 0 ? toWireGaps(this.#gaps, facts) : null;
    const batch = toWireBatch(this.#taken.slice(0, count), facts);
    this.#gaps = [];
    this.#taken = later;
    return { batch, gaps };
  }
}
