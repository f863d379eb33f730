/**
 * The entries and counters of a capture folder, segment by segment.
 *
 * @module
 */
import { type ExpandedNumbers, RowExpander } from "../arrow/expand.ts";
import type { SegmentReader } from "../arrow/segment_reader.ts";
import { LOGS_FORMAT, type WireBatch } from "../arrow/wire.ts";
import type { EventTableRows } from "../events/event_rows.ts";
import { listEventTables, sealedEventTables } from "../seal/event_files.ts";
import { expandSealed, lastBatchOf } from "../seal/sealed_rows.ts";
import { readMeta, rowsOf } from "../seal/segment_meta.ts";
import { isThere, type SegmentForm, segmentName, segmentPath } from "../seal/segment_paths.ts";
import type { SourceItem } from "./capture_source.ts";
import {
  findForm,
  isRetired,
  nextNumber,
  openArrows,
  problemOf,
  readSealed,
  type SourceContext,
} from "./segment_table.ts";
import { retiredCounters } from "./table_rows.ts";

/** Where entries begin in a segment: at a byte of its open form, or with a row group of its sealed one. */
export type LogsPlace =
  | { readonly form: "arrows"; readonly offset: number }
  | { readonly form: "parquet"; readonly rowGroup: number };

/** The segments of `logs/` and, of sealed ones, those of `rings/`. */
export class LogsSource implements Disposable {
  readonly #context: SourceContext;
  readonly #expander: RowExpander;
  #number = 0;
  /** Of the current segment: what is still to come of its sealed form, or its open form. */
  #sealed: AsyncGenerator<SourceItem> | null = null;
  #open: SegmentReader<WireBatch> | null = null;
  #lastBatch = -1;
  /** Whether entries of the current segment are wanted. */
  #isWanted = true;

  constructor(context: SourceContext) {
    this.#context = context;
    this.#expander = new RowExpander(context.events);
  }

