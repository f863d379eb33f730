/**
 * The newest bytes of a ring, out of a minidump: what stands in them, and where a reader begins.
 *
 * @module
 */
import { EntryState } from "../../../abi/layout.ts";
import { stateOfWord, unitsOfWord } from "../../../abi/tag.ts";
import { isMarkedWell, type MarkedRing } from "../marks.ts";

/** Bytes of a ring, one position behind the other. */
export interface RingPart extends MarkedRing {
  readonly data: Uint8Array<ArrayBuffer>;
  /** Of the first byte and behind the last one; free-running. */
  readonly from: bigint;
  readonly to: bigint;
  /** Of the ring. */
  readonly attempts: bigint;
  /** Of the set's indexes, the next. */
  readonly nextIndex: bigint;
  /** Where the reader stood, if it is to be believed. */
  readonly readPos: bigint;
}

/** What was found there. */
export interface RingPartFacts {
  /** Number of the first attempt that is there. */
  readonly firstSeq: bigint;
  /** The least index of an entry; null where there is none. */
  readonly leastIndex: bigint | null;
  /** Committed entries that a reader had taken. */
  readonly taken: number;
}

/** Walks over the entries. */
export function readRingPart(part: RingPart): RingPartFacts {
  const { data, from, to, attempts, nextIndex, readPos } = part;
  const view = new DataView(data.buffer, data.byteOffset, data.length);
  let firstSeq: bigint | null = null, leastIndex: bigint | null = null;
  // In front of the first entry whose number can be read.
  let unnumbered = 0n;
  let taken = 0;
  for (let position = from; position < to;) {
    const offset = Number(position - from);
    const word = view.getBigUint64(offset, true);
    if (!isMarkedWell(part, word, position, to)) {
      position = nextMark(part, view, position);
      if (firstSeq === null) unnumbered++;
      continue;
    }
    const state = stateOfWord(word);
    const seq = isFinished(state) ? view.getBigUint64(offset + 16, true) : attempts;
    if (seq < attempts) {
      firstSeq ??= seq;
      const index = view.getBigUint64(offset + 8, true);
      if (index < nextIndex && (leastIndex === null || index < leastIndex)) leastIndex = index;
      if (state === EntryState.committed && position < readPos) taken++;
    } else if (state !== EntryState.padding && firstSeq === null) unnumbered++;
    position += BigInt(unitsOfWord(word) * 8);
  }
  const first = firstSeq ?? attempts;
  return { firstSeq: first > unnumbered ? first - unnumbered : 0n, leastIndex, taken };
}

function isFinished(state: number): boolean {
  return state === EntryState.committed || state === EntryState.discarded;
}

function nextMark(part: RingPart, view: DataView, position: bigint): bigint {
  for (let next = position + 8n; next < part.to; next += 8n) {
    const word = view.getBigUint64(Number(next - part.from), true);
    if (isMarkedWell(part, word, next, part.to)) return next;
  }
  return part.to;
}
