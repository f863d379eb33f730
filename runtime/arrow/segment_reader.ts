/**
 * Reads one segment of a capture folder, from its first byte to the last whole batch, and goes on from there
 * when the file has grown. Believes nothing: each length is held against the file, each batch against its checksum.
 *
 * @module
 */
import { CaptureError } from "../errors.ts";
import { type Crc32c, crc32c } from "./crc32c.ts";
import { decodeBodyBytes, decodeHeader } from "./ipc.ts";
import { isChecksumRight, type SegmentFormat } from "./wire.ts";

/** What stands behind the last whole batch of a segment. */
export interface SegmentProblem {
  /** What was found there. */
  reason: string;
  /** First byte that was not taken. */
  from: number;
  /** Size of the file. */
  to: number;
}

/** Settings of a {@link SegmentReader}. */
export interface SegmentReaderOptions {
  /** The checksum; the native one where it is built. */
  checksum?: Crc32c;
}

const PREFIX_BYTES = 8;
const READ_AHEAD_BYTES = 1 << 20;
/** A message that claims to be longer is damage: a batch holds at most what the capture's buffers can. */
const MESSAGE_BYTES_MAX = 1 << 30;
const HEADER_BYTES_MAX = 1 << 24;

/** A place in the segment where no whole batch stands. */
class NoBatch extends Error {}

/** One segment, read in order. */
export class SegmentReader<Batch> implements Disposable {
  /** The segment's file. */
  readonly path: string;
  readonly #file: Deno.FsFile;
  readonly #format: SegmentFormat<Batch>;
  readonly #checksum: Crc32c;
  /** Bytes of the file from #start on, of which #held are valid. One buffer, because fresh memory costs more than reading. */
  #buffer = new Uint8Array(0);
  #start = 0;
  #held = 0;
  #offset = 0;
  #size = 0;
  #schemaSeen = false;
  #ended = false;
  #problem: SegmentProblem | null = null;

  private constructor(
    path: string,
    file: Deno.FsFile,
    format: SegmentFormat<Batch>,
    options: SegmentReaderOptions,
  ) {
    this.path = path;
    this.#file = file;
    this.#format = format;
    this.#checksum = options.checksum ?? crc32c;
  }

  /**
   * Opens a segment.
   *
   * @throws {CaptureError} It cannot be opened.
   */
  static async open<Batch>(
    path: string,
    format: SegmentFormat<Batch>,
    options: SegmentReaderOptions = {},
  ): Promise<SegmentReader<Batch>> {
    try {
      return new SegmentReader(path, await Deno.open(path, { read: true }), format, options);
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      throw new CaptureError(`open the segment ${path}: ${error.message}`, { cause: error });
    }
  }

  /** Bytes taken so far: everything before is whole. */
  get offset(): number {
    return this.#offset;
  }

