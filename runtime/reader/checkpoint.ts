/**
 * Where a reader stands, published for the writers and for the reader that comes after it.
 * @module
 */
import { abi, checkpoint as at, consumerRing, consumerSet } from "../abi/layout.ts";
import type { DeliveryBase } from "./order.ts";
import type { SharedBytes } from "./ring_memory.ts";

/** What a reader has done with one ring since the rings were made. Positions in bytes, the rest in attempts. */
export interface Checkpoint {
  /** Everything before it is delivered or lost; its space is the producer's again. */
  readonly readPos: bigint;
  /** The attempt number after the last one accounted for. */
  readonly nextSeq: bigint;
  /** Delivered entries. */
  readonly read: bigint;
  readonly discarded: bigint;
  readonly refused: bigint;
  readonly abandoned: bigint;
  readonly corrupt: bigint;
  readonly late: bigint;
  readonly stalled: bigint;
  readonly overwritten: bigint;
  /** Everything before it is accounted for; what lies between `readPos` and here is delivered if it lies before the base. */
  readonly scannedPos: bigint;
  /** How many entries of writers that stand still have been passed, and are not free. */
  readonly passedCount: bigint;
  /** Stepped over before `scannedPos`; their attempts are counted with the next neighbour. */
  readonly openAbandoned: bigint;
  readonly openCorrupt: bigint;
}

/** The checkpoint of one ring, and the positions of the entries that have been passed, rising. */
export interface RingCheckpoint extends Checkpoint {
  /** At most `abi.passedMax`, whatever their count says. */
  readonly passed: readonly bigint[];
}

/** The checkpoints of all rings at one moment. */
export interface CheckpointSet {
  readonly generation: bigint;
  /** Index order: of the smallest index that has not been delivered and may still come. */
  readonly base: DeliveryBase;
  readonly rings: readonly RingCheckpoint[];
}

const fields = [
  "readPos",
  "nextSeq",
  "read",
  "discarded",
  "refused",
  "abandoned",
  "corrupt",
  "late",
  "stalled",
  "overwritten",
  "scannedPos",
  "passedCount",
  "openAbandoned",
  "openCorrupt",
] as const satisfies readonly (keyof Checkpoint)[];

function ringOff(ring: number): number {
  return consumerSet.bytes + ring * consumerRing.bytes;
}

function checkpointOff(ring: number, half: number): number {
  return ringOff(ring) + consumerRing.checkpoint + half * at.bytes;
}

function passedOff(ring: number, half: number): number {
  return ringOff(ring) + consumerRing.passed + half * abi.passedMax * 8;
}

function loadRing(consumer: SharedBytes, ring: number, half: number): RingCheckpoint {
  const load = (field: keyof Checkpoint) => consumer.load64(checkpointOff(ring, half) + at[field]);
  const numbers = Object.fromEntries(fields.map((field) => [field, load(field)])) as Record<
    keyof Checkpoint,
    bigint
  >;
  const count = Math.min(abi.passedMax, Number(numbers.passedCount));
  const passed = Array.from({ length: count }, (_, n) => consumer.load64(passedOff(ring, half) + 8 * n));
  return { ...numbers, passed };
}

/** Reads what the last reader has left. All zero when there was none. */
export function loadCheckpoints(consumer: SharedBytes, ringCount: number): CheckpointSet {
  const generation = consumer.load64(consumerSet.generation);
  const half = Number(generation & 1n);
  return {
    generation,
    base: {
      index: consumer.load64(consumerSet.baseIndex + 8 * half),
      ticks: consumer.load64(consumerSet.baseTicks + 8 * half),
      ringPlus1: consumer.load64(consumerSet.baseRingPlus1 + 8 * half),
      position: consumer.load64(consumerSet.basePosition + 8 * half),
    },
    rings: Array.from({ length: ringCount }, (_, ring) => loadRing(consumer, ring, half)),
  };
}

/**
 * Publishes the checkpoints of all rings as one unit: the half that no generation names is written whole, then the
 * generation names it. Only then is space returned, so that a reader which dies in between has lost nothing.
 */
export function storeCheckpoints(consumer: SharedBytes, set: CheckpointSet): void {
  const half = Number(set.generation & 1n);
  set.rings.forEach((ring, number) => {
    for (const field of fields) consumer.store64(checkpointOff(number, half) + at[field], ring[field]);
    ring.passed.forEach((position, n) => consumer.store64(passedOff(number, half) + 8 * n, position));
  });
  consumer.store64(consumerSet.baseIndex + 8 * half, set.base.index);
  consumer.store64(consumerSet.baseTicks + 8 * half, set.base.ticks);
  consumer.store64(consumerSet.baseRingPlus1 + 8 * half, set.base.ringPlus1);
  consumer.store64(consumerSet.basePosition + 8 * half, set.base.position);
  consumer.store64(consumerSet.generation, set.generation);
  set.rings.forEach((ring, number) => {
    const offset = ringOff(number) + consumerRing.readPos;
    // Writers read this line: it is left alone when nothing changed.
    if (consumer.load64(offset) !== ring.readPos) consumer.store64(offset, ring.readPos);
  });
}

/** How many of the delivered entries of a ring a capture has written to its folder. */
export function loadStoredRead(consumer: SharedBytes, ring: number): bigint {
  return consumer.load64(ringOff(ring) + consumerRing.storedRead);
}

/** Says so for the capture that comes after. */
export function storeStoredRead(consumer: SharedBytes, ring: number, count: bigint): void {
  consumer.store64(ringOff(ring) + consumerRing.storedRead, count);
}

/** The process that drains, or that drained last; 0 when there was none. */
export function loadConsumerPid(consumer: SharedBytes): number {
  return consumer.load32(consumerSet.consumerPid);
}

/** Names this process as the one that drains. */
export function storeConsumerPid(consumer: SharedBytes, pid: number): void {
  consumer.store32(consumerSet.consumerPid, pid);
}
