/**
 * makedumpfile's flattened form, which can be written into a pipe: pieces of another image, each with its place. QEMU writes
 * kdump-compressed images so, unless a newer one is asked for kdump-raw.
 *
 * After a page of header follow records of two big-endian 64-bit numbers, place and length, and the bytes; both are -1 at the end
 * (makedumpfile, makedumpfile.h: struct makedumpfile_data_header).
 *
 * @module
 */
import { CaptureError } from "../../errors.ts";
import { exactly, type ImageBytes, readBytes } from "./image_bytes.ts";
import type { Steps } from "./steps.ts";

const SIGNATURE = "makedumpfile\0\0\0\0";
const HEADER_BYTES = 4096;
const RECORD_HEADER_BYTES = 16;
const TYPE_FLAT = 1n, VERSION_FLAT = 1n;
/** What their places take in memory, 28 bytes each, is bounded: this is an image of some 100 GiB as QEMU writes it. */
const RECORDS_MAX = 2 ** 23;

/** Whether the first bytes are those of a flattened image. */
export function isFlattened(head: Uint8Array): boolean {
  return new TextDecoder("latin1").decode(head.subarray(0, SIGNATURE.length)) === SIGNATURE;
}

/** The image inside, and what is wrong with the pieces. It owns `bytes`. */
export interface FlattenedImage {
  readonly bytes: ImageBytes;
  readonly warnings: readonly string[];
}

/** @throws {CaptureError} It is of another version, or in too many pieces. */
export async function openFlattened(bytes: ImageBytes, steps: Steps): Promise<FlattenedImage> {
  const refuse = (found: string) => new CaptureError(`import ${bytes.name}: ${found}`);
  const head = readBytes(bytes, 0, HEADER_BYTES);
  if (head === null) throw refuse("it is cut short within the header of a flattened image");
  const view = new DataView(head.buffer);
  if (view.getBigInt64(16) !== TYPE_FLAT || view.getBigInt64(24) !== VERSION_FLAT) {
    throw refuse(
      `it is a flattened image of type ${view.getBigInt64(16)}, version ${
        view.getBigInt64(24)
      }; this program reads type 1, version 1: ` +
        `write it anew with "makedumpfile -R IMAGE < FLATTENED"`,
    );
  }
  const { pieces, warnings } = await readPieces(bytes, steps, refuse);
  return { bytes: new FlattenedBytes(bytes, layOut(pieces)), warnings };
}

/** Pieces in the order in which they were written. */
class Pieces {
  count = 0;
  /** Place in the image inside. */
  start = new Float64Array(1024);
  length = new Float64Array(1024);
  /** Place in the file. */
  at = new Float64Array(1024);

  add(start: number, length: number, at: number): void {
    if (this.count === this.start.length) {
      for (const name of ["start", "length", "at"] as const) {
        const grown = new Float64Array(this.count * 2);
        grown.set(this[name]);
        this[name] = grown;
      }
    }
    this.start[this.count] = start;
    this.length[this.count] = length;
    this.at[this.count] = at;
    this.count++;
  }
}

async function readPieces(bytes: ImageBytes, steps: Steps, refuse: (found: string) => CaptureError) {
  const pieces = new Pieces();
  const head = new Uint8Array(RECORD_HEADER_BYTES);
  const view = new DataView(head.buffer);
  const cut = (at: number) => [`the image is cut short: its last whole piece ends at byte ${at}`];
  for (let at = HEADER_BYTES;;) {
    if (bytes.readAt(at, head) < head.length) return { pieces, warnings: cut(at) };
    const place = view.getBigInt64(0), size = view.getBigInt64(8);
    if (place === -1n && size === -1n) return { pieces, warnings: [] };
    const start = exactly(place), length = exactly(size);
    if (start === null || length === null || length === 0 || !Number.isSafeInteger(start + length)) {
      return {
        pieces,
        warnings: [`the image is damaged: at byte ${at} no piece begins, and what is behind was not read`],
      };
    }
    const there = Math.min(length, bytes.size - at - RECORD_HEADER_BYTES);
    if (pieces.count === RECORDS_MAX) {
      throw refuse(
        `it has more than ${RECORDS_MAX} pieces; put them together with "makedumpfile -R IMAGE < FLATTENED"`,
      );
    }
    if (there > 0) pieces.add(start, there, at + RECORD_HEADER_BYTES);
    if (there < length) return { pieces, warnings: cut(at) };
    at += RECORD_HEADER_BYTES + length;
    await steps.step("index", at, bytes.size);
  }
}

