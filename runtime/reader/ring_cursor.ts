/**
 * Where a reader stands in one ring: first looks at entries in ring order, the account of the ring, and its checkpoint.
 *
 * What concerns all rings at once is ring_reader.ts.
 * @module
 */
import { DriverError } from "../errors.ts";
import { type Checkpoint, loadStoredRead, storeStoredRead } from "./checkpoint.ts";
import type { IndexCounter } from "./index_counter.ts";
import type { IndexWindow } from "./index_window.ts";
import { type LogEntry, toLogEntry } from "./log_entry.ts";
import type { DeadExtent, Owners } from "./owners.ts";
import type { RingMemory } from "./ring_memory.ts";
import { type Place, type Reserve, RingView } from "./ring_view.ts";
import { type GapRow, type LossCause, SeqAccount } from "./seq_account.ts";

/** How often the owner of one unfinished entry is looked up. */
const ownerRecheckMs = 100;

/** The counters of one ring since the reader began, by the names of `ringscope.counters`. */
export interface RingCounters extends Readonly<Record<LossCause, bigint>> {
  readonly processor: bigint;
  readonly attempts: bigint;
  readonly read: bigint;
  readonly discarded: bigint;
  /** Attempts that are neither delivered nor lost yet. */
  readonly pending: bigint;
  readonly wraps: bigint;
  readonly late: bigint;
  readonly stalled: bigint;
  readonly used_bytes: bigint;
  readonly capacity_bytes: bigint;
}

/** An entry that has been looked at and not been delivered. */
export interface HeldEntry {
  readonly ring: RingCursor;
  readonly row: LogEntry;
}

/** What the cursors of one reader share. */
export interface ReaderState {
  readonly memory: RingMemory;
  readonly owners: Owners;
  readonly indexes: IndexCounter;
  readonly window: IndexWindow<HeldEntry>;
  /** The last snapshot is taken: a writer that is inside an entry is not given another round. */
  isFinishing: boolean;
  /** Entries and positions that validation refused. */
  violations: number;
}

type FinishedEntry = Extract<Place, { what: "committed" | "discarded" }>;

/** One ring and where the reader stands in it. */
export class RingCursor {
  readonly #state: ReaderState;
  readonly #view: RingView;
  readonly #account: SeqAccount;
  readonly #start: Checkpoint;
  /** The first attempt that belongs to this reader's account. */
  readonly #startSeq: bigint;
  readonly #startWraps: bigint;
  /** Everything before it has been delivered or lost. */
  #cursor: bigint;
  /** Everything before it has been looked at. */
  #scanned: bigint;
  /** The entries between cursor and scanned that wait for their turn, in ring order, and some that have had it. */
  #held: { readonly position: bigint; readonly index: bigint }[] = [];
  #taken = 0n;
  #delivered = 0n;
  #discarded = 0n;
  /** As of the last snapshot. */
  #attempts: bigint;
  /** There were at least so many. */
  #knownAttempts: bigint;
  #blockedAt: bigint | null = null;
  #ownerCheckedMs = -Infinity;

