/**
 * What marks an entry in the bytes of a ring: a state word whose tag is that of its own place, and a length that can be there.
 *
 * @module
 */
import { abi, EntryState } from "../../abi/layout.ts";
import {
  entryBytesMax,
  stateOfWord,
  type TagKey,
  tagOfPosition,
  tagOfWord,
  unitsOfWord,
} from "../../abi/tag.ts";

/** What of a ring set decides about a mark. */
export interface MarkedRing {
  /** A power of two. */
  readonly ringBytes: number;
  readonly tagKey: TagKey;
}

/** Whether the word at `position` marks an entry, or padding, that ends before `limit`. */
export function isMarkedWell(
  { ringBytes, tagKey }: MarkedRing,
  word: bigint,
  position: bigint,
  limit: bigint,
): boolean {
  const bytes = unitsOfWord(word) * 8;
  const least = stateOfWord(word) === EntryState.padding ? 8 : abi.entryHeaderBytes;
  const room = Math.min(
    entryBytesMax(ringBytes),
    ringBytes - Number(position & BigInt(ringBytes - 1)),
    Number(limit - position),
  );
  return tagOfWord(word) === tagOfPosition(position, tagKey) && bytes >= least && bytes <= room;
}
