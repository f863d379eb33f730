/**
 * Reads ranges of a sealed file and holds each block that it touches against its checksum, before anything is decoded: a decoder
 * is no judge of damage.
 *
 * @module
 */
import { type Crc32c, crc32c } from "../arrow/crc32c.ts";
import { BLOCK_BYTES } from "./block_sums.ts";
import type { SealedFacts } from "./segment_meta.ts";

/** What is read at once of a file that is only held against its checksums: whole blocks. */
const PIECE_BYTES = 16 * BLOCK_BYTES;

/** A place in a sealed file that is not what was written. */
export class DamagedBytes extends Error {}

/** A sealed file, open. */
export class CheckedFile implements Disposable {
  readonly size: number;
  readonly #file: Deno.FsFile;
  readonly #facts: SealedFacts | null;
  readonly #checksum: Crc32c;

  private constructor(file: Deno.FsFile, size: number, facts: SealedFacts | null, checksum: Crc32c) {
    this.#file = file;
    this.size = size;
    this.#facts = facts;
    this.#checksum = checksum;
  }

  /**
   * Opens a file. Without facts nothing is held against anything.
   *
   * @throws {Error} It cannot be opened.
   */
  static async open(
    path: string,
    facts: SealedFacts | null,
    checksum: Crc32c = crc32c,
  ): Promise<CheckedFile> {
    const file = await Deno.open(path, { read: true });
    return new CheckedFile(file, (await file.stat()).size, facts, checksum);
  }

  /** Whether what is read is held against checksums. */
  get isChecked(): boolean {
    return this.#facts !== null;
  }

  /** How many bytes were written; null where that is not known. */
  get expectedBytes(): number | null {
    return this.#facts?.bytes ?? null;
  }

  /**
   * The bytes from `from` to before `to`.
   *
   * @throws {DamagedBytes} A block among them is not what was written, or is not there.
   */
  async read(from: number, to: number): Promise<Uint8Array<ArrayBuffer>> {
    const first = Math.floor(from / BLOCK_BYTES);
    const start = first * BLOCK_BYTES, end = Math.min(Math.ceil(to / BLOCK_BYTES) * BLOCK_BYTES, this.size);
    const bytes = new Uint8Array(Math.max(end - start, 0));
    await this.#file.seek(start, Deno.SeekMode.Start);
    for (let done = 0; done < bytes.length;) {
      const read = await this.#file.read(bytes.subarray(done));
      if (read === null) throw new DamagedBytes(`bytes ${start + done} to ${to}: the file ends before`);
      done += read;
    }
    if (to > end) throw new DamagedBytes(`bytes ${end} to ${to}: the file ends before`);
    this.#check(bytes, first);
    return bytes.subarray(from - start, to - start);
  }

  /** Whether every block is what was written; false where that is not known. Reads the whole file. */
  async isWhole(): Promise<boolean> {
    if (this.#facts === null || this.#facts.bytes !== this.size) return false;
    try {
      for (let at = 0; at < this.size; at += PIECE_BYTES) {
        await this.read(at, Math.min(at + PIECE_BYTES, this.size));
      }
      return true;
    } catch (error) {
      if (error instanceof DamagedBytes) return false;
      throw error;
    }
  }

  #check(bytes: Uint8Array<ArrayBuffer>, first: number): void {
    if (this.#facts === null) return;
    for (let at = 0; at < bytes.length; at += BLOCK_BYTES) {
      const block = bytes.subarray(at, at + BLOCK_BYTES);
      if (this.#checksum(block) === this.#facts.sums[first + at / BLOCK_BYTES]) continue;
      const from = first * BLOCK_BYTES + at;
      throw new DamagedBytes(`bytes ${from} to ${from + block.length}: the checksum does not fit`);
    }
  }

  [Symbol.dispose](): void {
    this.#file.close();
  }
}

/**
 * Bytes of the file as parquet-wasm's asynchronous reader takes them, a `Blob` of which it reads slices. That reader never comes back
 * from a slice that fails: so the bytes are read and checked before it runs, and what it asks for beyond them is zeros.
 */
export class HeldBytes {
  readonly #size: number;
  #from = 0;
  #bytes = new Uint8Array(0);

  constructor(size: number) {
    this.#size = size;
  }

  /** Holds these bytes of the file, and no others any more. */
  hold(from: number, bytes: Uint8Array<ArrayBuffer>): void {
    this.#from = from;
    this.#bytes = bytes;
  }

  /** The file, as far as it is held. */
  blob(): Blob {
    return this.#slice(0, this.#size);
  }

  #slice(from: number, to: number): Blob {
    const slice: Pick<Blob, "size" | "slice" | "arrayBuffer"> = {
      size: to - from,
      slice: (start = 0, end = to - from) => this.#slice(from + start, from + end),
      arrayBuffer: () => Promise.resolve(this.#copy(from, to)),
    };
    return slice as Blob;
  }

  #copy(from: number, to: number): ArrayBuffer {
    const copy = new Uint8Array(to - from);
    const held = this.#bytes.subarray(Math.max(from - this.#from, 0), Math.max(to - this.#from, 0));
    copy.set(held, Math.min(Math.max(this.#from - from, 0), copy.length - held.length));
    return copy.buffer;
  }
}
