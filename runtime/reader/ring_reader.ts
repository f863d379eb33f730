/**
 * The reader of a ring set in TypeScript: what the ABI means, in executable form.
 *
 * It is the oracle that the native reader is tested against, and what `capture` falls back to where there is no native
 * library. The protocol is told in driver/DESIGN.md.
 *
 * One round ({@link RingReader.drain}): take a horizon if there is none; look at every ring's new entries in ring order
 * (ring_cursor.ts); when every ring has passed the horizon, what is unseen below it will never come; deliver entries in
 * their order (place.ts, merge.ts).
 * @module
 */
import { Mode, Order } from "../abi/layout.ts";
import { DriverError } from "../errors.ts";
import { loadCheckpoints, storeCheckpoints } from "./checkpoint.ts";
import { ClockKeys, IndexKeys } from "./entry_keys.ts";
import { type Liveness, nobodyLives } from "./liveness.ts";
import type { LogEntry } from "./log_entry.ts";
import { MergedOrder } from "./merge.ts";
import { type DeliveryBase, type EntryKeys, type EntryOrder, type OrderedEntry } from "./order.ts";
import { Owners } from "./owners.ts";
import { PlacedOrder } from "./place.ts";
import type { ReaderClock } from "./reader_clock.ts";
import { type ReaderState, type RingCounters, RingCursor } from "./ring_cursor.ts";
import type { RingMemory } from "./ring_memory.ts";
import type { Reserve } from "./ring_view.ts";
import type { GapRow } from "./seq_account.ts";
import { type EntryFilter, WantedEntries } from "./wanted_entries.ts";

/** What one round has brought. */
export interface Drain {
  /** In their order, within and between rounds. */
  readonly rows: LogEntry[];
  /** How many entries a filter has kept back besides. */
  readonly filtered: number;
  readonly gaps: GapRow[];
  /** One for each ring. */
  readonly counters: RingCounters[];
}

/** Options of {@link RingReader}. */
export interface RingReaderOptions {
  /** Who still writes. Default: nobody, as in an image. */
  liveness?: Liveness;
  /** The clock of the rings. Default: none, as in an image; in clock order nobody may write any more then. */
  clock?: ReaderClock | null;
  /** When the entry of a writer that lives and stands still inside it is passed. Default: 1,000. */
  stallMs?: number;
  /** Overwrite mode: memory for entries that wait for another ring. Default: 256 MiB. */
  reorderBytes?: number;
}

/** No capture comes near: 2,900 years at 100 M entries/s. */
const ROWS_MAX = 2n ** 63n - 1n;

/** The state of a ring set at one moment. */
interface Snapshot {
  /** No entry with a smaller key lies behind. */
  readonly key: bigint;
  readonly rings: readonly Reserve[];
}

/** Takes entries out of a ring set, one round at a time. */
export class RingReader {
  readonly #state: ReaderState;
  readonly #keys: EntryKeys;
  readonly #rings: readonly RingCursor[];
  readonly #isOverwriting: boolean;
  #generation: bigint;
  /** What has been delivered, as published. */
  #base: DeliveryBase;
  #wanted: WantedEntries | null = null;
  /** In this round. */
  #filtered = 0;
  #horizon: Snapshot | null = null;
  #last: Snapshot | null = null;

  /**
   * Begins where the last reader of these rings has stopped; in overwrite mode with the oldest entries that are there.
   *
   * @throws {DriverError} When what that reader left contradicts the rings.
   */
  constructor(memory: RingMemory, options: RingReaderOptions = {}) {
    const { ringCount, mode, order, ticksPerSecond } = memory.header;
    const isClockOrdered = order === Order.clock;
    const found = loadCheckpoints(memory.consumer, ringCount);
    this.#isOverwriting = mode === Mode.overwrite;
    this.#keys = isClockOrdered
      ? new ClockKeys(options.clock ?? null, ticksPerSecond)
      : new IndexKeys(memory);
    // Nobody writes checkpoints of rings that overwrite.
    this.#base = this.#isOverwriting ? { index: 0n, ticks: 0n, ringPlus1: 0n, position: 0n } : found.base;
    if (!isClockOrdered && this.#base.index > this.#keys.loadHorizon()) {
      throw new DriverError(
        "cannot go on where an earlier reader stopped: its page is ahead of the index counter; " +
          "let the program make new rings",
      );
    }
    const rowsRead = found.rings.reduce((sum, { read }) => sum + read, 0n);
    // In clock order it numbers the rows to come, which must not wrap around whatever the counts say.
    if (isClockOrdered && (this.#base.index > rowsRead || this.#base.index > ROWS_MAX)) {
      throw new DriverError(
        "cannot go on where an earlier reader stopped: its page tells of more rows than entries were read; " +
          "let the program make new rings",
      );
    }
    this.#generation = found.generation;
    this.#state = {
      memory,
      owners: new Owners(memory, options.liveness ?? nobodyLives),
      order: this.#makeOrder(isClockOrdered),
      stallMs: 0,
      heldBytesMax: 0,
      isFinishing: false,
      violations: 0,
    };
    this.tune(options.stallMs ?? 1000, options.reorderBytes ?? 256 * 2 ** 20);
    this.#rings = found.rings.map((start, number) => new RingCursor(this.#state, number, start));
  }

  /** Sets what {@link RingReaderOptions} tells of both. */
  tune(stallMs: number, reorderBytes: number): void {
    this.#state.stallMs = stallMs;
    this.#state.heldBytesMax = Math.floor(reorderBytes / this.#state.memory.header.ringCount);
  }

  /**
   * From here on only these entries are delivered; the others are counted.
   *
   * @throws {RangeError} A pattern that can be none.
   */
  filter(wanted: EntryFilter): void {
    this.#wanted = new WantedEntries(this.#state.memory, wanted);
  }

