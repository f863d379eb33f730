/**
 * The newest entries of a capture, then what comes, in order and with the losses between them. What `tail` shows.
 *
 * @module
 */
import { delay } from "@std/async";
import type { Crc32c } from "../arrow/crc32c.ts";
import type { ExpandedRows } from "../arrow/expand.ts";
import { type Entry, entryAt } from "../log_entry.ts";
import { findChecksum } from "../store/find_checksum.ts";
import { readCaptureInfo } from "../store/folder.ts";
import { type EntryConditions, isOpen, judge, type Reason, wantsProcessor } from "./entry_filter.ts";
import type { Gap } from "./gap.ts";
import { GapPlacer } from "./gap_placer.ts";
import { findStart, type Start } from "./look_back.ts";
import { type TailBatch, TailSource } from "./tail_source.ts";

/** How often a growing folder is looked at. */
const POLL_MS = 50;
/** So much of a capture is searched for the newest entries that pass a filter: about a second's work. */
const LOOK_BACK_BYTES = 256 << 20;

const NO_ROWS = { rows: 0, processor: new Uint16Array(0), seq: new BigUint64Array(0) };

/** Options of {@link tailCapture}. */
export interface TailOptions {
  /** So many of the newest wanted entries come first. */
  readonly lines: number;
  /** Goes on until the capture has ended. */
  readonly follow: boolean;
  readonly conditions: EntryConditions;
}

/** An entry or a hole, in its place. */
export type TailItem = { readonly kind: "entry"; readonly entry: Entry } | {
  readonly kind: "gap";
  readonly gap: Gap;
};

/** What has been counted since the first item. */
export interface TailCounts {
  readonly shown: bigint;
  /** Entries that were not wanted, by the first condition that they failed. */
  readonly filtered: Readonly<Partial<Record<Reason, number>>>;
  /** Lost attempts in holes that were wanted, and in others. */
  readonly lost: bigint;
  readonly lostElsewhere: bigint;
}

/** The newest end of one capture. */
export class Tail {
  readonly #path: string;
  readonly #options: TailOptions;
  readonly #placer = new GapPlacer();
  #skip = 0;
  /** Whether the first line has not been reached. */
  #isBefore = false;
  #shown = 0n;
  #lost = 0n;
  #lostElsewhere = 0n;
  readonly #filtered: Partial<Record<Reason, number>> = {};
  #isCut = false;
  #warnings: readonly string[] = [];

  constructor(path: string, options: TailOptions) {
    this.#path = path;
    this.#options = options;
  }

  /** What has been counted so far. */
  get counts(): TailCounts {
    return {
      shown: this.#shown,
      filtered: this.#filtered,
      lost: this.#lost,
      lostElsewhere: this.#lostElsewhere,
    };
  }

  /** Whether older entries were not searched for those that are wanted. */
  get isCut(): boolean {
    return this.#isCut;
  }

  /** What could not be read, when the items have ended. */
  get warnings(): readonly string[] {
    return this.#warnings;
  }

  /**
   * The items of batch after batch, as soon as they are there. They end with the capture, or at once when it is not followed.
   *
   * @throws {CaptureError} The folder cannot be read.
   * @throws {QueryError} The condition `where` cannot be evaluated.
   */
  async *items(): AsyncGenerator<Iterable<TailItem>> {
    const checksum = await findChecksum();
    const { source: opened, start } = await this.#open(checksum);
    using source = opened;
    this.#skip = start?.skip ?? 0;
    this.#isBefore = start !== null && start.skip !== null;
    this.#isCut = start?.isCut ?? false;
    for (;;) {
      for await (const batch of source.look()) {
        // What was to be skipped may be what could not be read.
        if (source.isDamaged) this.#isBefore = false;
        yield* this.#itemsOf(batch);
      }
      if (!this.#options.follow || !source.isRecording) break;
      await delay(POLL_MS);
    }
    yield this.#gapItems(this.#placer.rest());
    this.#warnings = await this.#endWarnings(source);
  }

  async #open(checksum: Crc32c): Promise<{ source: TailSource; start: Start | null }> {
    for (;;) {
      const start = await findStart(this.#path, { ...this.#lookBack(), checksum });
      const source = await TailSource.open(this.#path, start, checksum);
      if (source !== null) return { source, start };
    }
  }

  async #endWarnings({ isRecording, warnings }: TailSource): Promise<string[]> {
    const { name, complete } = await readCaptureInfo(this.#path);
    if (complete || isRecording) return warnings;
    return [`${name}: the capture was cut short; what was stored before is here`, ...warnings];
  }

  #lookBack() {
    const { lines, conditions } = this.#options;
    if (isOpen(conditions)) return { lines, count: null };
    return {
      lines,
      bytesMax: LOOK_BACK_BYTES,
      count: async (rows: ExpandedRows) => {
        const reasonOf = await judge(rows, conditions);
        let wanted = 0;
        for (let row = 0; row < rows.rows; row++) wanted += reasonOf(row) === null ? 1 : 0;
        return wanted;
      },
    };
  }

  async *#itemsOf({ rows, gaps }: TailBatch): AsyncGenerator<Iterable<TailItem>> {
    if (rows === null) return yield* this.#holesAlone(gaps);
    const reasonOf = await judge(rows, this.#options.conditions);
    const placed = this.#placer.place(rows, gaps);
    let next = 0;
    const gapsBefore = (row: number): Gap[] => {
      const from = next;
      while (next < placed.length && placed[next]!.row <= row) next++;
      return placed.slice(from, next).map(({ gap }) => gap);
    };
    yield (function* (tail: Tail): Generator<TailItem> {
      for (let row = 0; row < rows.rows; row++) {
        const holes = gapsBefore(row);
        const reason = reasonOf(row);
        if (tail.#isBefore && reason === null) tail.#isBefore = tail.#skip-- > 0;
        if (tail.#isBefore) continue;
        yield* tail.#gapItems(holes);
        if (reason === null) {
          tail.#shown++;
          yield { kind: "entry", entry: entryAt(rows, row) };
        } else tail.#filtered[reason] = (tail.#filtered[reason] ?? 0) + 1;
      }
      if (!tail.#isBefore) yield* tail.#gapItems(gapsBefore(rows.rows));
      tail.#isBefore = false; // what comes behind the first batch is wanted, also where nothing of it was
    })(this);
  }

  *#holesAlone(gaps: readonly Gap[]): Generator<Iterable<TailItem>> {
    const placed = this.#placer.place(NO_ROWS, gaps);
    if (!this.#isBefore) yield this.#gapItems(placed.map(({ gap }) => gap));
  }

  *#gapItems(gaps: readonly Gap[]): Generator<TailItem> {
    for (const gap of gaps) {
      if (wantsProcessor(this.#options.conditions, gap.processor)) {
        this.#lost += gap.lost;
        yield { kind: "gap", gap };
      } else this.#lostElsewhere += gap.lost;
    }
  }
}