/** Rising by place, without overlap. What was written later lies above. */
function layOut(pieces: Pieces): Pieces {
  const order = Uint32Array.from({ length: pieces.count }, (_, n) => n);
  order.sort((a, b) => pieces.start[a]! - pieces.start[b]! || a - b);
  const result = new Pieces();
  /** Those that reach over the place where we are, the one written last first. */
  const open: number[] = [];
  const endOf = (n: number) => pieces.start[n]! + pieces.length[n]!;
  let place = 0;
  for (let next = 0; next < order.length || open.length > 0;) {
    while (open.length > 0 && endOf(open[0]!) <= place) popNewest(open);
    if (open.length === 0) {
      if (next >= order.length) break;
      place = Math.max(place, pieces.start[order[next]!]!);
    }
    while (next < order.length && pieces.start[order[next]!]! <= place) pushNewest(open, order[next++]!);
    while (open.length > 0 && endOf(open[0]!) <= place) popNewest(open);
    if (open.length === 0) continue;
    const top = open[0]!;
    const end = next < order.length ? Math.min(endOf(top), pieces.start[order[next]!]!) : endOf(top);
    const at = pieces.at[top]! + (place - pieces.start[top]!);
    const last = result.count - 1;
    if (
      last >= 0 && result.start[last]! + result.length[last]! === place &&
      result.at[last]! + result.length[last]! === at
    ) {
      result.length[last]! += end - place;
    } else result.add(place, end - place, at);
    place = end;
  }
  return result;
}

/** A heap with the largest number first. */
function pushNewest(heap: number[], value: number): void {
  let at = heap.push(value) - 1;
  for (let up = (at - 1) >> 1; at > 0 && heap[up]! < value; up = (at - 1) >> 1) {
    heap[at] = heap[up]!;
    at = up;
  }
  heap[at] = value;
}

function popNewest(heap: number[]): void {
  const value = heap.pop()!;
  if (heap.length === 0) return;
  let at = 0;
  for (let down = 1; down < heap.length; down = 2 * at + 1) {
    if (down + 1 < heap.length && heap[down + 1]! > heap[down]!) down++;
    if (heap[down]! <= value) break;
    heap[at] = heap[down]!;
    at = down;
  }
  heap[at] = value;
}

class FlattenedBytes implements ImageBytes {
  readonly name: string;
  readonly size: number;
  readonly #bytes: ImageBytes;
  readonly #pieces: Pieces;

  constructor(bytes: ImageBytes, pieces: Pieces) {
    this.name = bytes.name;
    this.#bytes = bytes;
    this.#pieces = pieces;
    const last = pieces.count - 1;
    this.size = last < 0 ? 0 : pieces.start[last]! + pieces.length[last]!;
  }

  /** Between pieces are zeros, as in the file that makedumpfile -R makes of them. */
  readAt(offset: number, into: Uint8Array<ArrayBuffer>): number {
    const wanted = Math.max(0, Math.min(into.length, this.size - offset));
    into.fill(0, 0, wanted);
    const { start, length, at, count } = this.#pieces;
    for (let n = this.#find(offset); n < count && start[n]! < offset + wanted; n++) {
      const from = Math.max(offset, start[n]!), to = Math.min(offset + wanted, start[n]! + length[n]!);
      if (from >= to) continue;
      this.#bytes.readAt(at[n]! + (from - start[n]!), into.subarray(from - offset, to - offset));
    }
    return wanted;
  }

  [Symbol.dispose](): void {
    this.#bytes[Symbol.dispose]();
  }

  /** The first piece that ends behind the place. */
  #find(offset: number): number {
    let low = 0, high = this.#pieces.count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#pieces.start[middle]! + this.#pieces.length[middle]! > offset) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}
