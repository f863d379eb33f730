/**
 * The reader of a ring set in TypeScript: what the ABI means, in executable form.
 *
 * It is the oracle that the native reader is tested against, and what `capture` falls back to where there is no native
 * library. It knows index order and discard mode. The protocol is told in driver/DESIGN.md.
 *
 * One round ({@link RingReader.drain}): take a horizon if there is none; look at every ring's new entries in ring order
 * (ring_cursor.ts); when every ring has passed the horizon, what is unseen below it will never come; deliver entries in
 * index order.
 * @module
 */
import { DriverError } from "../errors.ts";
import { loadCheckpoints, storeCheckpoints } from "./checkpoint.ts";
import { IndexCounter } from "./index_counter.ts";
import { IndexWindow } from "./index_window.ts";
import { type Liveness, nobodyLives } from "./liveness.ts";
import type { LogEntry } from "./log_entry.ts";
import { Owners } from "./owners.ts";
import { type ReaderState, type RingCounters, RingCursor } from "./ring_cursor.ts";
import type { RingMemory } from "./ring_memory.ts";
import type { Reserve } from "./ring_view.ts";
import type { GapRow } from "./seq_account.ts";

/** What one round has brought. */
export interface Drain {
  /** In index order, within and between rounds. */
  readonly rows: LogEntry[];
  readonly gaps: GapRow[];
  /** One for each ring. */
  readonly counters: RingCounters[];
}

/** Options of {@link RingReader}. */
export interface RingReaderOptions {
  /** Who still writes. Default: nobody, as in an image. */
  liveness?: Liveness;
}

/** The state of a ring set at one moment. */
interface Snapshot {
  readonly nextIndex: bigint;
  readonly rings: readonly Reserve[];
}

/** Takes entries out of a ring set, one round at a time. */
export class RingReader {
  readonly #state: ReaderState;
  readonly #rings: readonly RingCursor[];
  #generation: bigint;
  /** The smallest index that may still come, as published. */
  #base: bigint;
  #horizon: Snapshot | null = null;
  #last: Snapshot | null = null;

  /**
   * Begins where the last reader of these rings has stopped.
   *
   * @throws {DriverError} When what that reader left contradicts the rings.
   */
  constructor(memory: RingMemory, options: RingReaderOptions = {}) {
    const found = loadCheckpoints(memory.consumer, memory.header.ringCount);
    const indexes = new IndexCounter(memory);
    if (found.baseIndex > indexes.load()) {
      throw new DriverError(
        "cannot go on where an earlier reader stopped: its page is ahead of the index counter; " +
          "let the program make new rings",
      );
    }
    this.#generation = found.generation;
    this.#base = found.baseIndex;
    this.#state = {
      memory,
      owners: new Owners(memory, options.liveness ?? nobodyLives),
      indexes,
      window: new IndexWindow(found.baseIndex),
      isFinishing: false,
      violations: 0,
    };
    this.#rings = found.rings.map((start, number) => new RingCursor(this.#state, number, start));
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
    this.#horizon ??= now;
    this.#rings.forEach((ring, number) => ring.scan(now.rings[number]!.position, BigInt(bytesPerRing)));
    const rows = this.#deliver(this.#decide(now));
    this.#base = this.#state.window.base;
    this.#moveOn();
    return { rows, gaps: this.#rings.flatMap((ring) => ring.takeGaps()), counters: this.counters() };
  }

  /** From here on only what is in the rings now is taken. */
  beginFinish(): void {
    if (this.#last) return;
    const nextIndex = this.#state.indexes.load();
    this.#last = { nextIndex, rings: this.#rings.map((ring) => ring.snapshotReserve()) };
    this.#horizon = this.#last;
    this.#state.isFinishing = true;
  }

  /** After {@link beginFinish}: everything that was in the rings then has been delivered or lost. */
  get isDrained(): boolean {
    return this.#last !== null && this.#hasPassed(this.#last);
  }

  /**
   * The end: takes what is in the rings now. What a living writer has not finished, and what stands behind it in its ring, stays
   * `pending`; what waits for that writer's index is delivered without it. Nothing may be drained afterwards.
   */
  finish(): Drain {
    this.beginFinish();
    const { rows, gaps } = this.drain();
    // The published base stays before the hole: the pending entry is for the reader that comes after.
    for (const index of this.#rings.flatMap((ring) => ring.heldIndexes())) {
      rows.push(...this.#deliver(index + 1n));
    }
    this.#moveOn();
    gaps.push(...this.#rings.flatMap((ring) => ring.endGaps()));
    return { rows, gaps, counters: this.counters() };
  }

  /** Returns the space of what has been delivered, and leaves a mark for the reader that comes after. */
  publish(): void {
    this.#generation++;
    storeCheckpoints(this.#state.memory.consumer, {
      generation: this.#generation,
      baseIndex: this.#base,
      rings: this.#rings.map((ring) => ring.checkpoint()),
    });
  }

  /** Says that everything delivered so far is in a capture folder. */
  publishStored(): void {
    for (const ring of this.#rings) ring.publishStored();
  }

  /** The counters of every ring as of the last round. */
  counters(): RingCounters[] {
    return this.#rings.map((ring) => ring.counters());
  }

  /** The counter first, then attempts, then positions: whatever the counters speak of lies before those positions. */
  #takeSnapshot(): Snapshot {
    const nextIndex = this.#state.indexes.load();
    const attempts = this.#rings.map((ring) => ring.snapshotAttempts());
    return {
      nextIndex,
      rings: this.#rings.map((ring, number) => ({
        attempts: attempts[number]!,
        position: ring.snapshotPosition(),
      })),
    };
  }

  #hasPassed(snapshot: Snapshot): boolean {
    return this.#rings.every((ring, number) => ring.scanned >= snapshot.rings[number]!.position);
  }

  /** Closes horizons that every ring has passed; an unseen index below the result will never come. */
  #decide(now: Snapshot): bigint {
    let decided = 0n;
    for (const snapshot of [this.#horizon!, now]) {
      if (!this.#hasPassed(snapshot)) break;
      decided = snapshot.nextIndex;
      this.#rings.forEach((ring, number) => ring.passSnapshot(snapshot.rings[number]!.attempts));
      if (this.#last === null) this.#horizon = null;
    }
    return decided;
  }

  #deliver(decided: bigint): LogEntry[] {
    return this.#state.window.take(decided).map(({ ring, row }) => {
      ring.countDelivered();
      return row;
    });
  }

  #moveOn(): void {
    for (const ring of this.#rings) ring.moveOn();
  }
}