  /**
   * Goes on where an earlier reader stopped; all zero when there was none.
   *
   * @throws {DriverError} When what that reader left contradicts the ring.
   */
  constructor(state: ReaderState, number: number, start: Checkpoint) {
    this.#state = state;
    this.#view = new RingView(state.memory, number);
    this.#start = start;
    this.#cursor = start.readPos;
    this.#scanned = start.scannedPos;
    this.#startWraps = this.#view.loadWraps();
    this.#attempts = this.#knownAttempts = this.#view.loadAttempts();
    this.#account = new SeqAccount({
      processor: this.#view.processor,
      nextSeq: start.nextSeq,
      refused: start.refused,
      loadRefusals: () => this.#view.loadRefusals(),
    });
    // Of its attempts the reader before had counted all but those that it held.
    const counted = start.read + start.discarded + start.refused + start.abandoned + start.corrupt +
      start.overwritten;
    const held = start.nextSeq - counted;
    const unstored = start.read - loadStoredRead(state.memory.consumer, number);
    if (!this.#isStartPossible() || held < 0n || unstored < 0n) throw this.#contradiction();
    this.#holdAgain();
    if (held < this.#taken) throw this.#contradiction();
    this.#account.lose("unstored", unstored);
    // What was held and is damaged since cannot be taken up again.
    this.#account.lose("corrupt", held - this.#taken);
    // What is held or unstored becomes part of this account.
    this.#startSeq = counted - unstored;
  }

  /** Everything before it has been looked at. */
  get scanned(): bigint {
    return this.#scanned;
  }

  /** Entries that an earlier capture took and did not live to store. */
  get unstored(): bigint {
    return this.#account.lost.unstored;
  }

  /** Bytes that wait in the ring. */
  get waitingBytes(): bigint {
    return this.#bound(this.#view.loadPosition()) - this.#cursor;
  }

  /** The ring's attempts. To be called before {@link snapshotPosition}. */
  snapshotAttempts(): bigint {
    this.#attempts = this.#view.loadAttempts();
    return this.#attempts;
  }

  /** The position below which every attempt lies that was counted before. */
  snapshotPosition(): bigint {
    return this.#check(this.#view.loadPosition());
  }

  /** Both at one moment. */
  snapshotReserve(): Reserve {
    const { attempts, position } = this.#view.loadReserve();
    this.#attempts = attempts;
    this.#ownerCheckedMs = -Infinity;
    return { attempts, position: this.#check(position) };
  }

  /** Looks at entries up to `limit`, or up to the first beyond `enough` bytes, or up to one that is not finished. */
  scan(limit: bigint, enough: bigint): void {
    const start = this.#scanned;
    while (this.#scanned < limit && this.#scanned - start < enough) {
      const position = this.#scanned;
      const place = this.#view.look(position, limit);
      switch (place.what) {
        case "reserved":
        case "unmarked": {
          const dead = this.#findDead(place, limit);
          if (dead === null) return;
          // It may have finished its entry before it died, after the first look.
          if (this.#view.look(position, limit).what !== place.what) continue;
          this.#stepOver(dead.cause);
          this.#scanned += BigInt(dead.bytes);
          continue;
        }
        case "unsized":
          // No honest writer marks like that, so there is nobody to wait for.
          this.#stepOver("corrupt");
          this.#scanned = this.#view.nextMark(position, limit);
          continue;
        case "abandoned":
        case "corrupt":
          this.#stepOver(place.what);
          break;
        case "committed":
        case "discarded":
          this.#take(position, place);
          break;
        case "padding":
          break;
      }
      this.#scanned += BigInt(place.bytes);
    }
  }

  /** Every attempt below `attempts` has been seen or is lost. */
  passSnapshot(attempts: bigint): void {
    this.#account.passSnapshot(attempts);
  }

  /** One of this ring's held entries has been handed out. */
  countDelivered(): void {
    this.#delivered++;
  }

  /** Everything before the oldest entry that is still held is done with. */
  moveOn(): void {
    const { base } = this.#state.window;
    const first = this.#held.findIndex(({ index }) => index >= base);
    this.#held.splice(0, first === -1 ? this.#held.length : first);
    this.#cursor = this.#held[0]?.position ?? this.#scanned;
  }

  /** Indexes that wait for their turn. */
  heldIndexes(): bigint[] {
    const { base } = this.#state.window;
    return this.#held.map(({ index }) => index).filter((index) => index >= base);
  }

  /** The gaps that were closed since the last call. */
  takeGaps(): GapRow[] {
    return this.#account.takeGaps();
  }

  /** The gaps that are left when nothing will follow. */
  endGaps(): GapRow[] {
    this.#account.end();
    return this.#account.takeGaps();
  }

  /** As of the last snapshot. */
  counters(): RingCounters {
    const { nextSeq, lost } = this.#account;
    const attempts = this.#attempts > nextSeq ? this.#attempts : nextSeq;
    return {
      ...lost,
      processor: BigInt(this.#view.processor),
      attempts: attempts - this.#startSeq,
      read: this.#delivered,
      discarded: this.#discarded,
      pending: attempts - nextSeq + this.#taken - this.#delivered,
      wraps: this.#view.loadWraps() - this.#startWraps,
      late: 0n,
      stalled: 0n,
      used_bytes: this.waitingBytes,
      capacity_bytes: BigInt(this.#view.ringBytes),
    };
  }

  /** What the reader that comes after has to know. */
  checkpoint(): Checkpoint {
    const { nextSeq, lost } = this.#account;
    const start = this.#start;
    return {
      ...start,
      readPos: this.#cursor,
      nextSeq,
      read: start.read + this.#delivered,
      discarded: start.discarded + this.#discarded,
      refused: start.refused + lost.lost_full + lost.too_big + lost.mixed,
      abandoned: start.abandoned + lost.abandoned,
      corrupt: start.corrupt + lost.corrupt,
      scannedPos: this.#scanned,
    };
  }

  /** Says that everything delivered so far is in a capture folder. */
  publishStored(): void {
    const { consumer } = this.#state.memory;
    storeStoredRead(consumer, this.#view.number, this.#start.read + this.#delivered);
  }

  #isStartPossible(): boolean {
    const { readPos, scannedPos, nextSeq } = this.#start;
    const waiting = this.#view.loadPosition() - readPos;
    const ahead = scannedPos - readPos;
    return waiting >= 0n && waiting <= BigInt(this.#view.ringBytes) && ahead >= 0n && ahead <= waiting &&
      ((readPos | scannedPos) & 7n) === 0n && nextSeq <= this.#attempts;
  }

  #contradiction(): DriverError {
    return new DriverError(
      `cannot go on where an earlier reader stopped: its page for ring ${this.#view.number} contradicts the ring; ` +
        "let the program make new rings",
    );
  }

  /**
   * Takes up entries that the reader before had looked at and not delivered. What it had refused or stepped over is met here again
   * and is counted already.
   */
  #holdAgain(): void {
    let position = this.#cursor;
    while (position < this.#scanned) {
      const place = this.#view.look(position, this.#scanned);
      if (place.what === "unmarked" || place.what === "unsized") {
        position = this.#view.nextMark(position, this.#scanned);
        continue;
      }
      const isHeld = place.what === "committed" && place.header.seq < this.#start.nextSeq &&
        this.#state.indexes.isTaken(place.header.index);
      if (isHeld) this.#hold(position, place);
      position += BigInt(place.bytes);
    }
  }

  /** A reserve position that an honest producer can have; otherwise where the reader stands. */
  #bound(position: bigint): bigint {
    const isPossible = position >= this.#scanned &&
      position - this.#cursor <= BigInt(this.#view.ringBytes) && (position & 7n) === 0n;
    return isPossible ? position : this.#scanned;
  }

  #check(position: bigint): bigint {
    const bounded = this.#bound(position);
    if (bounded !== position) this.#state.violations++;
    return bounded;
  }

  #stepOver(cause: "abandoned" | "corrupt"): void {
    if (cause === "corrupt") this.#state.violations++;
    this.#account.stepOver(cause);
  }

  #findDead(place: Place, limit: bigint): DeadExtent | null {
    const isFirstLook = this.#blockedAt !== this.#scanned;
    this.#blockedAt = this.#scanned;
    if (isFirstLook) this.#ownerCheckedMs = -Infinity;
    // A writer that is merely between two steps is done by the next round.
    if (isFirstLook && !this.#state.isFinishing) return null;
    if (performance.now() - this.#ownerCheckedMs < ownerRecheckMs) return null;
    this.#ownerCheckedMs = performance.now();
    return this.#state.owners.findDeadExtent(this.#view, place, this.#scanned, limit);
  }

  #take(position: bigint, place: FinishedEntry): void {
    const { index, seq, ticks } = place.header;
    const { window, indexes } = this.#state;
    const isPossible = seq >= this.#account.nextSeq && this.#isAttempt(seq) && index >= window.base &&
      indexes.isTaken(index);
    if (!isPossible || (place.what === "committed" && !this.#hold(position, place))) {
      this.#stepOver("corrupt");
      return;
    }
    this.#account.pass({ seq, idx: index, ticks });
    if (place.what === "discarded") {
      this.#discarded++;
      window.skip(index);
    }
  }

  /** The word is the writers': it is looked at again, after the entry, only when what is known of it does not suffice. */
  #isAttempt(seq: bigint): boolean {
    if (seq >= this.#knownAttempts) this.#knownAttempts = this.#view.loadAttempts();
    return seq < this.#knownAttempts;
  }

  #hold(position: bigint, { header, payload }: FinishedEntry): boolean {
    const row = toLogEntry(this.#view.processor, header, payload);
    if (!this.#state.window.place(row.idx, { ring: this, row })) return false;
    this.#held.push({ position, index: row.idx });
    this.#taken++;
    return true;
  }
}
