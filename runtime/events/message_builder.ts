/**
 * Messages one after the other, as they are made: most of them are ASCII, which is copied without an encoder.
 *
 * @module
 */
import { isUtf8 } from "../arrow/utf8.ts";
import { decodeByteText, decodeLeniently } from "./byte_text.ts";
import type { TextColumn } from "./event_batch.ts";

const ENCODER = new TextEncoder();
const BYTES_MAX = 0x7fff_ffff;

/** A column of texts that grows row by row. */
export class MessageBuilder {
  readonly #offsets: Int32Array<ArrayBuffer>;
  #values: Uint8Array<ArrayBuffer> = new Uint8Array(4096);
  #used = 0;
  #row = 0;

  constructor(rows: number) {
    this.#offsets = new Int32Array(rows + 1);
  }

  /** A message as a text of bytes (byte_text.ts); U+FFFD stands where it is not UTF-8. */
  addByteText(text: string): void {
    const values = this.#reserve(text.length);
    const from = this.#used;
    for (let at = 0; at < text.length; at++) {
      const byte = text.charCodeAt(at);
      if (byte > 0x7f) return this.addBytes(ENCODER.encode(decodeByteText(text)));
      values[from + at] = byte;
    }
    this.#end(text.length);
  }

  /** A message as bytes, the same way. */
  addBytes(bytes: Uint8Array): void {
    const valid = isUtf8(bytes, 0, bytes.length) ? bytes : ENCODER.encode(decodeLeniently(bytes));
    this.#reserve(valid.length).set(valid, this.#used);
    this.#end(valid.length);
  }

  /** The column of all rows. */
  build(): TextColumn {
    return { offsets: this.#offsets, values: this.#values.slice(0, this.#used) };
  }

  #reserve(bytes: number): Uint8Array<ArrayBuffer> {
    const needed = this.#used + bytes;
    if (needed > BYTES_MAX) {
      throw new RangeError(
        `the messages of ${this.#offsets.length - 1} rows have more than 2 GiB; take fewer rows at a time`,
      );
    }
    if (needed > this.#values.length) {
      const grown = new Uint8Array(Math.min(2 * needed, BYTES_MAX));
      grown.set(this.#values.subarray(0, this.#used));
      this.#values = grown;
    }
    return this.#values;
  }

  #end(bytes: number): void {
    this.#used += bytes;
    this.#offsets[++this.#row] = this.#used;
  }
}