  /**
   * Begins at a place of a segment, not with the first one; whether the segment still has that form. Counters of the sealed form come
   * whole all the same.
   */
  async startAt(segment: number, place: LogsPlace): Promise<boolean> {
    if (place.form === "arrows") {
      const open = await openArrows(this.#context, "logs", segment, LOGS_FORMAT);
      if (open === null) return false;
      this.#open = open;
      await open.goTo(place.offset);
    } else this.#sealed = this.#entries(segment, place.rowGroup);
    this.#number = segment;
    return true;
  }

  /** Number of the last batch that was read. */
  get lastBatch(): number {
    return this.#lastBatch;
  }

  /** Number of the segment that is being read; 0 before the first. */
  get number(): number {
    return this.#number;
  }

  /** Whether all batches of a segment are known: it was read to its end, or is read in its sealed form. */
  isKnown(number: number): boolean {
    if (number !== this.#number) return number < this.#number;
    return this.#open === null || this.#open.ended;
  }

  /** What has come since the last time. */
  async *look(): AsyncGenerator<SourceItem> {
    for (;;) {
      const sealed = await this.#sealed?.next();
      if (sealed?.done) this.#sealed = null;
      const batch = sealed === undefined ? await this.#open?.read() ?? null : null;
      if (sealed !== undefined) {
        if (!sealed.done) yield sealed.value;
      } else if (batch !== null) {
        if (this.#isForeign(batch.batch)) continue;
        this.#lastBatch = batch.batch;
        yield { kind: "counters", counters: batch };
        if (batch.rows === 0) continue;
        const { rows } = batch;
        if (!this.#isWanted) yield { kind: "skipped", rows };
        else {
          const hasEvents = await this.#context.events.prepare(batch);
          const behindBytes = this.#open?.behindBytes ?? 0;
          yield {
            kind: "entries",
            rows,
            behindBytes,
            expand: () => this.#expander.expand(batch),
            expandNumbers: () => this.#expander.expandNumbers(batch),
            ...(hasEvents && { events: (entries, kept) => this.#eventRows(batch, entries, kept) }),
          };
        }
      } else if (!await this.#advance()) return;
    }
  }

  *#eventRows(
    batch: WireBatch,
    entries: ExpandedNumbers,
    kept: Uint32Array | null,
  ): Generator<EventTableRows> {
    const { wantsEvent, events } = this.#context;
    if (wantsEvent !== undefined) yield* events.rowsOf(batch, entries, kept, wantsEvent);
  }

  /** Batches are numbered through a capture, so a segment that begins with an earlier number is not of this one. */
  #isForeign(batch: number): boolean {
    if (batch > this.#lastBatch || this.#open === null) return false;
    const name = segmentName("logs", this.#number, "arrows");
    this.#context.damage.push(
      `damaged: ${name}: it is of another capture, or of another place: batch ${batch} stands behind ${this.#lastBatch}`,
    );
    this.#open[Symbol.dispose]();
    this.#open = null;
    return true;
  }

  /** What stands at the end of the last segment, while it is an open one. */
  problem(): string | null {
    return problemOf(this.#open, "logs", this.#number);
  }

  /** To the next segment, where there is one. Only the last may still grow, so what is wrong in this one is damage. */
  async #advance(): Promise<boolean> {
    const { path, damage } = this.#context;
    for (;;) {
      const from = Math.max(this.#number, this.#context.info().retired.segments);
      const next = await this.#next(from);
      // What is not there may have been retired since the last look.
      if (next !== null && next > from + 1 && await isRetired(this.#context, from + 1)) continue;
      const form = next === null ? null : await findForm(path, "logs", next);
      const open = form === "arrows" ? await openArrows(this.#context, "logs", next!, LOGS_FORMAT) : null;
      if (next === null && from === this.#number) return false;
      // Sealed in this moment, or removed: another look.
      if (next !== null && (form === null || (form === "arrows" && open === null))) continue;
      const problem = this.problem();
      if (problem !== null) damage.push(`damaged: ${problem}`);
      this.#open?.[Symbol.dispose]();
      this.#open = open;
      const passed = from > this.#number ? this.#number : null;
      this.#number = next ?? from;
      const missing = Array.from({ length: this.#number - from - 1 }, (_, at) => from + 1 + at);
      this.#isWanted = next === null || (await this.#context.wants?.(next) ?? true);
      // The counters of what is missing come before the open segment, which is not read before this has ended.
      this.#sealed = this.#enter(passed, missing, form);
      return true;
    }
  }

  async #next(from: number): Promise<number | null> {
    const { path } = this.#context;
    const next = from + 1;
    if (await findForm(path, "logs", next) !== null) return next;
    const later = await nextNumber(path, "logs", from);
    if (later === null) return null;
    // What the list saw may have been made after the first question.
    return await findForm(path, "logs", next) === null ? later : next;
  }

  /** `passed`: the last segment that was read before some that are retired; null where none are. */
  async *#enter(
    passed: number | null,
    missing: readonly number[],
    form: SegmentForm | null,
  ): AsyncGenerator<SourceItem> {
    if (passed !== null) yield* this.#pass(passed);
    for (const number of missing) {
      this.#context.damage.push(`missing: ${segmentName("logs", number, form ?? "arrows")}`);
      if (await findForm(this.#context.path, "rings", number) !== null) yield* this.#rings(number);
    }
    if (form === "parquet") yield* this.#entries(this.#number);
  }

  /** What is kept of segments that are retired. */
  *#pass(last: number): Generator<SourceItem> {
    const { info, damage } = this.#context;
    const { retired } = info();
    if (last > 0) {
      damage.push(`segments ${last + 1} to ${retired.segments} were retired before they were read`);
    }
    this.#lastBatch = Math.max(this.#lastBatch, Number(retired.lastBatch));
    yield { kind: "counters", counters: retiredCounters(retired) };
  }

  async *#rings(number: number): AsyncGenerator<SourceItem> {
    const part = await this.#context.attach?.("rings", number) ?? null;
    if (part !== null) {
      this.#lastBatch = Math.max(this.#lastBatch, part.lastBatch);
      yield { kind: "sealed", part };
      return;
    }
    for await (const rows of readSealed(this.#context, "rings", number)) {
      this.#lastBatch = Math.max(this.#lastBatch, lastBatchOf(rows));
      yield { kind: "snapshots", rows };
    }
  }

  async *#entries(number: number, first = 0): AsyncGenerator<SourceItem> {
    if (!this.#isWanted) {
      yield* this.#rings(number);
      const rows = rowsOf(await readMeta(this.#context.path, number));
      if (rows > 0) yield { kind: "skipped", rows };
      return;
    }
    if (this.#context.eventsOnly) {
      yield* this.#rings(number);
      yield* this.#sealedEvents(number);
      return;
    }
    const part = first === 0 ? await this.#context.attach?.("logs", number) ?? null : null;
    if (part !== null) {
      yield* this.#rings(number);
      yield { kind: "sealed", part };
      yield* this.#sealedEvents(number);
      return;
    }
    const groups = readSealed(this.#context, "logs", number, first);
    let group = await groups.next();
    if (group.done && group.value === null) {
      // To be passed as what it is.
      this.#number = number - 1;
      return;
    }
    if (group.done && !group.value) {
      // Its open form goes only after the sealed one is written; where it is still there it has everything, counters too.
      this.#open = await openArrows(this.#context, "logs", number, LOGS_FORMAT);
      if (this.#open !== null) return;
    }
    yield* this.#rings(number);
    for (; !group.done; group = await groups.next()) {
      const sealed = group.value;
      yield { kind: "entries", rows: sealed.rows, behindBytes: 0, expand: () => expandSealed(sealed) };
    }
    yield* this.#sealedEvents(number);
  }

  async *#sealedEvents(number: number): AsyncGenerator<SourceItem> {
    const { wantsEvent, path, attach } = this.#context;
    if (wantsEvent === undefined) return;
    const meta = await readMeta(path, number);
    const tables = meta === null ? await listEventTables(path) : sealedEventTables(meta);
    for (const table of tables) {
      const name = this.#context.events.nameOfTable(table);
      if (!wantsEvent(name)) continue;
      // Without the meta.json nobody knows of which events the segment has a file.
      if (meta === null && !await isThere(segmentPath(path, table, number, "parquet"))) continue;
      const part = await attach?.(table, number) ?? null;
      if (part !== null) yield { kind: "sealed", part };
      else {
        for await (const rows of readSealed(this.#context, table, number)) {
          yield { kind: "events", table: { name, columns: rows.specs, rows } };
        }
      }
    }
  }

  [Symbol.dispose](): void {
    this.#open?.[Symbol.dispose]();
    this.#open = null;
    // Closes the file that it reads; a generator that stands still ends without waiting.
    void this.#sealed?.return(undefined);
  }
}
