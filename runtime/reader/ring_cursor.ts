/**
 * Where a reader stands in one ring: first looks at entries in ring order, the account of the ring, and its checkpoint.
 *
 * What concerns all rings at once is ring_reader.ts.
 * @module
 */
import { Mode, Order } from "../abi/layout.ts";
import { loadStoredRead, type RingCheckpoint, storeStoredRead } from "./checkpoint.ts";
import { type LogEntry, toLogEntry } from "./log_entry.ts";
import type { EntryOrder } from "./order.ts";
import { beginAtOldest, countHeld, findHeld, type RingStart } from "./resume.ts";
import { isBeyond, minus, type Place, type Reserve, RingView } from "./ring_view.ts";
import { type GapRow, type LossCause, SeqAccount } from "./seq_account.ts";
import { StalledEntries, type StallState, type UnfinishedPlace } from "./stalled.ts";

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
  /** Of those that were read, the ones that a filter kept back. */
  readonly filtered: bigint;
}

/** What the cursors of one reader share. */
export interface ReaderState extends StallState {
  readonly order: EntryOrder<RingCursor>;
  /** Overwrite mode: a ring whose entries wait for another ring is looked at no farther when they are so many bytes. */
  heldBytesMax: number;
  /** Entries and positions that validation refused. */
  violations: number;
}

type FinishedEntry = Extract<Place, { what: "committed" | "discarded" }>;

/** One ring and where the reader stands in it. */
export class RingCursor {
  readonly number: number;
  readonly #state: ReaderState;
  readonly #view: RingView;
  readonly #account: SeqAccount;
  readonly #start: RingCheckpoint;
  readonly #startWraps: bigint;
  readonly #isOverwriting: boolean;
  readonly #isClockOrdered: boolean;
  readonly #stalled: StalledEntries;
  /** Everything before it has been delivered or lost. */
  #cursor: bigint;
  /** Everything before it has been looked at. */
  #scanned: bigint;
  /** Bytes of the entries that wait for their turn, by position, in ring order. */
  readonly #held = new Map<bigint, number>();
  #heldBytes = 0;
  #delivered = 0n;
  #discarded = 0n;
  #filtered = 0n;
  /** As of the last snapshot. */
  #attempts: bigint;
  /** There were at least so many. */
  #knownAttempts: bigint;

