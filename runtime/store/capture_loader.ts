/**
 * Brings one capture folder into the store's tables: what is there, and later what has come since.
 *
 * @module
 */
import { type CaptureRow, createTables, type EntryTable, tableName } from "./base_tables.ts";
import { CaptureSource } from "./capture_source.ts";
import type { WasmEngine } from "./wasm_engine.ts";
import { EngineBrokenError } from "./engine_error.ts";
import { findWanted, gather, isSelective, toCondition } from "./entry_selection.ts";
import { EntryWindow } from "./entry_window.ts";
import type { EventPart } from "./event_views.ts";
import { EventWindow } from "./event_window.ts";
import { findChecksum } from "./find_checksum.ts";
import type { LoadedCapture, Wanted } from "./loaded_capture.ts";
import { segmentsWanted } from "./segments_wanted.ts";
import { type BatchCounters, GAP_COLUMNS, SNAPSHOT_COLUMNS, snapshotRows } from "./table_rows.ts";
import { TableWriter } from "./table_writer.ts";

/** Counters of so many batches are inserted at once. */
const SNAPSHOTS = 256;
/** Rows that become visible at once: many small transactions cost DuckDB twice the time. */
const TRANSACTION_ROWS = 1_000_000;
/** A follower that has so many bytes before it steps over entries: it takes them in less than a second, and falls no further behind. */
const BEHIND_BYTES = 64 << 20;
/** About what a row takes, to make tables of which many fit into the memory. */
const ROW_BYTES = 150, TABLES = 8, TABLE_ROWS_MAX = 1_000_000;

/** One capture of a store, in the memory of DuckDB-WASM. */
export class CaptureLoader implements LoadedCapture {
  readonly name: string;
  readonly #engine: WasmEngine;
  readonly #source: CaptureSource;
  readonly #wanted: Wanted;
  readonly #window: EntryWindow;
  readonly #events: EventWindow;
  /** The first entry that is there, once older ones were dropped. */
  #droppedBefore: bigint | null = null;
  readonly #gaps: TableWriter;
  readonly #snapshots: TableWriter;
  /** Shows the tables that there are now. */
  readonly #show: () => Promise<void>;
  #counters: BatchCounters[] = [];
  /** Entries of segments that were not read, and those that were dropped to make room: all before the first that is there. */
  #olderRows = 0n;
  /** Entries that this was too slow for. */
  #steppedRows = 0n;
  #isCaughtUp = false;

  private constructor(
    engine: WasmEngine,
    source: CaptureSource,
    name: string,
    number: number,
    wanted: Wanted,
    show: () => Promise<void>,
  ) {
    this.#engine = engine;
    this.#source = source;
    this.name = name;
    this.#wanted = wanted;
    this.#show = show;
    const tableRows = Math.min(TABLE_ROWS_MAX, Math.ceil(engine.rowBytes / ROW_BYTES / TABLES));
    this.#window = new EntryWindow(engine, number, tableRows);
    this.#events = new EventWindow(engine, number);
    this.#gaps = new TableWriter(engine, tableName("gaps", number), GAP_COLUMNS);
    this.#snapshots = new TableWriter(engine, tableName("snapshots", number), SNAPSHOT_COLUMNS);
  }