  /** Bytes that were known, at the last look, to stand behind what was taken. */
  get behindBytes(): number {
    return Math.max(0, this.#size - this.#offset);
  }

  /** Whether the end mark was read: nothing will come any more. */
  get ended(): boolean {
    return this.#ended;
  }

  /** What the last {@link read} met behind the last whole batch; null when the file ended there. */
  get problem(): SegmentProblem | null {
    return this.#problem;
  }

  /**
   * The next whole batch, or null when there is none now; a later call tries again from the same place. The batch
   * shares this reader's memory and is valid until the next call.
   *
   * @throws {CaptureError} The file cannot be read.
   */
  async read(): Promise<Batch | null> {
    try {
      for (;;) {
        const batch = await this.#take();
        if (batch !== null) return batch;
        const { size } = await this.#file.stat();
        const grown = size > this.#size;
        this.#size = size;
        if (size < this.#offset) this.#setProblem("the file has become shorter than what was read of it");
        if (!grown || this.#ended) return null;
      }
    } catch (error) {
      if (error instanceof Deno.errors.NotCapable || !(error instanceof Error)) throw error;
      throw new CaptureError(`read the segment ${this.path} at byte ${this.#offset}: ${error.message}`, {
        cause: error,
      });
    }
  }

  /**
   * Makes the message at `offset`, where one begins, the next that is read. The schema, which stands in front of all, is taken
   * first; where it is none, {@link read} will say so.
   *
   * @throws {CaptureError} The file cannot be read.
   */
  async goTo(offset: number): Promise<void> {
    try {
      this.#size = (await this.#file.stat()).size;
      if (!this.#schemaSeen) await this.#takeMessage();
    } catch (error) {
      if (error instanceof NoBatch || error instanceof SyntaxError || error instanceof RangeError) return;
      if (error instanceof Deno.errors.NotCapable || !(error instanceof Error)) throw error;
      throw new CaptureError(`read the segment ${this.path}: ${error.message}`, { cause: error });
    }
    this.#offset = offset;
    this.#start = offset;
    this.#held = 0;
  }

  #setProblem(reason: string): void {
    this.#problem = { reason, from: this.#offset, to: this.#size };
    this.#held = 0; // what stands there now may be replaced by what is still being written
  }

  /** The next batch of what the file is known to hold, or null with the problem, if that is the reason. */
  async #take(): Promise<Batch | null> {
    this.#problem = null;
    try {
      while (!this.#ended && this.#offset < this.#size) {
        const batch = await this.#takeMessage();
        if (batch !== null) return batch;
      }
      if (this.#ended && this.#offset < this.#size) this.#setProblem("something stands behind the end mark");
    } catch (error) {
      if (error instanceof NoBatch) this.#setProblem(error.message);
      else if (error instanceof SyntaxError || error instanceof RangeError) {
        this.#setProblem(`a message is damaged (${error.message})`);
      } else throw error;
    }
    return null;
  }

  /** The batch of the message at the offset, or null when it is the schema or the end mark. */
  async #takeMessage(): Promise<Batch | null> {
    const prefix = await this.#bytes(PREFIX_BYTES, "a message's beginning");
    const view = new DataView(prefix.buffer, prefix.byteOffset);
    if (view.getUint32(0, true) !== 0xffffffff) throw new NoBatch("there is no message");
    const headerBytes = view.getInt32(4, true);
    if (headerBytes === 0) {
      this.#offset += PREFIX_BYTES;
      this.#ended = true;
      return null;
    }
    if (headerBytes < 0 || headerBytes > HEADER_BYTES_MAX || headerBytes % 8 !== 0) {
      throw new NoBatch(`a message has a header of ${headerBytes} bytes`);
    }
    const bodyAt = PREFIX_BYTES + headerBytes;
    const bodyBytes = decodeBodyBytes(
      (await this.#bytes(bodyAt, "a message's header")).subarray(PREFIX_BYTES),
    );
    if (bodyAt + bodyBytes > MESSAGE_BYTES_MAX || bodyBytes % 8 !== 0) {
      throw new NoBatch(`a message has a body of ${bodyBytes} bytes`);
    }
    const message = await this.#bytes(bodyAt + bodyBytes, "a batch");
    const header = decodeHeader(message.subarray(PREFIX_BYTES, bodyAt));
    let batch: Batch | null = null;
    if (header.kind === "schema") {
      this.#takeSchema(header.columns);
    } else {
      if (!this.#schemaSeen) throw new NoBatch("a batch stands before the schema");
      if (!isChecksumRight(message, header, this.#checksum)) {
        throw new NoBatch("a batch's checksum does not fit");
      }
      batch = this.#format.decode(header, message.subarray(bodyAt));
    }
    this.#offset += message.length;
    return batch;
  }

  #takeSchema(columns: readonly { name: string; type: string; nullable: boolean }[]): void {
    const spell = (list: typeof columns) => list.map(({ name, type }) => `${name} ${type}`).join(", ");
    if (this.#schemaSeen) throw new NoBatch("a second schema stands here");
    if (spell(columns) !== spell(this.#format.columns)) {
      throw new NoBatch(`the segment has other columns (${spell(columns)})`);
    }
    this.#schemaSeen = true;
  }

  /** `count` bytes from the current offset on. */
  async #bytes(count: number, what: string): Promise<Uint8Array<ArrayBuffer>> {
    const left = this.#size - this.#offset;
    if (count > left) throw new NoBatch(`${what} of ${count} bytes ends after ${left}`);
    const at = this.#offset - this.#start;
    if (this.#held - at >= count) return this.#buffer.subarray(at, at + count);
    await this.#refill(count);
    if (this.#held < count) throw new NoBatch(`${what} of ${count} bytes ends after ${this.#held}`);
    return this.#buffer.subarray(0, count);
  }

  /** Moves what is left to the buffer's beginning, so that messages stay aligned, and reads on behind it. */
  async #refill(count: number): Promise<void> {
    const left = Math.max(0, this.#held - (this.#offset - this.#start));
    const rest = this.#buffer.subarray(this.#held - left, this.#held);
    const wanted = Math.max(count, Math.min(READ_AHEAD_BYTES, this.#size - this.#offset));
    if (wanted > this.#buffer.length) {
      const grown = new Uint8Array(Math.min(2 ** Math.ceil(Math.log2(wanted)), MESSAGE_BYTES_MAX));
      grown.set(rest);
      this.#buffer = grown;
    } else {
      this.#buffer.copyWithin(0, this.#held - left, this.#held);
    }
    this.#start = this.#offset;
    this.#held = left;
    await this.#file.seek(this.#start + left, Deno.SeekMode.Start);
    const end = Math.min(this.#buffer.length, this.#size - this.#start);
    while (this.#held < end) {
      const read = await this.#file.read(this.#buffer.subarray(this.#held, end));
      if (read === null) break;
      this.#held += read;
    }
  }

  [Symbol.dispose](): void {
    this.#file.close();
  }
}