  /**
   * Goes on where an earlier reader stopped, or begins anew.
   *
   * @param found What that reader left; all zero when there was none.
   * @throws {DriverError} When that contradicts the ring.
   */
  constructor(state: ReaderState, number: number, found: RingCheckpoint) {
    const { header, consumer } = state.memory;
    this.number = number;
    this.#state = state;
    this.#view = new RingView(state.memory, number);
    this.#isOverwriting = header.mode === Mode.overwrite;
    this.#isClockOrdered = header.order === Order.clock;
    const start: RingStart = this.#isOverwriting
      ? beginAtOldest(this.#view)
      : { checkpoint: found, isBegun: true };
    this.#start = start.checkpoint;
    this.#cursor = start.checkpoint.readPos;
    this.#scanned = start.checkpoint.scannedPos;
    this.#startWraps = this.#view.loadWraps();
    this.#attempts = this.#knownAttempts = this.#view.loadAttempts();
    this.#stalled = new StalledEntries(state, this.#view, start.checkpoint.passed);
    this.#account = new SeqAccount({
      processor: this.#view.processor,
      nextSeq: start.isBegun ? start.checkpoint.nextSeq : null,
      refused: start.checkpoint.refused + start.checkpoint.overwritten,
      stepped: { abandoned: start.checkpoint.openAbandoned, corrupt: start.checkpoint.openCorrupt },
      loadRefusals: () => this.#view.loadRefusals(),
    });
    if (!this.#isOverwriting) this.#takeOver(loadStoredRead(consumer, number));
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
    const bytes = this.#bound(this.#view.loadPosition()) - this.#cursor;
    const all = BigInt(this.#view.ringBytes);
    return bytes < all ? bytes : all;
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
    this.#stalled.hurry();
    return { attempts, position: this.#check(position) };
  }

  /**
   * Looks at entries up to `limit`, or up to the first beyond `enough` bytes, or up to one that is not finished.
   *
   * @param horizon Up to here it looks however much is waiting.
   */
  scan(limit: bigint, enough: bigint, horizon: bigint): void {
    this.#stalled.lookAfter(this.#scanned);
    this.#catchUp(limit);
    const start = this.#scanned;
    while (this.#scanned < limit && this.#scanned - start < enough && !this.#holdsTooMuch(horizon)) {
      const position = this.#scanned;
      const place = this.#view.look(position, limit);
      if (this.#jump(limit)) continue;
      switch (place.what) {
        case "reserved":
        case "unmarked":
          if (!this.#resolve(place, limit)) return;
          continue;
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

  /** The turn of a held entry has come. */
  release(position: bigint, isDelivered: boolean): void {
    this.#heldBytes -= this.#held.get(position) ?? 0;
    this.#held.delete(position);
    if (isDelivered) {
      this.#delivered++;
      return;
    }
    this.#state.violations++;
    this.#account.lose("corrupt", 1n);
  }

  /** An entry that was delivered becomes no row. */
  noteFiltered(): void {
    this.#filtered++;
  }

  /** Everything before the oldest entry that is still held is done with, but for entries that were passed and are not free. */
  moveOn(): void {
    const [held] = this.#held.keys();
    const [passed] = this.#stalled.passed;
    this.#cursor = held ?? this.#scanned;
    if (passed !== undefined && passed < this.#cursor) this.#cursor = passed;
  }

  /** The gaps that were closed since the last call. */
  takeGaps(): GapRow[] {
    return this.#account.takeGaps();
  }

  /** The gaps that are left when nothing will follow. */
  endGaps(): GapRow[] {
    this.#account.end(this.#attempts);
    return this.#account.takeGaps();
  }

  /** As of the last snapshot. */
  counters(): RingCounters {
    const { nextSeq, firstSeq, isBegun, lost } = this.#account;
    const attempts = isBegun && this.#attempts > nextSeq ? this.#attempts : nextSeq;
    return {
      ...lost,
      processor: BigInt(this.#view.processor),
      attempts: attempts - firstSeq,
      read: this.#delivered,
      discarded: this.#discarded,
      pending: attempts - nextSeq + BigInt(this.#held.size),
      wraps: this.#view.loadWraps() - this.#startWraps,
      late: this.#stalled.late,
      stalled: this.#stalled.stalled,
      used_bytes: this.waitingBytes,
      capacity_bytes: BigInt(this.#view.ringBytes),
      filtered: this.#filtered,
    };
  }

  /** What the reader that comes after has to know. */
  checkpoint(): RingCheckpoint {
    const { nextSeq, lost, stepped } = this.#account;
    const start = this.#start;
    const { passed } = this.#stalled;
    return {
      ...start,
      readPos: this.#cursor,
      nextSeq,
      read: start.read + this.#delivered,
      discarded: start.discarded + this.#discarded,
      refused: start.refused + lost.lost_full + lost.too_big + lost.mixed,
      abandoned: start.abandoned + lost.abandoned,
      corrupt: start.corrupt + lost.corrupt,
      late: start.late + this.#stalled.late,
      stalled: start.stalled + this.#stalled.stalled,
      overwritten: start.overwritten + lost.overwritten,
      scannedPos: this.#scanned,
      passedCount: BigInt(passed.length),
      openAbandoned: stepped.abandoned,
      openCorrupt: stepped.corrupt,
      passed,
    };
  }

  /** Says that everything delivered so far is in a capture folder. */
  publishStored(): void {
    const { consumer } = this.#state.memory;
    storeStoredRead(consumer, this.number, this.#start.read + this.#delivered);
  }

  #takeOver(stored: bigint): void {
    const start = this.#start;
    const held = countHeld(this.#view, start, stored);
    const found = findHeld(this.#view, start, held, {
      mayWait: (position, place) =>
        this.#state.order.mayWait({ ring: this, position, row: this.#rowOf(place) }),
      hold: (position, place) => this.#hold(position, place),
    });
    const unstored = start.read - stored;
    this.#account.lose("unstored", unstored);
    // What was held and is damaged since cannot be taken up again.
    this.#account.lose("corrupt", held - found);
    // What is held or unstored was counted by the reader before, and becomes part of this account.
    this.#account.firstSeq = start.nextSeq - held - unstored;
  }

  /** A reserve position that an honest producer can have; otherwise where the reader stands. */
  #bound(position: bigint): bigint {
    const isAligned = (position & 7n) === 0n;
    // Overwriting writers wait for nobody: they may be laps ahead.
    if (this.#isOverwriting && isAligned && !isBeyond(this.#scanned, position)) return position;
    const isPossible = isAligned && minus(position, this.#scanned) <= this.#view.ringBytes &&
      minus(position, this.#cursor) <= this.#view.ringBytes;
    return isPossible ? position : this.#scanned;
  }

  #check(position: bigint): bigint {
    const bounded = this.#bound(position);
    if (bounded !== position) this.#state.violations++;
    return bounded;
  }

  /** Overwrite mode: what lies farther back than one lap is gone, whatever the producer says. */
  #catchUp(limit: bigint): void {
    const oldest = limit - BigInt(this.#view.ringBytes);
    if (!this.#isOverwriting || this.#scanned >= oldest) return;
    this.#scanned = oldest;
    this.#account.jump();
  }

  /** Overwrite mode: what was looked at, and copied, has made room meanwhile. Goes on where the oldest entry is. */
  #jump(limit: bigint): boolean {
    if (!this.#isOverwriting) return false;
    const oldest = this.#view.loadOldest();
    if (!isBeyond(oldest, this.#scanned)) return false;
    const isPossible = (oldest & 7n) === 0n && !isBeyond(oldest, this.#view.loadPosition());
    if (!isPossible) this.#state.violations++;
    // May be beyond the limit of this round.
    this.#scanned = isPossible ? oldest : limit;
    this.#account.jump();
    return true;
  }

  #holdsTooMuch(horizon: bigint): boolean {
    return this.#isOverwriting && this.#heldBytes > this.#state.heldBytesMax && this.#scanned >= horizon;
  }

  #stepOver(cause: "abandoned" | "corrupt"): void {
    if (cause === "corrupt") this.#state.violations++;
    this.#account.stepOver(cause);
  }

  /** An unfinished entry. False: its writer may come back to it. */
  #resolve(place: UnfinishedPlace, limit: bigint): boolean {
    const step = this.#stalled.resolve(place, this.#scanned, limit);
    if (step === null || step === "changed") return step !== null;
    this.#stepOver(step.cause);
    this.#scanned += BigInt(step.bytes);
    return true;
  }

  #take(position: bigint, place: FinishedEntry): void {
    const { index, seq, ticks } = place.header;
    const { order } = this.#state;
    const isPossible = seq >= this.#account.nextSeq && this.#isAttempt(seq) && order.isPossible(place.header);
    const isTaken = isPossible &&
      (place.what === "discarded" || this.#hold(position, place));
    if (!isTaken) {
      this.#stepOver("corrupt");
      return;
    }
    this.#account.pass({ seq, idx: this.#isClockOrdered ? null : index, ticks });
    if (place.what === "discarded") {
      this.#discarded++;
      order.skip(place.header);
    }
  }

  /** The word is the writers': it is looked at again, after the entry, only when what is known of it does not suffice. */
  #isAttempt(seq: bigint): boolean {
    if (seq >= this.#knownAttempts) this.#knownAttempts = this.#view.loadAttempts();
    return seq < this.#knownAttempts;
  }

  #hold(position: bigint, entry: FinishedEntry): boolean {
    if (!this.#state.order.add({ ring: this, position, row: this.#rowOf(entry) })) return false;
    this.#held.set(position, entry.bytes);
    this.#heldBytes += entry.bytes;
    return true;
  }

  #rowOf({ header, payload }: FinishedEntry): LogEntry {
    return toLogEntry(this.#view.processor, header, payload);
  }
}
