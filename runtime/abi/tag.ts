/**
 * The state word of an entry: state, length, keyed tag. The mirror of driver/core/tag.h.
 *
 * @module
 */
import { abi } from "./layout.ts";

const tagMask = (1n << BigInt(abi.tagBits)) - 1n;
const tagShift = BigInt(abi.stateBits + abi.unitsBits);
const unitsMask = (1n << BigInt(abi.unitsBits)) - 1n;

/** The two random words that were drawn when a ring set was made. */
export type TagKey = readonly [bigint, bigint];

/**
 * The tag of an entry that begins at `position` (bytes, free-running).
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * assertEquals(tagOfPosition(0n, [0n, 0n]), 0n);
 * ```
 */
export function tagOfPosition(position: bigint, key: TagKey): bigint {
  let x = (((position >> 3n) ^ key[0]) * (key[1] | 1n)) & tagMask;
  x ^= x >> 23n;
  return (x * 0x9e3779b97f4a7c15n) & tagMask;
}

/** A state word from its parts; `units` is the whole length in units of eight bytes. */
export function stateWord(state: number, units: number, tag: bigint): bigint {
  return BigInt(state) | BigInt(units) << BigInt(abi.stateBits) | tag << tagShift;
}

/** The state in a state word, one of `EntryState` or a number that is none. */
export function stateOfWord(word: bigint): number {
  return Number(word & 7n);
}

/** The whole length of the entry in units of eight bytes. */
export function unitsOfWord(word: bigint): number {
  return Number(word >> BigInt(abi.stateBits) & unitsMask);
}

/** The tag in a state word. */
export function tagOfWord(word: bigint): bigint {
  return word >> tagShift;
}

/** Bytes that an entry with `length` payload bytes occupies. */
export function entryBytes(length: number): number {
  return Math.ceil((abi.entryHeaderBytes + length) / 8) * 8;
}

/** Largest entry in bytes, header included, that a ring of this capacity takes. */
export function entryBytesMax(ringBytes: number): number {
  return Math.min(ringBytes / 8, abi.entryBytesMax);
}
