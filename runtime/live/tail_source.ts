/**
 * A capture from some place on to its end, and further while it grows: the entries with the holes that are counted with them, from
 * sealed and open segments alike.
 *
 * @module
 */
import type { Crc32c } from "../arrow/crc32c.ts";
import type { ExpandedRows } from "../arrow/expand.ts";
import { GAP_CAUSES } from "../arrow/wire.ts";
import { isBeingRecorded } from "../capture/recording_lock.ts";
import { CaptureEvents } from "../events/capture_events.ts";
import { type CaptureInfo, readCaptureInfo } from "../store/folder.ts";
import { GapsSource } from "../store/gaps_source.ts";
import { LogsSource } from "../store/logs_source.ts";
import type { SourceContext } from "../store/segment_table.ts";
import type { BatchCounters } from "../store/table_rows.ts";
import { type Gap, toGaps } from "./gap.ts";
import { findGaps, type Start } from "./look_back.ts";

/** Entries, valid until the next ones are asked for, and the holes that are counted with them and not before; null: holes alone. */
export interface TailBatch {
  readonly rows: ExpandedRows | null;
  readonly gaps: readonly Gap[];
}

/** The end of a capture folder. */
export class TailSource implements Disposable {
  readonly #context: SourceContext;
  readonly #logs: LogsSource;
  readonly #gaps: GapsSource;
  #info: CaptureInfo;
  #isRecording = false;
  #lost: bigint | null = null;
  /** The first index that is read; holes before it are older. */
  #firstIdx: bigint | null = null;
  #waiting: Gap[] = [];
  /** Holes of a sealed segment that nothing follows, which does not tell their batches: they stand at its end. */
  #last: Gap[] = [];
  /** The segment of which the holes were asked for. */
  #asked = 0;

  private constructor(path: string, info: CaptureInfo, checksum: Crc32c) {
    this.#info = info;
    const damage: string[] = [];
    this.#context = {
      path,
      checksum,
      info: () => this.#info,
      damage,
      events: new CaptureEvents(path, damage),
      refresh: () => this.#refresh(),
    };
    this.#logs = new LogsSource(this.#context);
    this.#gaps = new GapsSource(this.#context, this.#logs);
  }

  /**
   * Opens a capture folder at `start`, or at its beginning where that is null. Null where the segment to start in has been sealed since
   * it was found.
   */
  static async open(path: string, start: Start | null, checksum: Crc32c): Promise<TailSource | null> {
    const source = new TailSource(path, await readCaptureInfo(path), checksum);
    if (start === null) return source;
    const { segment, place, batch } = start;
    if (!await source.#logs.startAt(segment, place)) return null;
    await source.#gaps.startAt(segment, batch === null ? null : await findGaps(path, segment, batch));
    return source;
  }

  /** Whether more may come, as of the last look. */
  get isRecording(): boolean {
    return this.#isRecording;
  }

  /** Whether something was stepped over. */
  get isDamaged(): boolean {
    return this.#context.damage.length > 0;
  }

  /** What could not be read, each with file and place. */
  get warnings(): string[] {
    const { damage } = this.#context;
    if (this.#isRecording) return [...damage];
    const torn = [this.#logs.problem(), this.#gaps.problem()].filter((problem) => problem !== null);
    return [...damage, ...torn.map((problem) => `torn: ${problem}`)];
  }

  /** Everything that has come since the last look. */
  async *look(): AsyncGenerator<TailBatch> {
    // First the state, then the batches: a capture that ends in between is then looked at once more.
    this.#isRecording = await isBeingRecorded(this.#context.path);
    await this.#refresh();
    for await (const item of this.#logs.look()) {
      if (this.#logs.number !== this.#asked) yield* this.#holesAlone(this.#last.splice(0));
      if (item.kind === "counters") {
        yield* this.#holesAlone(this.#waiting.splice(0));
        await this.#hear(item.counters);
      } else if (item.kind === "entries") {
        const rows = item.expand();
        this.#firstIdx ??= rows.idx[0] ?? null;
        if (this.#logs.number !== this.#asked) await this.#takeGaps();
        yield { rows, gaps: this.#waiting.splice(0) };
      }
    }
    const isKnown = this.#logs.isKnown(this.#logs.number);
    if (isKnown) await this.#takeGaps();
    yield* this.#holesAlone([...this.#waiting.splice(0), ...isKnown ? this.#last.splice(0) : []]);
  }

  async #refresh(): Promise<void> {
    this.#info = await readCaptureInfo(this.#context.path);
  }

  /** Hears the counters of the next batch of an open segment. */
  async #hear(counters: BatchCounters): Promise<void> {
    // Holes are written before the batch that counts them, so there is nothing to look for where the count stays.
    const lost = lostOf(counters);
    if (lost !== this.#lost) await this.#takeGaps();
    this.#lost = lost;
    this.#asked = this.#logs.number;
  }

  async #takeGaps(): Promise<void> {
    this.#asked = this.#logs.number;
    for await (const item of this.#gaps.look(true)) {
      if (item.kind !== "gaps") continue;
      for (const gap of toGaps(item.rows)) {
        if (gap.nextIdx === null && this.#gaps.isSealed) this.#last.push(gap);
        else if (gap.nextIdx === null || gap.nextIdx >= (this.#firstIdx ?? 0n)) this.#waiting.push(gap);
      }
    }
  }

  *#holesAlone(gaps: readonly Gap[]): Generator<TailBatch> {
    if (gaps.length > 0) yield { rows: null, gaps };
  }

  [Symbol.dispose](): void {
    this.#logs[Symbol.dispose]();
    this.#gaps[Symbol.dispose]();
    this.#context.events[Symbol.dispose]();
  }
}

function lostOf({ counters }: BatchCounters): bigint {
  return counters.reduce((sum, ring) => GAP_CAUSES.reduce((sum, cause) => sum + ring[cause], sum), 0n);
}