  /** Whether it is certain that nobody will write into these rings any more: their maker and all who wrote have ended. */
  get isDeserted(): boolean {
    return this.#state.owners.areGone;
  }

  /** Entries and positions that validation refused, whether or not they took an attempt number. */
  get violations(): number {
    return this.#state.violations;
  }

  /** Entries that an earlier capture took and did not live to store. */
  get startUnstored(): bigint {
    return this.#rings.reduce((sum, ring) => sum + ring.unstored, 0n);
  }

  /** Bytes that wait in the rings. */
  get waitingBytes(): bigint {
    return this.#rings.reduce((sum, ring) => sum + ring.waitingBytes, 0n);
  }

  /**
   * One round over all rings.
   *
   * @param bytesPerRing Looks at about so many bytes of each ring; the rest waits for the next round.
   */
  drain(bytesPerRing = Number.MAX_SAFE_INTEGER): Drain {
    const now = this.#last ?? this.#takeSnapshot();
    const horizon = this.#horizon ??= now;
    this.#rings.forEach((ring, number) =>
      ring.scan(now.rings[number]!.position, BigInt(bytesPerRing), horizon.rings[number]!.position)
    );
    const rows = this.#hand(this.#state.order.take(this.#decide(now)));
    this.#base = this.#state.order.base;
    this.#moveOn();
    const gaps = this.#rings.flatMap((ring) => ring.takeGaps());
    return { rows, filtered: this.#takeFiltered(), gaps, counters: this.counters() };
  }

  /** From here on only what is in the rings now is taken. */
  beginFinish(): void {
    if (this.#last) return;
    const key = this.#keys.loadHorizon();
    this.#last = { key, rings: this.#rings.map((ring) => ring.snapshotReserve()) };
    this.#horizon = this.#last;
    this.#state.isFinishing = true;
  }

  /** After {@link beginFinish}: everything that was in the rings then has been delivered or lost. */
  get isDrained(): boolean {
    return this.#last !== null && this.#hasPassed(this.#last);
  }

  /**
   * The end: takes what is in the rings now. What a living writer has not finished, and what stands behind it in its ring, stays
   * `pending`; what waits for that writer's entry is delivered without it. Nothing may be drained afterwards.
   */
  finish(): Drain {
    this.beginFinish();
    const { rows, gaps, filtered } = this.drain();
    rows.push(...this.#hand(this.#state.order.takeRest()));
    // Where rows are placed, the published base stays before the hole: the pending entry is for the reader that comes after.
    if (this.#state.order instanceof MergedOrder) this.#base = this.#state.order.base;
    this.#moveOn();
    this.#rings.forEach((ring, number) => {
      const { position, attempts } = this.#last!.rings[number]!;
      // Another ring may still have a writer inside; this one has none.
      if (ring.scanned >= position) ring.passSnapshot(attempts);
    });
    gaps.push(...this.#rings.flatMap((ring) => ring.endGaps()));
    return { rows, filtered: filtered + this.#takeFiltered(), gaps, counters: this.counters() };
  }

  /** Returns the space of what has been delivered, and leaves a mark for the reader that comes after; not in overwrite mode. */
  publish(): void {
    if (this.#isOverwriting) return;
    this.#generation++;
    storeCheckpoints(this.#state.memory.consumer, {
      generation: this.#generation,
      base: this.#base,
      rings: this.#rings.map((ring) => ring.checkpoint()),
    });
  }

  /** Says that everything delivered so far is in a capture folder. */
  publishStored(): void {
    if (this.#isOverwriting) return;
    for (const ring of this.#rings) ring.publishStored();
  }

  /** The counters of every ring as of the last round. */
  counters(): RingCounters[] {
    return this.#rings.map((ring) => ring.counters());
  }

  #makeOrder(isClockOrdered: boolean): EntryOrder<RingCursor> {
    return isClockOrdered || this.#isOverwriting
      ? new MergedOrder(this.#keys, this.#base, { isNumbering: isClockOrdered })
      : new PlacedOrder(this.#keys, this.#base);
  }

  /** The key first, then attempts, then positions: whatever those speak of lies before those positions. */
  #takeSnapshot(): Snapshot {
    const key = this.#keys.loadHorizon();
    const attempts = this.#rings.map((ring) => ring.snapshotAttempts());
    return {
      key,
      rings: this.#rings.map((ring, number) => ({
        attempts: attempts[number]!,
        position: ring.snapshotPosition(),
      })),
    };
  }

  #hasPassed(snapshot: Snapshot): boolean {
    return this.#rings.every((ring, number) => ring.scanned >= snapshot.rings[number]!.position);
  }

  /** Closes horizons that every ring has passed; an unseen key below the result will never come. */
  #decide(now: Snapshot): bigint {
    let decided = 0n;
    for (const snapshot of [this.#horizon!, now]) {
      if (!this.#hasPassed(snapshot)) break;
      decided = snapshot.key;
      this.#rings.forEach((ring, number) => ring.passSnapshot(snapshot.rings[number]!.attempts));
      if (this.#last === null) this.#horizon = null;
    }
    return decided;
  }

  #hand(entries: OrderedEntry<RingCursor>[]): LogEntry[] {
    return entries.flatMap(({ entry: { ring, position, row }, idx }) => {
      ring.release(position, idx !== null);
      if (idx === null) return [];
      if (this.#wanted?.has(row) === false) {
        this.#filtered++;
        ring.noteFiltered();
        return [];
      }
      return [row.idx === idx ? row : { ...row, idx }];
    });
  }

  #takeFiltered(): number {
    const count = this.#filtered;
    this.#filtered = 0;
    return count;
  }

  #moveOn(): void {
    for (const ring of this.#rings) ring.moveOn();
  }
}