  /**
   * Makes the tables of capture `number` and opens its folder; nothing is loaded yet. `show` makes the view over the tables of
   * all captures anew, when they have changed.
   *
   * @throws {CaptureError} The folder is no capture, or cannot be read.
   */
  static async open(
    engine: WasmEngine,
    path: string,
    name: string,
    number: number,
    wanted: Wanted,
    show: () => Promise<void>,
  ): Promise<CaptureLoader> {
    const options = { ...segmentsWanted(path, wanted, () => loader.#isCaughtUp), wantsEvent: () => true };
    const source = await CaptureSource.open(path, await findChecksum(), options);
    await createTables(engine, number);
    const loader = new CaptureLoader(engine, source, name, number, wanted, show);
    await loader.#window.begin();
    return loader;
  }

  get expectedRows(): bigint {
    return this.#source.info.entries;
  }

  get isRecording(): boolean {
    return this.#source.isRecording;
  }

  /** The tables of its entries, the oldest first. */
  get tables(): readonly EntryTable[] {
    return this.#window.tables;
  }

  get events(): CaptureSource["events"]["events"] {
    return this.#source.events.events;
  }

  get eventNames(): readonly string[] {
    return this.#events.names;
  }

  /** Where the rows of an event are, by its folded name. */
  eventParts(name: string): EventPart[] {
    const conditions = [
      toCondition(this.#wanted.selection),
      this.#droppedBefore === null ? null : `idx >= ${this.#droppedBefore}`,
    ].filter((condition) => condition !== null);
    return this.#events.partsOf(name, conditions.length === 0 ? null : conditions.join(" AND "));
  }

  /** When the engine's memory is full, the oldest entries make room; the account stays whole. */
  async load(onRows: (rows: number) => void = () => {}): Promise<number> {
    let loaded = 0, pending = 0;
    await this.#engine.run("BEGIN");
    try {
      for await (const item of this.#source.look()) {
        if (item.kind === "gaps") this.#gaps.add(item.rows);
        else if (item.kind === "snapshots") this.#snapshots.add(item.rows);
        else if (item.kind === "counters") this.#addCounters(item.counters);
        else if (item.kind === "skipped") this.#skip(item.rows);
        else if (item.kind === "events") await this.#events.add(item.table);
        // Sealed parts were not asked for.
        if (item.kind !== "entries") continue;
        if (this.#wanted.follow && item.behindBytes > BEHIND_BYTES) {
          this.#skip(item.rows);
          continue;
        }
        const all = item.expand(), kept = findWanted(this.#wanted.selection, all);
        const entries = kept === null ? all : gather(all, kept);
        if (this.#window.needsEvents(entries)) {
          await this.#window.beginWithEvents();
          await this.#show();
        }
        this.#window.add(entries);
        for (const table of item.events?.(all, kept) ?? []) await this.#events.add(table);
        pending += entries.rows;
        onRows(entries.rows);
        if (pending < TRANSACTION_ROWS && !this.#window.isFull) continue;
        await this.#commit();
        loaded += pending;
        pending = 0;
        if (this.#window.isFull) await this.#makeRoom();
        await this.#engine.run("BEGIN");
      }
      await this.#commit();
      loaded += pending;
    } catch (error) {
      if (!(error instanceof EngineBrokenError)) await this.#engine.run("ROLLBACK");
      throw error;
    }
    this.#isCaughtUp = true;
    return loaded;
  }

  /** What is not read before the first entry is older than the window; later it is what a follower has missed. */
  #skip(rows: number): void {
    if (this.#window.rows === 0) this.#olderRows += BigInt(rows);
    else this.#steppedRows += BigInt(rows);
  }

  /** Begins the next table, and drops the oldest ones as long as the rows take more than they may. */
  async #makeRoom(): Promise<void> {
    await this.#window.begin();
    this.#events.begin();
    await this.#show();
    if (this.#engine.usedBytes() <= this.#engine.rowBytes) return;
    // It stalls for seconds, which a follower has not got.
    if (!this.#wanted.follow) this.#engine.checkpoint();
    while (this.#engine.usedBytes() > this.#engine.rowBytes) {
      const oldest = this.#window.detachOldest();
      if (oldest === null) return;
      this.#olderRows += BigInt(oldest.rows);
      this.#droppedBefore = this.#window.firstIdx;
      const events = this.#droppedBefore === null ? [] : this.#events.detachBefore(this.#droppedBefore);
      await this.#show();
      for (const table of [oldest.name, ...events]) await this.#engine.run(`DROP TABLE ${table}`);
    }
  }

  row(): CaptureRow {
    return {
      name: this.name,
      path: this.#source.path,
      info: this.#source.info,
      loadedFromIdx: this.#window.firstIdx,
      loadedRows: BigInt(this.#window.rows),
      skippedRows: this.#olderRows + this.#steppedRows,
      steppedRows: this.#steppedRows,
      selection: toCondition(this.#wanted.selection),
      warnings: this.#source.warnings,
      notes: this.#notes(),
    };
  }

  /** What of it is not there. Segments that hold nothing wanted are no news. */
  #notes(): string[] {
    const isSelected = isSelective(this.#wanted.selection);
    const missing = [
      ...(this.#olderRows > 0n && !isSelected ? [`${this.#olderRows} older ones`] : []),
      ...(this.#steppedRows > 0n ? [`${this.#steppedRows} that came faster than they could be taken`] : []),
    ];
    if (missing.length === 0) return [];
    const remedy = this.#wanted.follow
      ? "ask the whole capture without following it"
      : "ask for less (--since, --until), or ask the native engine (--engine native)";
    return [
      `the newest ${this.#window.rows} entries are looked at, not ${
        missing.join(" and ")
      }: the memory (--memory) is for no more. The account of all is there; ${remedy}`,
    ];
  }

  #addCounters({ batch, anchor, drainTicks, counters }: BatchCounters): void {
    this.#counters.push({ batch, anchor, drainTicks, counters });
    if (this.#counters.length >= SNAPSHOTS) this.#flushCounters();
  }

  #flushCounters(): void {
    this.#snapshots.add(snapshotRows(this.#counters));
    this.#counters = [];
  }

  async #commit(): Promise<void> {
    this.#flushCounters();
    for (const table of [this.#window, this.#events, this.#gaps, this.#snapshots]) table.flush();
    await this.#engine.run("COMMIT");
  }

  [Symbol.dispose](): void {
    this.#source[Symbol.dispose]();
  }
}
