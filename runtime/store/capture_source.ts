/**
 * The rows of one capture folder in order, those that are there and, asked again, those that have come since, from sealed and open
 * segments alike. What cannot be read is stepped over and becomes a warning with file and byte range or row group.
 *
 * @module
 */
import type { Crc32c } from "../arrow/crc32c.ts";
import type { ExpandedNumbers, ExpandedRows } from "../arrow/expand.ts";
import { isBeingRecorded } from "../capture/recording_lock.ts";
import { CaptureEvents } from "../events/capture_events.ts";
import type { EventTableRows } from "../events/event_rows.ts";
import { type CaptureInfo, readCaptureInfo } from "./folder.ts";
import { GapsSource } from "./gaps_source.ts";
import { LogsSource } from "./logs_source.ts";
import type { BatchCounters } from "./table_rows.ts";
import { segmentName } from "../seal/segment_paths.ts";
import { findForm, listClosed, type SealedPart, type SourceContext } from "./segment_table.ts";
import type { TableRows } from "./table_writer.ts";

/** What a look at the folder gives. Its memory is valid until the next item is asked for. */
export type SourceItem =
  | {
    readonly kind: "entries";
    readonly rows: number;
    /** Bytes of its segment that are known to stand behind it. */
    readonly behindBytes: number;
    readonly expand: () => ExpandedRows;
    /** As `expand`, without texts and bytes, of an open segment. */
    readonly expandNumbers?: () => ExpandedNumbers;
    /** The rows of its typed events, of an open segment and where they are asked for; `kept`: only of these entries. */
    readonly events?: (entries: ExpandedNumbers, kept: Uint32Array | null) => Iterable<EventTableRows>;
  }
  /** Rows of one event of a sealed segment, where they are asked for: all of them, whatever entries are wanted. */
  | { readonly kind: "events"; readonly table: EventTableRows }
  /** Of one batch of an open segment. */
  | { readonly kind: "counters"; readonly counters: BatchCounters }
  /** A sealed file that is taken as it is, where the caller wants that. */
  | { readonly kind: "sealed"; readonly part: SealedPart }
  /** Entries that nobody wants and that were not read. */
  | { readonly kind: "skipped"; readonly rows: number }
  /** Rows of a snapshots table: the counters of many batches of a sealed segment. */
  | { readonly kind: "snapshots"; readonly rows: TableRows }
  /** Rows of a gaps table. */
  | { readonly kind: "gaps"; readonly rows: TableRows };

/** What a reader of a capture wants beside the rows. */
export type SourceOptions = Pick<SourceContext, "attach" | "wants" | "wantsEvent" | "eventsOnly">;

/** A capture folder that is read from its beginning and may still grow. */
export class CaptureSource implements Disposable {
  readonly path: string;
  #info: CaptureInfo;
  readonly #damage: string[] = [];
  /** The call sites of its events, as far as they were needed. */
  readonly events: CaptureEvents;
  readonly #logs: LogsSource;
  readonly #gaps: GapsSource;
  readonly #asksForEvents: boolean;
  #isRecording = false;
  #isEndKnown = false;

  private constructor(path: string, info: CaptureInfo, checksum: Crc32c, options: SourceOptions) {
    this.path = path;
    this.#info = info;
    this.events = new CaptureEvents(path, this.#damage);
    const context = {
      events: this.events,
      path,
      checksum,
      info: () => this.#info,
      damage: this.#damage,
      refresh: () => this.#refresh(),
      ...options,
    };
    this.#asksForEvents = options.wantsEvent !== undefined;
    this.#logs = new LogsSource(context);
    this.#gaps = new GapsSource(context, this.#logs);
  }

  /**
   * Opens a capture folder.
   *
   * @throws {CaptureError} As `readCaptureInfo`.
   */
  static async open(path: string, checksum: Crc32c, options: SourceOptions = {}): Promise<CaptureSource> {
    return new CaptureSource(path, await readCaptureInfo(path), checksum, options);
  }

  /** capture.json as it was at the last look. */
  get info(): CaptureInfo {
    return this.#info;
  }

  /** Whether more may come. */
  get isRecording(): boolean {
    return this.#isRecording;
  }

  /** What was wrong at the last look, each with file and place. */
  get warnings(): string[] {
    const warnings = [...this.#damage];
    // What stands at the end of a growing segment is being written.
    if (!this.#isRecording) {
      for (const problem of [this.#logs.problem(), this.#gaps.problem()]) {
        if (problem !== null) warnings.push(`torn: ${problem}`);
      }
    }
    if (!this.#info.complete && !this.#isRecording) {
      warnings.unshift(`${this.#info.name}: the capture was cut short; what was stored before is here`);
    }
    return warnings;
  }

  /** Everything that has come since the last look. Holes follow the batch whose counters include them. */
  async *look(): AsyncGenerator<SourceItem> {
    // First the state, then the rows: a capture that ends in between is then looked at once more.
    this.#isRecording = await isBeingRecorded(this.path);
    await this.#refresh();
    if (this.#asksForEvents) await this.events.load();
    yield* this.#logs.look();
    yield* this.#gaps.look();
    if (this.#info.complete && !this.#isRecording) await this.#lookForTheEnd();
  }

  /** Of a capture that ended in order nothing may be missing behind what was read either, where no later segment shows it. */
  async #lookForTheEnd(): Promise<void> {
    if (this.#isEndKnown) return;
    this.#isEndKnown = true;
    const { number, lastBatch } = this.#logs;
    const closed = (await listClosed(this.path)).filter((one) =>
      one > Math.max(number, this.#info.retired.segments)
    );
    for (const one of closed) {
      const form = await findForm(this.path, "rings", one) === null ? "arrows" : "parquet";
      this.#damage.push(`missing: ${segmentName("logs", one, form)}`);
    }
    const left = Number(this.#info.batches) - 1 - lastBatch;
    if (closed.length > 0 || left <= 0 || this.#damage.length > 0 || this.#logs.problem() !== null) return;
    this.#damage.push(`missing: the last ${left} batches, behind ${segmentName("logs", number, "arrows")}`);
  }

  async #refresh(): Promise<void> {
    this.#info = await readCaptureInfo(this.path);
  }

  [Symbol.dispose](): void {
    this.#logs[Symbol.dispose]();
    this.#gaps[Symbol.dispose]();
    this.events[Symbol.dispose]();
  }
}
