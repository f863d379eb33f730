/**
 * The two things that entries are ordered by.
 * @module
 */
import { sharedPage } from "../abi/layout.ts";
import type { EntryHeader, LogEntry } from "./log_entry.ts";
import { beyondAllKeys, type EntryKeys } from "./order.ts";
import type { ReaderClock } from "./reader_clock.ts";
import type { RingMemory } from "./ring_memory.ts";

/** The one counter that gives every entry its place in the total order. */
export class IndexKeys implements EntryKeys {
  readonly #memory: RingMemory;
  /** The counter was at least this. */
  #known = 0n;

  constructor(memory: RingMemory) {
    this.#memory = memory;
  }

  of(entry: EntryHeader | LogEntry): bigint {
    return "idx" in entry ? entry.idx : entry.index;
  }

  /** The next index that will be given: whoever took a smaller one had reserved before. */
  loadHorizon(): bigint {
    this.#known = this.#memory.producer.load64(this.#memory.header.sharedOff + sharedPage.nextIndex);
    return this.#known;
  }

  /** Whether an index has been given. The counter is loaded only when what is known of it does not suffice: its line is the writers'. */
  isPossible(index: bigint): boolean {
    return index < this.#known || index < this.loadHorizon();
  }
}

/** The clock that every writer reads after it has reserved. */
export class ClockKeys implements EntryKeys {
  readonly #clock: ReaderClock | null;
  readonly #ticksPerSecond: bigint;
  /** Ticks up to here can be. */
  #known = 0n;

  /** @param clock Null: it cannot be read here, and nobody writes any more. */
  constructor(clock: ReaderClock | null, ticksPerSecond: bigint) {
    this.#clock = clock;
    this.#ticksPerSecond = ticksPerSecond;
  }

  of({ ticks }: EntryHeader | LogEntry): bigint {
    return ticks;
  }

  /** Now: whoever has not reserved yet will read a clock that is not before this. */
  loadHorizon(): bigint {
    return this.#clock?.read() ?? beyondAllKeys;
  }

  /** Processors' clocks may disagree a little; an entry of next year would hold up its ring until then. */
  isPossible(ticks: bigint): boolean {
    if (this.#clock === null || ticks <= this.#known) return true;
    this.#known = this.#clock.read() + this.#ticksPerSecond;
    return ticks <= this.#known;
  }
}
