/**
 * The batches of one capture folder in order, those that are there and, asked again, those that have come since. What cannot be
 * read is stepped over and becomes a warning with file and byte range.
 *
 * @module
 */
import { join } from "@std/path";
import type { Crc32c } from "../arrow/crc32c.ts";
import { SegmentReader } from "../arrow/segment_reader.ts";
import {
  GAPS_FORMAT,
  LOGS_FORMAT,
  type SegmentFormat,
  type WireBatch,
  type WireGaps,
} from "../arrow/wire.ts";
import { isBeingRecorded } from "../capture/recording_lock.ts";
import { type CaptureInfo, readCaptureInfo } from "./folder.ts";

/** What a look at the folder gives. Batches are valid until the next one is asked for. */
export type SourceItem = { readonly kind: "logs"; readonly batch: WireBatch } | {
  readonly kind: "gaps";
  readonly batch: WireGaps;
};

/** A capture folder that is read from its beginning and may still grow. */
export class CaptureSource implements Disposable {
  readonly path: string;
  #info: CaptureInfo;
  readonly #logs: Table<WireBatch>;
  readonly #gaps: Table<WireGaps>;
  #isRecording = false;
  /** Number of the last logs batch that was read. */
  #lastBatch = -1;

  private constructor(path: string, info: CaptureInfo, checksum: Crc32c) {
    this.path = path;
    this.#info = info;
    this.#logs = new Table(path, "logs", LOGS_FORMAT, checksum);
    this.#gaps = new Table(path, "gaps", GAPS_FORMAT, checksum);
  }

  /**
   * Opens a capture folder.
   *
   * @throws {CaptureError} As `readCaptureInfo`.
   */
  static async open(path: string, checksum: Crc32c): Promise<CaptureSource> {
    return new CaptureSource(path, await readCaptureInfo(path), checksum);
  }

  /** capture.json as it was at the last look. */
  get info(): CaptureInfo {
    return this.#info;
  }

  /** Whether more may come. */
  get isRecording(): boolean {
    return this.#isRecording;
  }

  /** What was wrong at the last look, each with file and byte range. */
  get warnings(): string[] {
    const damage = [...this.#logs.warnings(this.#isRecording), ...this.#gaps.warnings(this.#isRecording)];
    if (!this.#info.complete && !this.#isRecording) {
      damage.unshift(`${this.#info.name}: the capture was cut short; what was stored before is here`);
    }
    return damage;
  }

  /** Everything that has come since the last look. Holes follow the batch whose counters include them. */
  async *look(): AsyncGenerator<SourceItem> {
    // First the state, then the batches: a capture that ends in between is then looked at once more.
    this.#isRecording = await isBeingRecorded(this.path);
    this.#info = await readCaptureInfo(this.path);
    for (;;) {
      const batch = await this.#logs.next();
      if (batch === null) break;
      this.#lastBatch = batch.batch;
      yield { kind: "logs", batch };
    }
    for (;;) {
      // A hole whose logs batch is not there belongs to what was lost with it.
      const gaps = await this.#gaps.next((gaps) => gaps.batch <= this.#lastBatch);
      if (gaps === null) break;
      yield { kind: "gaps", batch: gaps };
    }
  }

  [Symbol.dispose](): void {
    this.#logs[Symbol.dispose]();
    this.#gaps[Symbol.dispose]();
  }
}

/** The numbered segments of one table, as one sequence of batches. */
export class Table<Batch> implements Disposable {
  readonly #folder: string;
  readonly #name: string;
  readonly #format: SegmentFormat<Batch>;
  readonly #checksum: Crc32c;
  #number = 0;
  #reader: SegmentReader<Batch> | null = null;
  #held: Batch | null = null;
  readonly #damage: string[] = [];

  constructor(path: string, name: string, format: SegmentFormat<Batch>, checksum: Crc32c) {
    this.#folder = join(path, name);
    this.#name = name;
    this.#format = format;
    this.#checksum = checksum;
  }

  /** Begins with the batch at `offset` of a segment, not with the first one. */
  async startAt(segment: number, offset: number): Promise<void> {
    this.#number = segment;
    this.#reader = await SegmentReader.open(join(this.#folder, segmentName(segment)), this.#format, {
      checksum: this.#checksum,
    });
    await this.#reader.goTo(offset);
  }

  /** The next batch that `accept` takes; null when there is none now. One that it refuses is offered again. */
  async next(accept: (batch: Batch) => boolean = () => true): Promise<Batch | null> {
    for (;;) {
      const batch = this.#held ?? await this.#read();
      this.#held = null;
      if (batch === null) return null;
      if (accept(batch)) return batch;
      this.#held = batch;
      return null;
    }
  }

  async #read(): Promise<Batch | null> {
    for (;;) {
      const batch = await this.#reader?.read() ?? null;
      if (batch !== null) return batch;
      if (!await this.#advance()) return null;
    }
  }

  /** To the next segment, where there is one. Only the last may still grow, so what is wrong in this one is damage. */
  async #advance(): Promise<boolean> {
    const next = await this.#nextNumber();
    if (next === null) return false;
    if (this.#reader !== null) {
      const problem = this.#problem();
      if (problem !== null) this.#damage.push(`damaged: ${problem}`);
      this.#reader[Symbol.dispose]();
    }
    for (let missing = this.#number + 1; missing < next; missing++) {
      this.#damage.push(`missing: ${this.#name}/${segmentName(missing)}`);
    }
    this.#number = next;
    this.#reader = await SegmentReader.open(join(this.#folder, segmentName(next)), this.#format, {
      checksum: this.#checksum,
    });
    return true;
  }

  /** The smallest number above the current one of which there is a file. */
  async #nextNumber(): Promise<number | null> {
    let smallest: number | null = null;
    try {
      for await (const { name } of Deno.readDir(this.#folder)) {
        const number = Number(/^(\d{6,})\.arrows$/.exec(name)?.[1]);
        if (number > this.#number && (smallest === null || number < smallest)) smallest = number;
      }
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
    return smallest;
  }

  #problem(): string | null {
    const problem = this.#reader?.problem ?? null;
    if (problem === null) return null;
    return `${this.#name}/${
      segmentName(this.#number)
    } bytes ${problem.from} to ${problem.to}: ${problem.reason}`;
  }

  /** Damage so far. What stands at the end of a growing segment is being written. */
  warnings(isRecording: boolean): string[] {
    const tail = isRecording ? null : this.#problem();
    return tail === null ? [...this.#damage] : [...this.#damage, `torn: ${tail}`];
  }

  [Symbol.dispose](): void {
    this.#reader?.[Symbol.dispose]();
    this.#reader = null;
  }
}

/** The file of a segment, which are numbered from 1. */
export function segmentName(number: number): string {
  return `${String(number).padStart(6, "0")}.arrows`;
}
