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
import { selectRows, toCondition } from "./entry_selection.ts";
import { findChecksum } from "./find_checksum.ts";
import type { LoadedCapture, Wanted } from "./loaded_capture.ts";
import { segmentsWanted } from "./segments_wanted.ts";
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

/** One capture of a store, in the memory of DuckDB-WASM. */
export class CaptureLoader implements LoadedCapture {
  readonly #engine: WasmEngine;
  readonly #source: CaptureSource;
  readonly #name: string;
  readonly #wanted: Wanted;
  readonly #entries: TableWriter;
  readonly #gaps: TableWriter;
  readonly #snapshots: TableWriter;
  #counters: BatchCounters[] = [];
  #loadedFromIdx: bigint | null = null;
  #loadedRows = 0n;
  #skippedRows = 0n;
  /** Entries that there was no memory for. */
  #unloadedRows = 0n;
  #isFull = false;

  private constructor(
    engine: WasmEngine,
    source: CaptureSource,
    name: string,
    number: number,
    wanted: Wanted,
  ) {
    this.#engine = engine;
    this.#source = source;
    this.#name = name;
    this.#wanted = wanted;
    this.#entries = new TableWriter(engine, tableName("entries", number), ENTRY_COLUMNS);
    this.#gaps = new TableWriter(engine, tableName("gaps", number), GAP_COLUMNS);
    this.#snapshots = new TableWriter(engine, tableName("snapshots", number), SNAPSHOT_COLUMNS);
  }

  /**
   * Makes the tables of capture `number` and opens its folder; nothing is loaded yet.
   *
   * @throws {CaptureError} The folder is no capture, or cannot be read.
   */
  static async open(
    engine: WasmEngine,
    path: string,
    name: string,
    number: number,
    wanted: Wanted,
  ): Promise<CaptureLoader> {
    const source = await CaptureSource.open(path, await findChecksum(), segmentsWanted(path, wanted));
    await createTables(engine, number);
    return new CaptureLoader(engine, source, name, number, wanted);
  }

  get expectedRows(): bigint {
    return this.#source.info.entries;
  }

  /** When the engine's memory is full, the account goes on without the entries. */
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
        if (item.kind === "skipped") {
          this.#skippedRows += BigInt(item.rows);
          continue;
        }
        if (item.kind === "sealed") continue; // which was not asked for
        if (this.#isFull) {
          this.#unloadedRows += BigInt(item.rows);
          continue;
        }
        const entries = selectRows(this.#wanted.selection, item.expand());
        this.#addEntries(entries);
        pending += entries.rows;
        onRows(entries.rows);
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

  row(): CaptureRow {
    return {
      name: this.#name,
      path: this.#source.path,
      info: this.#source.info,
      loadedFromIdx: this.#loadedFromIdx,
      loadedRows: this.#loadedRows,
      skippedRows: this.#skippedRows,
      selection: toCondition(this.#wanted.selection),
      warnings: this.#source.warnings,
      notes: this.#notes(),
    };
  }

  /** What of it is not there. */
  #notes(): string[] {
    const notes: string[] = [];
    if (this.#wanted.firstSegment > 0 && this.#skippedRows > 0n) {
      const memory = (this.#wanted.memoryBytes ?? 0) / 2 ** 20;
      notes.push(
        `only its newest ${this.#loadedRows} entries fit into the memory of ${memory} MiB, ${this.#skippedRows} older ones are not looked at; the account is whole. Allow more (--memory), ask for less (--since, --until), or seal the capture and ask the native engine (--engine native)`,
      );
    }
    if (this.#unloadedRows > 0n) {
      notes.push(
        `only the first ${this.#loadedRows} entries are loaded, the engine has no memory for the ${this.#unloadedRows} behind them; the account is whole`,
      );
    }
    return notes;
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
