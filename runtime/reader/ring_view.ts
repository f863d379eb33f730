/**
 * What stands at one position of one ring: the state word, and behind it a private copy of a finished entry.
 *
 * Nothing here remembers anything; whether an entry fits those before it is the reader's question (ring_reader.ts).
 * @module
 */
import { abi, EntryFlag, EntryKind, EntryState, Mode, ringPage, Severity } from "../abi/layout.ts";
import {
  entryBytes,
  entryBytesMax,
  stateOfWord,
  stateWord,
  type TagKey,
  tagOfPosition,
  tagOfWord,
  unitsOfWord,
} from "../abi/tag.ts";
import { decodeEntryHeader, type EntryHeader } from "./log_entry.ts";
import type { Refusals } from "./refusal_split.ts";
import type { RingMemory, SharedBytes } from "./ring_memory.ts";

/** What a position of a ring holds. `bytes` is the whole extent. */
export type Place =
  /** No entry has been marked here: its writer is between the swap and the mark, or these are damaged bytes. */
  | { readonly what: "unmarked" }
  /** Marked, with a length that no entry here can have. */
  | { readonly what: "unsized" }
  /** A writer is filling this entry. */
  | { readonly what: "reserved"; readonly bytes: number }
  /** What was left before the end of the ring. */
  | { readonly what: "padding"; readonly bytes: number }
  /** Its writer died, and somebody has ended it. */
  | { readonly what: "abandoned"; readonly bytes: number }
  | {
    readonly what: "committed" | "discarded";
    readonly bytes: number;
    readonly header: EntryHeader;
    readonly payload: Uint8Array<ArrayBuffer>;
  }
  /** Marked and of a possible length, and no producer that keeps the rules can have written it. */
  | { readonly what: "corrupt"; readonly bytes: number };

/** The reserve word of a ring. */
export interface Reserve {
  readonly position: bigint;
  readonly attempts: bigint;
}

/** A part of an extent that nobody will finish. */
interface Piece {
  readonly position: bigint;
  readonly bytes: number;
  readonly state: number;
}

const reserveTries = 10_000;

/** The distance from one free-running number of 64 bits to another. */
export function minus(a: bigint, b: bigint): bigint {
  return BigInt.asUintN(64, a - b);
}

/** Whether one free-running position lies behind another one of the same ring. */
export function isBeyond(position: bigint, other: bigint): boolean {
  return BigInt.asIntN(64, position - other) > 0n;
}

function isSound(header: EntryHeader, bytes: number): boolean {
  return entryBytes(header.length) === bytes &&
    header.kind <= EntryKind.event &&
    header.severity >= Severity.trace && header.severity <= Severity.fatal &&
    ((header.flags & EntryFlag.truncated) === 0 || header.length >= 4);
}

/** One ring of a ring set, to be looked at. */
export class RingView {
  /** Number of the ring in its set. */
  readonly number: number;
  /** Number of the processor whose entries it holds. */
  readonly processor: number;
  readonly ringBytes: number;
  readonly #memory: RingMemory;
  readonly #bytes: SharedBytes;
  readonly #isOverwriting: boolean;
  readonly #pageOff: number;
  readonly #dataOff: number;
  readonly #offsetMask: bigint;
  readonly #entryBytesMax: number;
  readonly #key: TagKey;

