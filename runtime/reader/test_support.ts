/**
 * Ring sets for tests, whose writers go on between the rounds of a reader.
 * @module
 */
import { consumerRing, consumerSet } from "../abi/layout.ts";
import { type ImageBuilder, writerTid } from "../../tests/golden/image_builder.ts";
import type { Liveness } from "./liveness.ts";
import { openImage, type RingMemory } from "./ring_memory.ts";
import type { RingCounters } from "./ring_cursor.ts";
import type { Drain } from "./ring_reader.ts";

/** See {@link Liveness}. */
export const everybodyLives: Liveness = { isAlive: () => true };

/** Every writer lives, and however long this process stands still between two looks none of them is passed as stalled. */
export const patient = { liveness: everybodyLives, stallMs: Infinity } as const;

/** A second thread. */
export const other = { tid: writerTid + 1 };

/** A ring set whose writers go on between the rounds. */
export class LiveSet {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly memory: RingMemory;
  readonly #set: ImageBuilder;

  constructor(set: ImageBuilder) {
    this.#set = set;
    this.bytes = set.bytes();
    this.memory = openImage(this.bytes, "the live set");
  }

  /** What the writers have done since is there now. */
  update(): void {
    this.bytes.set(this.#set.bytes().subarray(0, this.memory.header.consumerOff));
  }

  /** The position that the writers of a ring look at. */
  readPos(ring: number): bigint {
    return this.memory.consumer.load64(consumerSet.bytes + ring * consumerRing.bytes + consumerRing.readPos);
  }
}

/** The indexes of a round's rows. */
export function indexes(drain: Drain): number[] {
  return drain.rows.map(({ idx }) => Number(idx));
}

/** The texts of a round's rows. */
export function texts(drain: Drain): string[] {
  return drain.rows.map(({ payload }) => new TextDecoder().decode(payload));
}

/** One counter of every ring. */
export function counter(drain: Drain, name: keyof RingCounters): number[] {
  return drain.counters.map((ring) => Number(ring[name]));
}
