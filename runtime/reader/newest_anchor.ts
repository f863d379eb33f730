/**
 * The producer's clock in unix time.
 * @module
 */
import { abi, anchor as at, setHeader } from "../abi/layout.ts";
import type { RingMemory } from "./ring_memory.ts";

/** A moment on the producer's clock and the same moment in unix time. */
export interface ClockAnchor {
  readonly ticks: bigint;
  readonly unixNs: bigint;
  readonly ticksPerSecond: bigint;
}

/** The anchor that the producer wrote last. One that it is just writing counts as not written. */
export function loadNewestAnchor({ header, producer }: RingMemory): ClockAnchor {
  let newest = { generation: -1n, ticks: 0n, unixNs: 0n };
  for (let number = 0; number < abi.anchorCount; number++) {
    const offset = setHeader.anchors + number * at.bytes;
    const generation = producer.load64(offset + at.generation);
    const ticks = producer.load64(offset + at.ticks);
    const unixNs = BigInt.asIntN(64, producer.load64(offset + at.unixNs));
    const isWhole = producer.load64(offset + at.generation) === generation;
    if (isWhole && generation > newest.generation) newest = { generation, ticks, unixNs };
  }
  return { ticks: newest.ticks, unixNs: newest.unixNs, ticksPerSecond: header.ticksPerSecond };
}
