/** A line of a file. */
export interface Line {
  /** Counted from 1. */
  readonly number: number;
  /** Without its line feed; at most {@link LINE_BYTES_MAX}. Valid until the next chunk is given. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** So many bytes more it has in the file. */
  readonly cutBytes: number;
}

/** What is kept of a line. */
export const LINE_BYTES_MAX = 2 ** 20;

const LINE_FEED = 10;

/** Splits a file into lines, of which none can fill the memory. */
export class LineSplitter {
  #rest = new Uint8Array(0);
  #cutBytes = 0;
  #number = 0;

  /** The lines that end in this chunk. */
  *push(chunk: Uint8Array<ArrayBuffer>): Generator<Line> {
    let from = 0;
    for (let at = chunk.indexOf(LINE_FEED); at >= 0; at = chunk.indexOf(LINE_FEED, from)) {
      yield this.#end(chunk.subarray(from, at));
      from = at + 1;
    }
    this.#keep(chunk.subarray(from));
  }

  /** The last line, where it has no line feed. */
  *end(): Generator<Line> {
    if (this.#rest.length > 0) yield this.#end(new Uint8Array(0));
  }

  #end(bytes: Uint8Array<ArrayBuffer>): Line {
    if (this.#rest.length > 0) this.#keep(bytes);
    const whole = this.#rest.length > 0 ? this.#rest : bytes.subarray(0, LINE_BYTES_MAX);
    const cutBytes = this.#rest.length > 0 ? this.#cutBytes : bytes.length - whole.length;
    this.#rest = new Uint8Array(0);
    this.#cutBytes = 0;
    return { number: ++this.#number, bytes: whole, cutBytes };
  }

  #keep(bytes: Uint8Array): void {
    const kept = bytes.subarray(0, LINE_BYTES_MAX - this.#rest.length);
    this.#cutBytes += bytes.length - kept.length;
    if (kept.length === 0) return;
    const joined = new Uint8Array(this.#rest.length + kept.length);
    joined.set(this.#rest);
    joined.set(kept, this.#rest.length);
    this.#rest = joined;
  }
}
