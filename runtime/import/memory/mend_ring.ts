/**
 * The data of one ring of which pages are missing: what lies on them, wholly or in part, is made to be refused by the reader, so that it
 * is counted as corrupt in its place, and nothing of it is shown.
 *
 * The reader steps over an entry that is marked and contradicts itself, and counts it. Entries whose beginning is there are spoiled where
 * they lie. Where beginnings are missing, as many spoiled entries are put as attempts are missing between the neighbours, less what the
 * driver may have refused there: the reader finds these by the numbers that are left over.
 *
 * @module
 */
import { abi, EntryState } from "../../abi/layout.ts";
import {
  entryBytes,
  entryBytesMax,
  stateOfWord,
  stateWord,
  tagOfPosition,
  unitsOfWord,
} from "../../abi/tag.ts";
import type { SetHeader } from "../../reader/set_header.ts";
import { isMarkedWell, type MarkedRing } from "./marks.ts";

/** A ring and what the reader will look at. Positions are free-running bytes. */
export interface RingInput {
  readonly header: SetHeader;
  /** Its bytes, which are changed. */
  readonly data: Uint8Array<ArrayBuffer>;
  /** One byte for each page: 1 where it is missing. */
  readonly isMissing: Uint8Array;
  /** Everything before it is free. */
  readonly from: bigint;
  /** Everything before it is counted. */
  readonly scanned: bigint;
  readonly limit: bigint;
  /** Number of the first attempt behind `scanned`; null where nobody knows. */
  readonly firstSeq: bigint | null;
  /** Of the attempt behind the last one. */
  readonly attempts: bigint;
  /** Attempts that the driver says it has refused and that no reader has counted. */
  readonly refused: bigint;
}

/** What was spoiled. */
export interface MendedRing {
  /** Entries that begin on a page that is there and go over one that is not. */
  readonly cutEntries: number;
  /** Entries that began on a page that is missing; at least so many. */
  readonly goneEntries: number;
  /** Bytes between entries that are not known for that reason. */
  readonly goneBytes: number;
  /** The largest index of an entry; -1 where there is none. */
  readonly lastIndex: bigint;
}

/** Stretch of a ring in which no beginning of an entry is known. */
interface Gone {
  readonly kind: "gone";
  readonly position: bigint;
  readonly bytes: number;
}
/** An entry; its number is null where its header is not whole. */
interface Known {
  readonly kind: "known";
  readonly seq: bigint | null;
}

const PAGE = abi.pageBytes;
const HEADER = abi.entryHeaderBytes;
const KIND_AT = 52;
const NO_KIND = 0xff;

/** Spoils what is not whole. Nothing happens to a ring whose pages are all there. */
export function mendRing(input: RingInput): MendedRing {
  return new Mender(input).run();
}

class Mender {
  readonly #ring: RingInput;
  readonly #view: DataView;
  readonly #mask: bigint;
  readonly #marks: MarkedRing;
  #cutEntries = 0;
  #lastIndex = -1n;

  constructor(ring: RingInput) {
    this.#ring = ring;
    this.#view = new DataView(ring.data.buffer, ring.data.byteOffset, ring.data.length);
    this.#mask = BigInt(ring.data.length - 1);
    this.#marks = { ringBytes: ring.data.length, tagKey: ring.header.tagKey };
  }

