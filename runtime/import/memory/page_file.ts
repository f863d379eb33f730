/**
 * The file in which a ring set is put together for the ordinary reader.
 *
 * @module
 */
import { CaptureError } from "../../errors.ts";

/** A file of pages, to be changed in places. */
export interface PageFile extends Disposable {
  read(offset: number, length: number): Uint8Array<ArrayBuffer>;
  write(offset: number, bytes: Uint8Array): void;
}

/**
 * Makes one of so many bytes, zeros wherever nothing is written. It is removed when it is disposed of.
 *
 * @param path A file that is not there yet.
 * @throws {CaptureError} It cannot be made.
 */
export function makePageFile(path: string, bytes: number): PageFile {
  return new SparseFile(path, bytes);
}

class SparseFile implements PageFile {
  readonly #path: string;
  readonly #file: Deno.FsFile;
  readonly #onExit = () => this.#remove();

  constructor(path: string, bytes: number) {
    this.#path = path;
    this.#file = guard(
      path,
      () => Deno.openSync(path, { read: true, write: true, createNew: true, mode: 0o600 }),
    );
    // Deno.exit runs no finally.
    globalThis.addEventListener("unload", this.#onExit);
    try {
      guard(path, () => this.#file.truncateSync(bytes));
    } catch (error) {
      this[Symbol.dispose]();
      throw error;
    }
  }

  read(offset: number, length: number): Uint8Array<ArrayBuffer> {
    return guard(this.#path, () => {
      const bytes = new Uint8Array(length);
      this.#file.seekSync(offset, Deno.SeekMode.Start);
      for (let at = 0; at < length;) {
        const count = this.#file.readSync(bytes.subarray(at));
        if (count === null) throw new Error("the file was truncated");
        at += count;
      }
      return bytes;
    });
  }

  write(offset: number, bytes: Uint8Array): void {
    guard(this.#path, () => {
      this.#file.seekSync(offset, Deno.SeekMode.Start);
      for (let at = 0; at < bytes.length;) at += this.#file.writeSync(bytes.subarray(at));
    });
  }

  [Symbol.dispose](): void {
    globalThis.removeEventListener("unload", this.#onExit);
    this.#file.close();
    this.#remove();
  }

  #remove(): void {
    try {
      Deno.removeSync(this.#path);
    } catch {
      // It is gone already.
    }
  }
}

function guard<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof Error) || error instanceof Deno.errors.NotCapable) throw error;
    throw new CaptureError(
      `collect the rings in ${path}: ${error.message}; choose another folder with --dir`,
      { cause: error },
    );
  }
}
