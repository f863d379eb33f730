/**
 * The bytes of a ring set as a reader holds them: a mapping that a producer is writing into, or an image.
 *
 * Every access to a word that somebody else may be storing goes through {@link SharedBytes}.
 * @module
 */
import { readSetHeader, type SetHeader } from "./set_header.ts";

/** A buffer of its own for each entry would cost more than everything else that is done with one. */
const copiesBytes = 256 * 1024;

/** Bytes that another process may change at any time. Offsets are bytes; words are little endian. */
export class SharedBytes {
  readonly #bytes: Uint8Array<ArrayBuffer>;
  readonly #words: BigUint64Array<ArrayBuffer>;
  readonly #halves: Uint32Array<ArrayBuffer>;
  #copies = new Uint8Array(0);
  #copied = 0;

  /** @param bytes A view that begins on a multiple of eight bytes and is one long. */
  constructor(bytes: Uint8Array<ArrayBuffer>) {
    this.#bytes = bytes;
    this.#words = new BigUint64Array(bytes.buffer, bytes.byteOffset, bytes.length / 8);
    this.#halves = new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
  }

  /** An aligned 64-bit word; JavaScript's atomics are sequentially consistent, more than the protocol needs. */
  load64(offset: number): bigint {
    return Atomics.load(this.#words, offset / 8);
  }

  /** An aligned 32-bit word. */
  load32(offset: number): number {
    return Atomics.load(this.#halves, offset / 4);
  }

  /** Stores an aligned 64-bit word after everything that was stored before it. */
  store64(offset: number, value: bigint): void {
    Atomics.store(this.#words, offset / 8, value);
  }

  /** Stores an aligned 32-bit word after everything that was stored before it. */
  store32(offset: number, value: number): void {
    Atomics.store(this.#halves, offset / 4, value);
  }

  /** Stores an aligned 64-bit word if it is still `expected`. */
  swap64(offset: number, expected: bigint, desired: bigint): void {
    Atomics.compareExchange(this.#words, offset / 8, expected, desired);
  }

  /** A private copy. Copies share memory that is kept for as long as one of them is. */
  copy(offset: number, length: number): Uint8Array<ArrayBuffer> {
    const copy = this.#allot(length);
    copy.set(this.#bytes.subarray(offset, offset + length));
    return copy;
  }

  /**
   * A private copy of aligned bytes that may be changing: whatever is loaded after this call is loaded after each of them. Slower than
   * {@link copy}.
   */
  copyInOrder(offset: number, length: number): Uint8Array<ArrayBuffer> {
    const copy = this.#allot(length);
    const halves = new Uint32Array(copy.buffer, copy.byteOffset, length / 4);
    for (let n = 0; n < halves.length; n++) halves[n] = Atomics.load(this.#halves, offset / 4 + n);
    return copy;
  }

  /** @param length A multiple of eight. */
  #allot(length: number): Uint8Array<ArrayBuffer> {
    if (this.#copied + length > this.#copies.length) {
      this.#copies = new Uint8Array(Math.max(length, copiesBytes));
      this.#copied = 0;
    }
    const part = this.#copies.subarray(this.#copied, this.#copied + length);
    this.#copied += length;
    return part;
  }
}

/** A ring set whose header has been checked. */
export interface RingMemory {
  readonly header: SetHeader;
  /** Header, index, intents, ring pages and data, by their offsets in the ring set. */
  readonly producer: SharedBytes;
  /** The consumer's pages; offset 0 is `header.consumerOff`. */
  readonly consumer: SharedBytes;
  /**
   * Overwrite mode: whether this reader is the one that ends dead writers' entries. One at a time: bytes of an earlier lap may be what they
   * were, and yet another lap's, when somebody else has been here meanwhile.
   */
  oversee(): boolean;
  /** Stores a word of the producers' half if it is still `expected`. */
  swapWord(offset: number, expected: bigint, desired: bigint): void;
}

/**
 * The ring set in the bytes of a file, of a memory dump, or of a ring set that was copied.
 *
 * @param source What the image is called in messages.
 * @throws {AbiMismatchError | DriverError} As {@link readSetHeader}.
 */
export function openImage(image: Uint8Array<ArrayBuffer>, source: string): RingMemory {
  const header = readSetHeader(image, image.length, source);
  const producer = new SharedBytes(image.subarray(0, header.consumerOff));
  return {
    header,
    producer,
    consumer: new SharedBytes(image.subarray(header.consumerOff, header.totalBytes)),
    oversee: () => true,
    swapWord: (offset, expected, desired) => producer.swap64(offset, expected, desired),
  };
}
