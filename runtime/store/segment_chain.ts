/**
 * The segments of one table of a capture folder, `logs/` or `gaps/`, read as one sequence of batches that may grow.
 *
 * @module
 */
import { basename, join } from "@std/path";
import type { Crc32c } from "../arrow/crc32c.ts";
import { SegmentReader } from "../arrow/segment_reader.ts";
import type { SegmentFormat } from "../arrow/wire.ts";
import { CaptureError } from "../errors.ts";

/** Bytes of a segment that were not read. */
export interface SegmentDamage {
  /** Path of the file below the capture folder. */
  file: string;
  /** First byte that was not read, and the file's size. */
  from: number;
  to: number;
  reason: string;
}

/** Reads batches through all segments of a table. */
export class SegmentChain<Batch> implements Disposable {
  /** Damage in segments that others follow. */
  readonly damages: SegmentDamage[] = [];
  readonly #folder: string;
  readonly #format: SegmentFormat<Batch>;
  readonly #checksum: Crc32c;
  readonly #isGapless: boolean;
  #number = 0;
  #reader: SegmentReader<Batch> | null = null;
  /** The current segment ended in order and is closed. */
  #done = true;

  /** `isGapless`: whether every number has a segment, so that a missing one is damage. */
  constructor(folder: string, format: SegmentFormat<Batch>, checksum: Crc32c, isGapless: boolean) {
    this.#folder = folder;
    this.#format = format;
    this.#checksum = checksum;
    this.#isGapless = isGapless;
  }

  /** What stands behind the last whole batch of the last segment; null when nothing does. */
  get tail(): SegmentDamage | null {
    return this.#reader?.problem ? this.#describe(this.#reader) : null;
  }

  /** Whether the last segment that is there was closed in order. */
  get isClosed(): boolean {
    return this.#done;
  }

  /**
   * The next whole batch, valid until the next call; null when there is none now.
   *
   * @throws {CaptureError} A segment cannot be read.
   */
  async read(): Promise<Batch | null> {
    for (;;) {
      const batch = await this.#reader?.read() ?? null;
      if (batch !== null) return batch;
      const next = await this.#next();
      if (next === null) {
        if (this.#reader?.ended && this.#reader.problem === null) this.#close();
        return null;
      }
      // Whatever the segment still got before its successor was begun was there before the successor was seen.
      const late = await this.#reader?.read() ?? null;
      if (late !== null) return late;
      this.#leave();
      if (this.#isGapless && next !== this.#number + 1) {
        const file = `${basename(this.#folder)}/${fileName(this.#number + 1)}`;
        this.damages.push({ file, from: 0, to: 0, reason: "the segment is missing" });
      }
      this.#number = next;
      this.#reader = await SegmentReader.open(join(this.#folder, fileName(next)), this.#format, {
        checksum: this.#checksum,
      });
      this.#done = false;
    }
  }

  #leave(): void {
    const reader = this.#reader;
    if (reader === null) return;
    if (reader.problem !== null) this.damages.push(this.#describe(reader));
    else if (!reader.ended) {
      this.damages.push({ ...this.#describe(reader), reason: "the end mark is missing" });
    }
    this.#close();
  }

  #close(): void {
    this.#reader?.[Symbol.dispose]();
    this.#reader = null;
    this.#done = true;
  }

  #describe({ path, offset, problem }: SegmentReader<Batch>): SegmentDamage {
    return {
      file: `${basename(this.#folder)}/${basename(path)}`,
      ...(problem ?? { from: offset, to: offset, reason: "" }),
    };
  }

  /** The smallest number of a segment behind the current one, or null. */
  async #next(): Promise<number | null> {
    let next: number | null = null;
    try {
      for await (const { name } of Deno.readDir(this.#folder)) {
        const number = Number(/^(\d{6,})\.arrows$/.exec(name)?.[1] ?? 0);
        if (number > this.#number && (next === null || number < next)) next = number;
      }
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return null;
      if (error instanceof Deno.errors.NotCapable || !(error instanceof Error)) throw error;
      throw new CaptureError(`list the segments in ${this.#folder}: ${error.message}`, { cause: error });
    }
    return next;
  }

  [Symbol.dispose](): void {
    this.#reader?.[Symbol.dispose]();
    this.#reader = null;
  }
}

function fileName(number: number): string {
  return `${String(number).padStart(6, "0")}.arrows`;
}
