/**
 * Brings one capture folder into the store's tables: what is there, and later what has come since.
 *
 * @module
 */
import type { ExpandedRows } from "../arrow/expand.ts";
import { type CaptureRow, createTables, tableName } from "./base_tables.ts";
import { CaptureSource } from "./capture_source.ts";
import type { WasmEngine } from "./wasm_engine.ts";
import { EngineBrokenError } from "./engine_error.ts";
import { findChecksum } from "./find_checksum.ts";
import {
  type BatchCounters,
  ENTRY_COLUMNS,
  entryRows,
  GAP_COLUMNS,
  SNAPSHOT_COLUMNS,
  snapshotRows,
} from "./table_rows.ts";
import { TableWriter } from "./table_writer.ts";

/** Counters of so many batches are inserted at once. */
const SNAPSHOTS = 256;
/** Rows that become visible at once: many small transactions cost DuckDB twice the time. */
const TRANSACTION_ROWS = 1_000_000;

/** One capture of a store. */
export class CaptureLoader implements Disposable {
  readonly #engine: WasmEngine;
  readonly #source: CaptureSource;
  readonly #name: string;
  readonly #entries: TableWriter;
  readonly #gaps: TableWriter;
  readonly #snapshots: TableWriter;
  #counters: BatchCounters[] = [];
  #loadedFromIdx: bigint | null = null;
  #loadedRows = 0n;
  #skippedRows = 0n;
  #isFull = false;

  private constructor(engine: WasmEngine, source: CaptureSource, name: string, number: number) {
    this.#engine = engine;
    this.#source = source;
    this.#name = name;
    this.#entries = new TableWriter(engine, tableName("entries", number), ENTRY_COLUMNS);
    this.#gaps = new TableWriter(engine, tableName("gaps", number), GAP_COLUMNS);
    this.#snapshots = new TableWriter(engine, tableName("snapshots", number), SNAPSHOT_COLUMNS);
  }

  /**
   * Makes the tables of capture `number` and opens its folder; nothing is loaded yet.
   *
   * @throws {CaptureError} The folder is no capture, or cannot be read.
   */
  static async open(engine: WasmEngine, path: string, name: string, number: number): Promise<CaptureLoader> {
    const source = await CaptureSource.open(path, await findChecksum());
    await createTables(engine, number);
    return new CaptureLoader(engine, source, name, number);
  }

  /** Entries that capture.json speaks of; a growing capture has more. */
  get expectedRows(): bigint {
    return this.#source.info.entries;
  }

  /**
   * Loads what has come since the last time; the number of entries. `onRows` hears of them as they are loaded. When the engine's
   * memory is full, the account goes on without the entries.
   */
  async load(onRows: (rows: number) => void = () => {}): Promise<number> {
    let loaded = 0, pending = 0;
    await this.#engine.run("BEGIN");
    try {
      for await (const item of this.#source.look()) {
        if (item.kind === "gaps") {
          this.#gaps.add(item.rows);
          continue;
        }
        if (item.kind === "snapshots") {
          this.#snapshots.add(item.rows);
          continue;
        }
        if (item.kind === "counters") {
          this.#addCounters(item.counters);
          continue;
        }
        if (this.#isFull) {
          this.#skippedRows += BigInt(item.rows);
          continue;
        }
        this.#addEntries(item.expand());
        pending += item.rows;
        onRows(item.rows);
        if (pending < TRANSACTION_ROWS) continue;
        this.#flushCounters();
        await this.#engine.run("COMMIT");
        loaded += pending;
        pending = 0;
        this.#isFull = !this.#engine.makeRoom();
        await this.#engine.run("BEGIN");
      }
      this.#flushCounters();
      await this.#engine.run("COMMIT");
      loaded += pending;
    } catch (error) {
      if (!(error instanceof EngineBrokenError)) await this.#engine.run("ROLLBACK");
      throw error;
    }
    this.#loadedRows += BigInt(loaded);
    return loaded;
  }

  #addEntries(entries: ExpandedRows): void {
    this.#entries.add(entryRows(entries));
    this.#loadedFromIdx ??= entries.idx[0] ?? null;
  }

  /** What `_captures` says of this capture now. */
  row(): CaptureRow {
    return {
      name: this.#name,
      path: this.#source.path,
      info: this.#source.info,
      loadedFromIdx: this.#loadedFromIdx,
      loadedRows: this.#loadedRows,
      warnings: this.#warnings(),
    };
  }

  #warnings(): string[] {
    if (this.#skippedRows === 0n) return this.#source.warnings;
    return [
      ...this.#source.warnings,
      `only the first ${this.#loadedRows} entries are loaded, the engine has no memory for the ${this.#skippedRows} behind them; the account is whole`,
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

  [Symbol.dispose](): void {
    this.#source[Symbol.dispose]();
  }
}
