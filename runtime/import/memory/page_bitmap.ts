/**
 * Which pages an image holds, and the how-manieth each of them is: the bitmap of a kdump-compressed image.
 *
 * @module
 */
import type { PageRun } from "./page_source.ts";

/** Bits between two counts that are kept, and bytes of them. */
const STRIDE = 4096, STRIDE_BYTES = STRIDE / 8;

const ONES = Uint8Array.from({ length: 256 }, (_, byte) => byte.toString(2).replaceAll("0", "").length);

/** A bitmap, the lowest bit of each byte first. */
export class PageBitmap {
  /** How many bits are set. */
  readonly count: number;
  readonly #bits: Uint8Array;
  readonly #pages: number;
  /** Bits that are set before each stride. */
  readonly #before: Float64Array;

  /** @param bits Bits from `pages` on mean nothing. */
  constructor(bits: Uint8Array, pages: number) {
    this.#bits = bits;
    this.#pages = Math.min(pages, bits.length * 8);
    if (this.#pages % 8 !== 0) bits[this.#pages >>> 3]! &= (1 << this.#pages % 8) - 1;
    bits.fill(0, Math.ceil(this.#pages / 8));
    this.#before = new Float64Array(Math.ceil(bits.length / STRIDE_BYTES) + 1);
    for (let stride = 0; stride + 1 < this.#before.length; stride++) {
      const end = Math.min((stride + 1) * STRIDE_BYTES, bits.length);
      this.#before[stride + 1] = this.#before[stride]! + countOnes(bits, stride * STRIDE_BYTES, end);
    }
    this.count = this.#before.at(-1)!;
  }

  has(page: number): boolean {
    return page < this.#pages && (this.#bits[Math.floor(page / 8)]! >> page % 8 & 1) === 1;
  }

  /** How many pages before this one are set. */
  rank(page: number): number {
    const stride = Math.floor(page / STRIDE);
    const byte = Math.floor(page / 8);
    const whole = this.#before[stride]! + countOnes(this.#bits, stride * STRIDE_BYTES, byte);
    return whole + ONES[this.#bits[byte]! & ((1 << page % 8) - 1)]!;
  }

  *runs(): Generator<PageRun> {
    let frame = -1;
    for (let page = 0; page < this.#pages; page++) {
      const byte = this.#bits[Math.floor(page / 8)]!;
      if (page % 8 === 0 && (frame < 0 ? byte === 0 : byte === 0xff)) {
        page += 7;
        continue;
      }
      const isSet = (byte >> page % 8 & 1) === 1;
      if (isSet === (frame >= 0)) continue;
      if (isSet) frame = page;
      else {
        yield { frame, count: page - frame };
        frame = -1;
      }
    }
    if (frame >= 0) yield { frame, count: this.#pages - frame };
  }
}

function countOnes(bits: Uint8Array, from: number, to: number): number {
  let ones = 0;
  for (let at = from; at < to; at++) ones += ONES[bits[at]!]!;
  return ones;
}
