/**
 * Reads a capture folder from its first batch on, and goes on when it has grown: entries, holes and the account, as
 * far as they are good. Finished and growing folders are the same to it. Used by the store and by runtime/mod.ts.
 *
 * @module
 */
import { basename, join } from "@std/path";
import { crc32c } from "../arrow/crc32c.ts";
import { GAPS_FORMAT, LOGS_FORMAT, type WireBatch, type WireGaps } from "../arrow/wire.ts";
import { isBeingRecorded } from "../capture/recording_lock.ts";
import { nativeCrc32c } from "../ffi/native.ts";
import { type CaptureInfo, readCaptureInfo } from "./folder.ts";
import { SegmentChain, type SegmentDamage } from "./segment_chain.ts";

/** A part of a capture, in the order in which it was stored. */
export type CapturePart = { kind: "logs"; batch: WireBatch } | { kind: "gaps"; gaps: WireGaps };

/** Reads one capture folder. */
export class CaptureReader implements Disposable {
  readonly path: string;
  readonly #logs: SegmentChain<WireBatch>;
  readonly #gaps: SegmentChain<WireGaps>;
  #info: CaptureInfo;
  #isGrowing = true;
  /** A batch of holes whose logs batch has not been seen yet. */
  #waiting: WireGaps | null = null;
  #nextBatch = 0;
  /** Batches that are not there, from … up to but without. */
  readonly #missing: [from: number, to: number][] = [];
  #ignoredGaps = 0;

  private constructor(path: string, info: CaptureInfo) {
    this.path = path;
    this.#info = info;
    const checksum = nativeCrc32c() ?? crc32c;
    this.#logs = new SegmentChain(join(path, "logs"), LOGS_FORMAT, checksum, true);
    this.#gaps = new SegmentChain(join(path, "gaps"), GAPS_FORMAT, checksum, false);
  }

  /**
   * Opens a capture folder.
   *
   * @throws {CaptureError} It is none, of a newer format, or cannot be read.
   */
  static async open(path: string): Promise<CaptureReader> {
    return new CaptureReader(path, await readCaptureInfo(path));
  }

  /** Name of the folder. */
  get name(): string {
    return basename(this.path);
  }

  /** `capture.json` as of the last {@link read}. */
  get info(): CaptureInfo {
    return this.#info;
  }

  /** Whether more may come after what the last {@link read} gave. */
  get isGrowing(): boolean {
    return this.#isGrowing;
  }

  /**
   * Everything that was stored since the last call. Each part is valid until the next is asked for.
   *
   * @throws {CaptureError} A file cannot be read.
   */
  async *read(): AsyncGenerator<CapturePart, void, void> {
    // Whether it has ended is looked at first: what ended in order is then completely there.
    const isRecorded = await isBeingRecorded(this.path);
    this.#info = await readCaptureInfo(this.path);
    const wasLeft = !this.#info.complete && !isRecorded && await this.#hasLock();
    for (let batch = await this.#logs.read(); batch !== null; batch = await this.#logs.read()) {
      if (batch.batch > this.#nextBatch) this.#missing.push([this.#nextBatch, batch.batch]);
      this.#nextBatch = Math.max(this.#nextBatch, batch.batch + 1);
      yield { kind: "logs", batch };
    }
    for (;;) {
      const gaps: WireGaps | null = this.#waiting ?? await this.#gaps.read();
      this.#waiting = gaps;
      if (gaps === null || gaps.batch >= this.#nextBatch) break;
      this.#waiting = null;
      if (this.#missing.some(([from, to]) => gaps.batch >= from && gaps.batch < to)) this.#ignoredGaps++;
      else yield { kind: "gaps", gaps };
    }
    this.#isGrowing = !this.#info.complete && !wasLeft;
  }

  /** A capture that died leaves its lock file behind, without the lock. */
  async #hasLock(): Promise<boolean> {
    try {
      return (await Deno.stat(join(this.path, "capture.lock"))).isFile;
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return false;
      throw error;
    }
  }

  /** What could not be read so far, each a line with file and range of bytes, and what `capture.json` warns of. */
  problems(): string[] {
    const lines = [...this.#info.warnings];
    for (const damage of [...this.#logs.damages, ...this.#gaps.damages]) {
      lines.push(`damage: ${describe(damage)}`);
    }
    for (const chain of [this.#logs, this.#gaps]) {
      if (chain.tail === null) continue;
      // While it is written, the last batch may be there in part.
      if (this.#info.complete) lines.push(`damage: ${describe(chain.tail)}`);
      else if (!this.#isGrowing) lines.push(`torn tail: ${describe(chain.tail)}`);
    }
    for (const [from, to] of this.#missing) {
      lines.push(
        `damage: ${to - from === 1 ? `batch ${from} is` : `batches ${from} to ${to - 1} are`} missing`,
      );
    }
    if (this.#ignoredGaps > 0) {
      lines.push(`${this.#ignoredGaps} batches of gaps belong to entries that are missing`);
    }
    if (!this.#info.complete && !this.#isGrowing) {
      lines.push("the capture ended without finishing: entries that were not stored yet are missing");
    }
    return lines;
  }

  [Symbol.dispose](): void {
    this.#logs[Symbol.dispose]();
    this.#gaps[Symbol.dispose]();
  }
}

function describe({ file, from, to, reason }: SegmentDamage): string {
  return from === to ? `${file}: ${reason}` : `${file}, bytes ${from} to ${to - 1} are not read: ${reason}`;
}
