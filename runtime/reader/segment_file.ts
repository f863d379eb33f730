/**
 * One growing file of a capture folder: whole messages, appended one by one.
 * @module
 */
import { END_OF_STREAM } from "../arrow/wire.ts";
import { CaptureError } from "../errors.ts";

function writeAll(file: Deno.FsFile, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length;) done += file.writeSync(bytes.subarray(done));
}

/** A segment that is being written. */
export class SegmentFile implements Disposable {
  readonly path: string;
  readonly #file: Deno.FsFile;
  #bytes = 0;
  #isOpen = true;
  #hasEnd = false;

  /**
   * Begins a new file with its schema message.
   *
   * @throws {CaptureError} It exists, or cannot be written; nothing is left of it then.
   */
  constructor(path: string, schema: Uint8Array) {
    this.path = path;
    try {
      this.#file = Deno.openSync(path, { write: true, createNew: true });
    } catch (cause) {
      throw failure("begin", path, cause);
    }
    try {
      this.append(schema);
    } catch (error) {
      this[Symbol.dispose]();
      Deno.removeSync(path);
      throw error;
    }
  }

  /** Size of the file. */
  get bytes(): number {
    return this.#bytes;
  }

  /**
   * Appends a whole message. After a failure the file is as it was before, and the same message can be tried again.
   *
   * @throws {CaptureError} With the system's error as its cause.
   */
  append(message: Uint8Array): void {
    try {
      writeAll(this.#file, message);
    } catch (cause) {
      this.#takeBack();
      throw failure("append to", this.path, cause);
    }
    this.#bytes += message.length;
  }

  /** Half a message would end the segment for its readers. */
  #takeBack(): void {
    try {
      this.#file.truncateSync(this.#bytes);
      this.#file.seekSync(this.#bytes, Deno.SeekMode.Start);
    } catch (cause) {
      throw failure("take back half a message from", this.path, cause);
    }
  }

  /** Forces what was appended to the disk. */
  async sync(): Promise<void> {
    try {
      await this.#file.syncData();
    } catch (cause) {
      throw failure("sync", this.path, cause);
    }
  }

  /**
   * Ends the file in order, synced. A file that has ended stays as it is.
   *
   * @throws {CaptureError} It can be tried again.
   */
  end(): void {
    if (!this.#isOpen) return;
    if (!this.#hasEnd) this.append(END_OF_STREAM);
    this.#hasEnd = true;
    try {
      this.#file.syncDataSync();
    } catch (cause) {
      throw failure("sync", this.path, cause);
    }
    this[Symbol.dispose]();
  }

  /** Closes the file as it is. */
  [Symbol.dispose](): void {
    if (this.#isOpen) this.#file.close();
    this.#isOpen = false;
  }
}

function failure(what: string, path: string, cause: unknown): CaptureError {
  const found = cause instanceof Error ? cause.message : String(cause);
  return new CaptureError(`cannot ${what} ${path}: ${found}`, { cause });
}
