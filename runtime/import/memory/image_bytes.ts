/**
 * The bytes of an image by their place. Images are larger than memory: nothing here reads more than it is asked for.
 *
 * @module
 */
import { CaptureError } from "../../errors.ts";

/** Bytes with places. */
export interface ImageBytes extends Disposable {
  /** What it is called in messages. */
  readonly name: string;
  /** How many there are. */
  readonly size: number;
  /**
   * Reads what is there from `offset` on.
   *
   * @returns How many bytes; fewer than `into` holds only where they end.
   * @throws {CaptureError} The system refused.
   */
  readAt(offset: number, into: Uint8Array<ArrayBuffer>): number;
}

/** Reads exactly so many bytes, or gives null where fewer are there. */
export function readBytes(bytes: ImageBytes, offset: number, length: number): Uint8Array<ArrayBuffer> | null {
  if (!Number.isSafeInteger(offset) || offset < 0 || length > bytes.size - offset) return null;
  const into = new Uint8Array(length);
  return bytes.readAt(offset, into) === length ? into : null;
}

/** A number that takes 64 bits as one that counts exactly; null where it is too large for anything that is there. */
export function exactly(value: bigint): number | null {
  return value >= 0n && value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : null;
}

/**
 * Opens a file or a block device.
 *
 * @throws {CaptureError} It is not there, cannot be read, or has no places, as a pipe.
 */
export function openImageBytes(path: string): ImageBytes {
  let file: Deno.FsFile | null = null;
  try {
    file = Deno.openSync(path, { read: true });
    if (file.statSync().isDirectory) throw new Error("it is a folder");
    // What stat says of a block device is 0.
    return new FileBytes(path, file, file.seekSync(0, Deno.SeekMode.End));
  } catch (error) {
    file?.close();
    if (!(error instanceof Error)) throw error;
    const reason = error instanceof Deno.errors.NotFound
      ? "there is no such file"
      : error instanceof Deno.errors.NotCapable && /^\/(?:proc|dev|sys)\//.test(path)
      // Whatever --allow-read says.
      ? `Deno keeps programs out of ${
        path.slice(0, path.indexOf("/", 1))
      }; copy it first, with "cp --sparse=always", or filter it with makedumpfile`
      : /Illegal seek/.test(error.message)
      ? "it is a pipe, and an image is read here and there; write it into a file first"
      : error.message;
    if (error instanceof Deno.errors.NotCapable && reason === error.message) throw error;
    throw new CaptureError(`import ${path}: ${reason}`, { cause: error });
  }
}

class FileBytes implements ImageBytes {
  readonly name: string;
  readonly size: number;
  readonly #file: Deno.FsFile;

  constructor(name: string, file: Deno.FsFile, size: number) {
    this.name = name;
    this.#file = file;
    this.size = size;
  }

  readAt(offset: number, into: Uint8Array<ArrayBuffer>): number {
    let read = 0;
    try {
      this.#file.seekSync(offset, Deno.SeekMode.Start);
      while (read < into.length) {
        const count = this.#file.readSync(into.subarray(read));
        if (count === null || count === 0) break;
        read += count;
      }
      return read;
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      throw new CaptureError(`import ${this.name}: read at byte ${offset + read}: ${error.message}`, {
        cause: error,
      });
    }
  }

  [Symbol.dispose](): void {
    this.#file.close();
  }
}
