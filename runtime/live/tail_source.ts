/**
 * A capture from some place on to its end, and further while it grows: each batch of entries with the holes that it counts.
 *
 * @module
 */
import type { Crc32c } from "../arrow/crc32c.ts";
import { GAP_CAUSES, GAPS_FORMAT, LOGS_FORMAT, type WireBatch, type WireGaps } from "../arrow/wire.ts";
import { isBeingRecorded } from "../capture/recording_lock.ts";
import { Table } from "../store/capture_source.ts";
import { type Gap, toGaps } from "./gap.ts";
import { findGaps, type Start } from "./look_back.ts";

/** A batch, valid until the next one is asked for, and the holes that its counters include and none before it does. */
export interface TailBatch {
  readonly batch: WireBatch;
  readonly gaps: readonly Gap[];
}

/** The end of a capture folder. */
export class TailSource implements Disposable {
  readonly #path: string;
  readonly #logs: Table<WireBatch>;
  readonly #gaps: Table<WireGaps>;
  readonly #firstBatch: number;
  #isRecording = false;
  #lost: bigint | null = null;

  private constructor(path: string, firstBatch: number, checksum: Crc32c) {
    this.#path = path;
    this.#firstBatch = firstBatch;
    this.#logs = new Table(path, "logs", LOGS_FORMAT, checksum);
    this.#gaps = new Table(path, "gaps", GAPS_FORMAT, checksum);
  }

  /** Opens a capture folder at `start`, or at its beginning where that is null. */
  static async open(path: string, start: Start | null, checksum: Crc32c): Promise<TailSource> {
    const source = new TailSource(path, start?.batch ?? 0, checksum);
    if (start !== null) {
      await source.#logs.startAt(start.segment, start.offset);
      const gaps = await findGaps(path, start.batch);
      if (gaps !== null) await source.#gaps.startAt(gaps.segment, gaps.offset);
    }
    return source;
  }

  /** Whether more may come, as of the last look. */
  get isRecording(): boolean {
    return this.#isRecording;
  }

  /** What could not be read, each with file and byte range. */
  get warnings(): string[] {
    return [...this.#logs.warnings(this.#isRecording), ...this.#gaps.warnings(this.#isRecording)];
  }

  /** Everything that has come since the last look. */
  async *look(): AsyncGenerator<TailBatch> {
    // First the state, then the batches: a capture that ends in between is then looked at once more.
    this.#isRecording = await isBeingRecorded(this.#path);
    for (;;) {
      const batch = await this.#logs.next();
      if (batch === null) return;
      const lost = lostOf(batch);
      // Holes are written before the batch that counts them, so there is nothing to look for where the count stays.
      const gaps = lost === this.#lost ? [] : await this.#takeGaps(batch.batch);
      this.#lost = lost;
      yield { batch, gaps };
    }
  }

  async #takeGaps(upTo: number): Promise<Gap[]> {
    const taken: Gap[] = [];
    for (;;) {
      const gaps = await this.#gaps.next(({ batch }) => batch <= upTo);
      if (gaps === null) return taken;
      if (gaps.batch >= this.#firstBatch) taken.push(...toGaps(gaps));
    }
  }

  [Symbol.dispose](): void {
    this.#logs[Symbol.dispose]();
    this.#gaps[Symbol.dispose]();
  }
}

function lostOf({ counters }: WireBatch): bigint {
  return counters.reduce((sum, ring) => GAP_CAUSES.reduce((sum, cause) => sum + ring[cause], sum), 0n);
}