  constructor(memory: RingMemory, number: number) {
    const { header } = memory;
    this.number = number;
    this.ringBytes = header.ringBytes;
    this.#memory = memory;
    this.#bytes = memory.producer;
    this.#isOverwriting = header.mode === Mode.overwrite;
    this.#pageOff = header.ringOff + number * ringPage.bytes;
    this.#dataOff = header.dataOff + number * header.ringBytes;
    this.#offsetMask = BigInt(header.ringBytes - 1);
    this.#entryBytesMax = entryBytesMax(header.ringBytes);
    this.#key = header.tagKey;
    this.processor = memory.producer.load32(this.#pageOff + ringPage.processor) & 0xffff;
  }

  /** Attempts of this ring so far. */
  loadAttempts(): bigint {
    return this.#bytes.load64(this.#pageOff + ringPage.reserve + 8);
  }

  /** Bytes reserved in this ring so far. */
  loadPosition(): bigint {
    return this.#bytes.load64(this.#pageOff + ringPage.reserve);
  }

  /**
   * Both halves of one moment: every swap changes the attempts, so equal ones enclose the position that belongs to them.
   * A writer in a tight loop could keep that from happening for ever; then the halves are some entries apart.
   */
  loadReserve(): Reserve {
    let attempts = this.loadAttempts();
    for (let tries = 1;; tries++) {
      const position = this.loadPosition();
      const again = this.loadAttempts();
      if (again === attempts || tries === reserveTries) return { position, attempts };
      attempts = again;
    }
  }

  /** The producer's own counts of what it refused. */
  loadRefusals(): Refusals {
    return {
      full: this.#bytes.load64(this.#pageOff + ringPage.lostFull),
      tooBig: this.#bytes.load64(this.#pageOff + ringPage.tooBig),
      missed: this.#bytes.load64(this.#pageOff + ringPage.missed),
    };
  }

  /** Overwrite mode: entries before it have made room. Nothing that was loaded before this call was loaded after it. */
  loadOldest(): bigint {
    return this.#bytes.load64(this.#pageOff + ringPage.oldestPos);
  }

  /** How often the producer came to the end of the ring. */
  loadWraps(): bigint {
    return this.#bytes.load64(this.#pageOff + ringPage.wraps);
  }

  /** How many of the writes that were measured took from 2^b to 2^(b+1) ticks, for each b. */
  loadWriteCost(): BigUint64Array {
    const at = this.#pageOff + ringPage.writeCost;
    return BigUint64Array.from(
      { length: abi.costBuckets },
      (_, bucket) => this.#bytes.load64(at + 8 * bucket),
    );
  }

  /** Whether the word at `position` carries the tag of its own place. */
  isMarked(position: bigint): boolean {
    return tagOfWord(this.#loadWord(position)) === tagOfPosition(position, this.#key);
  }

  /** Whether the word at `position` carries the tag of its own place and a length that can be there. */
  isMarkedWell(position: bigint, limit: bigint): boolean {
    const { what } = this.look(position, limit);
    return what !== "unmarked" && what !== "unsized";
  }

  /** The next position after `position` whose word carries the tag of its own place, or `limit`. */
  nextMark(position: bigint, limit: bigint): bigint {
    let next = position + 8n;
    while (next < limit && !this.isMarked(next)) next += 8n;
    return next;
  }

  /** The offset of a position in the ring's bytes. */
  offsetOf(position: bigint): number {
    return Number(position & this.#offsetMask);
  }

  /**
   * Looks at `position`, which lies below `limit`: nothing that ends behind `limit` is an entry.
   *
   * The state word is loaded first, so that header and payload of a committed entry are seen whole; they are then
   * copied, and only the copy is judged.
   */
  look(position: bigint, limit: bigint): Place {
    const word = this.#loadWord(position);
    if (tagOfWord(word) !== tagOfPosition(position, this.#key)) return { what: "unmarked" };
    const offset = this.offsetOf(position);
    const bytes = unitsOfWord(word) * 8;
    const room = Math.min(this.#entryBytesMax, this.ringBytes - offset, Number(limit - position));
    const state = stateOfWord(word);
    const least = state === EntryState.padding ? 8 : abi.entryHeaderBytes;
    if (bytes < least || bytes > room) return { what: "unsized" };
    if (state === EntryState.padding) return { what: "padding", bytes };
    if (state === EntryState.reserved) return { what: "reserved", bytes };
    if (state === EntryState.abandoned) return { what: "abandoned", bytes };
    if (state !== EntryState.committed && state !== EntryState.discarded) return { what: "corrupt", bytes };

    const at = this.#dataOff + offset;
    const copy = this.#isOverwriting ? this.#bytes.copyInOrder(at, bytes) : this.#bytes.copy(at, bytes);
    const header = decodeEntryHeader(copy);
    if (!isSound(header, bytes)) return { what: "corrupt", bytes };
    return {
      what: state === EntryState.committed ? "committed" : "discarded",
      bytes,
      header,
      payload: copy.subarray(abi.entryHeaderBytes, abi.entryHeaderBytes + header.length),
    };
  }

  /**
   * Overwrite mode: turns what a dead writer has left into something that makes room: one abandoned entry, and padding where the extent
   * goes over the end of the ring or is longer than an entry can be.
   */
  abandon(position: bigint, bytes: number): void {
    // Its writer is dead and nobody else may do this now: what has not made room yet does not change any more.
    if (!this.#memory.oversee() || isBeyond(this.loadOldest(), position)) return;
    const room = this.ringBytes - this.offsetOf(position);
    const pieces = bytes > room
      // A claim of padding and entry together.
      ? [...this.#split(position, room, false), ...this.#split(position + BigInt(room), bytes - room, true)]
      : this.#split(position, bytes, true);
    // The last one first: what makes room in front of it lets writers come near.
    for (const piece of pieces.reverse()) this.#abandonPiece(piece);
  }

  #split(position: bigint, bytes: number, hasEntry: boolean): Piece[] {
    const pieces: Piece[] = [];
    for (let done = 0; done < bytes; done += this.#entryBytesMax) {
      const state = hasEntry && done === 0 ? EntryState.abandoned : EntryState.padding;
      const length = Math.min(bytes - done, this.#entryBytesMax);
      pieces.push({ position: position + BigInt(done), bytes: length, state });
    }
    return pieces;
  }

  /** Exactly the word that was seen is replaced: the entry may have been finished, or abandoned by another reader, meanwhile. */
  #abandonPiece({ position, bytes, state }: Piece): void {
    const seen = this.#loadWord(position);
    const tag = tagOfPosition(position, this.#key);
    const old = stateOfWord(seen);
    if (tagOfWord(seen) === tag && old !== EntryState.reserved && old !== EntryState.none) return;
    this.#memory.swapWord(this.#dataOff + this.offsetOf(position), seen, stateWord(state, bytes / 8, tag));
  }

  #loadWord(position: bigint): bigint {
    return this.#bytes.load64(this.#dataOff + this.offsetOf(position));
  }
}