  run(): MendedRing {
    const { from, scanned, limit, firstSeq, attempts } = this.#ring;
    // What was counted and not delivered is looked for again by the reader, which knows how many there have to be.
    this.#walk(from, scanned);
    const parts = this.#walk(scanned, limit);
    let goneEntries = 0, goneBytes = 0;
    let before = firstSeq;
    for (let at = 0; at < parts.length;) {
      const stretch: (Gone | Known)[] = [];
      let after: bigint | null = null;
      for (; at < parts.length && after === null; at++) {
        const part = parts[at]!;
        if (part.kind === "known" && part.seq !== null) after = part.seq;
        else stretch.push(part);
      }
      const gone = stretch.filter((part) => part.kind === "gone");
      const missing = before === null
        ? null
        : (after ?? attempts) - before - BigInt(stretch.length - gone.length);
      goneEntries += this.#fillAll(gone, missing);
      goneBytes += gone.reduce((sum, { bytes }) => sum + bytes, 0);
      before = after === null ? null : after + 1n;
    }
    return { cutEntries: this.#cutEntries, goneEntries, goneBytes, lastIndex: this.#lastIndex };
  }

  /** Walks over the entries of an extent and spoils those that are not whole. */
  #walk(from: bigint, limit: bigint): (Gone | Known)[] {
    const parts: (Gone | Known)[] = [];
    for (let position = from; position < limit;) {
      const offset = this.#offset(position);
      if (this.#isMissing(offset, 8)) {
        const end = this.#nextMark(position, limit);
        parts.push({ kind: "gone", position, bytes: Number(end - position) });
        position = end;
        continue;
      }
      const word = this.#view.getBigUint64(offset, true);
      const bytes = unitsOfWord(word) * 8;
      if (!isMarkedWell(this.#marks, word, position, limit)) {
        // Whatever a living reader would make of it.
        position = this.#nextMark(position, limit);
        parts.push({ kind: "known", seq: null });
        continue;
      }
      const state = stateOfWord(word);
      position += BigInt(bytes);
      if (state === EntryState.padding) continue;
      const isFinished = state === EntryState.committed || state === EntryState.discarded;
      const isHeaderWhole = !this.#isMissing(offset, HEADER);
      if (isFinished && this.#isMissing(offset, bytes)) {
        this.#ring.data[offset + KIND_AT] = NO_KIND;
        this.#cutEntries++;
      }
      if (isFinished && isHeaderWhole) {
        const index = this.#view.getBigUint64(offset + 8, true);
        if (index > this.#lastIndex) this.#lastIndex = index;
      }
      // A spoiled entry takes its number with it: to the reader it is one that is stepped over.
      const isSound = isFinished && this.#ring.data[offset + KIND_AT] !== NO_KIND &&
        entryBytes(this.#view.getUint32(offset + 48, true)) === bytes;
      parts.push({ kind: "known", seq: isSound ? this.#view.getBigUint64(offset + 16, true) : null });
    }
    return parts;
  }

  /** Puts spoiled entries into stretches between two neighbours; returns how many. `missing` attempts are between them, or nobody knows. */
  #fillAll(gone: readonly Gone[], missing: bigint | null): number {
    const rooms = gone.map((stretch) => ({
      stretch,
      least: this.#leastEntries(stretch),
      most: this.#mostEntries(stretch),
    }));
    const least = rooms.reduce((sum, room) => sum + room.least, 0);
    const most = rooms.reduce((sum, room) => sum + room.most, 0);
    let wanted = least;
    if (missing !== null) {
      const certain = missing - this.#ring.refused;
      wanted = Math.max(
        0,
        Math.min(Number(missing > 0n ? missing : 0n), most, Math.max(least, Number(certain))),
      );
    }
    let spare = Math.max(0, wanted - least), filled = 0;
    for (const { stretch, least, most } of rooms) {
      const more = Math.min(spare, most - least);
      spare -= more;
      this.#fill(stretch, least + more);
      filled += least + more;
    }
    return filled;
  }

  #fill({ position, bytes }: Gone, entries: number): void {
    let left = entries;
    const end = position + BigInt(bytes);
    for (let at = position; at < end;) {
      const room = Math.min(Number(end - at), this.#ring.data.length - this.#offset(at));
      const isLast = at + BigInt(room) === end;
      const here = Math.min(
        left,
        Math.floor(room / HEADER),
        isLast ? Infinity : Math.max(0, left - this.#mostIn(end - at - BigInt(room))),
      );
      this.#fillPiece(at, room, here);
      left -= here;
      at += BigInt(room);
    }
  }

  /** Entries without a payload, the last one as long as it may be, and padding behind it. */
  #fillPiece(position: bigint, bytes: number, entries: number): void {
    const longest = entryBytesMax(this.#ring.data.length);
    let at = position, left = bytes;
    for (let n = entries; left > 0; n--) {
      const isEntry = n > 0;
      const rest = left - Math.max(0, n - 1) * HEADER;
      const length = n > 1 ? HEADER : Math.min(rest, longest);
      const offset = this.#offset(at);
      this.#view.setBigUint64(
        offset,
        stateWord(
          isEntry ? EntryState.committed : EntryState.padding,
          length / 8,
          tagOfPosition(at, this.#ring.header.tagKey),
        ),
        true,
      );
      if (isEntry) this.#ring.data[offset + KIND_AT] = NO_KIND;
      at += BigInt(length);
      left -= length;
    }
  }

  /** What ends with the ring may be padding. */
  #leastEntries({ position, bytes }: Gone): number {
    if (bytes < HEADER || this.#offset(position + BigInt(bytes)) === 0) return 0;
    return 1;
  }

  #mostEntries({ position, bytes }: Gone): number {
    const room = Math.min(bytes, this.#ring.data.length - this.#offset(position));
    return Math.floor(room / HEADER) + this.#mostIn(BigInt(bytes - room));
  }

  /** From the beginning of the ring on. */
  #mostIn(bytes: bigint): number {
    return Math.floor(Number(bytes) / HEADER);
  }

  #offset(position: bigint): number {
    return Number(position & this.#mask);
  }

  #isMissing(offset: number, bytes: number): boolean {
    for (let page = Math.floor(offset / PAGE); page * PAGE < offset + bytes; page++) {
      if (this.#ring.isMissing[page]) return true;
    }
    return false;
  }

  /** The next position behind this one whose word is there and marks an entry, or the limit. */
  #nextMark(position: bigint, limit: bigint): bigint {
    for (let next = position + 8n; next < limit;) {
      const offset = this.#offset(next);
      if (this.#isMissing(offset, 8)) {
        next += BigInt(PAGE - offset % PAGE);
        continue;
      }
      if (isMarkedWell(this.#marks, this.#view.getBigUint64(offset, true), next, limit)) return next;
      next += 8n;
    }
    return limit;
  }
}
