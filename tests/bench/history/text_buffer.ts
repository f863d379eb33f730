const DIGIT_ZERO = 0x30;
const HEX_DIGITS = new TextEncoder().encode("0123456789abcdef");
const GROWTH = 2;

/** ASCII texts one after the other, without a string for any of them. */
export class TextBuffer {
  #bytes: Uint8Array<ArrayBuffer>;
  #length = 0;

  constructor(capacity: number) {
    this.#bytes = new Uint8Array(capacity);
  }

  /** How many bytes were put. */
  get length(): number {
    return this.#length;
  }

  /** What was put; valid until more is. */
  get bytes(): Uint8Array<ArrayBuffer> {
    return this.#bytes.subarray(0, this.#length);
  }

  /** Forgets everything. */
  clear(): void {
    this.#length = 0;
  }

  /** Bytes as they are. */
  put(text: Uint8Array): void {
    this.#reserve(text.length);
    for (let at = 0; at < text.length; at++) this.#bytes[this.#length++] = text[at]!;
  }

  /** A whole number from 0 to before 2^32. */
  decimal(value: number): void {
    this.#reserve(10);
    let digits = 1;
    for (let bound = 10; bound <= value; bound *= 10) digits++;
    let rest = value >>> 0;
    for (let at = this.#length + digits - 1; at >= this.#length; at--) {
      const tens = Math.floor(rest / 10);
      this.#bytes[at] = DIGIT_ZERO + rest - 10 * tens;
      rest = tens;
    }
    this.#length += digits;
  }

  /** `digits` hexadecimal digits. */
  hex(value: number, digits: number): void {
    this.#reserve(digits);
    for (let at = digits - 1; at >= 0; at--) {
      this.#bytes[this.#length++] = HEX_DIGITS[value >>> 4 * at & 15]!;
    }
  }

  #reserve(count: number): void {
    if (this.#length + count <= this.#bytes.length) return;
    const grown = new Uint8Array(GROWTH * Math.max(this.#bytes.length, count));
    grown.set(this.bytes);
    this.#bytes = grown;
  }
}
