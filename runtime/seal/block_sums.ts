/**
 * Checksums of a file's blocks. Parquet as it is written here has none of its own, and zstd takes some damage without a word.
 *
 * @module
 */
import { type Crc32c, crc32c } from "../arrow/crc32c.ts";

/** Bytes of a block; the last one is what is left. */
export const BLOCK_BYTES = 256 * 1024;

/** Sums up bytes as they are written. */
export class BlockSums {
  readonly #checksum: Crc32c;
  readonly #sums: number[] = [];
  #sum = 0;
  #held = 0;

  constructor(checksum: Crc32c = crc32c) {
    this.#checksum = checksum;
  }

  /** The file's next bytes. */
  add(bytes: Uint8Array<ArrayBuffer>): void {
    for (let at = 0; at < bytes.length;) {
      const part = bytes.subarray(at, at + BLOCK_BYTES - this.#held);
      this.#sum = this.#checksum(part, this.#sum);
      this.#held += part.length;
      at += part.length;
      if (this.#held === BLOCK_BYTES) this.#next();
    }
  }

  /** CRC-32C of every block. */
  end(): readonly number[] {
    if (this.#held > 0) this.#next();
    return this.#sums;
  }

  #next(): void {
    this.#sums.push(this.#sum);
    this.#sum = 0;
    this.#held = 0;
  }
}
