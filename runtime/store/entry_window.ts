/**
 * The entries of one capture in DuckDB-WASM, in tables that follow each other: dropping the oldest one is the only way in which memory
 * comes back.
 *
 * @module
 */
import type { ExpandedRows } from "../arrow/expand.ts";
import { createEntryTable, type EntryTable, entryTableName } from "./base_tables.ts";
import { ENTRY_COLUMNS, entryRows, EVENT_ENTRY_COLUMNS, eventEntryRows } from "./table_rows.ts";
import { TableWriter } from "./table_writer.ts";
import type { WasmEngine } from "./wasm_engine.ts";

/** Rows of a table before the next one begins. */
const TABLE_ROWS = 1_000_000;

interface FilledTable extends EntryTable {
  rows: number;
  bytes: number;
  firstIdx: bigint | null;
}

/** One capture's entries. */
export class EntryWindow {
  readonly #engine: WasmEngine;
  readonly #capture: number;
  readonly #tableRows: number;
  readonly #tables: FilledTable[] = [];
  #writer: TableWriter | null = null;
  #made = 0;
  #hasEvents = false;

  /** Begins a new table after so many rows; without a number there is one table. */
  constructor(engine: WasmEngine, capture: number, tableRows: number = TABLE_ROWS) {
    this.#engine = engine;
    this.#capture = capture;
    this.#tableRows = tableRows;
  }

  /** The tables, the oldest first; there is always one. */
  get tables(): readonly EntryTable[] {
    return this.#tables;
  }

  /** The first entry that is there; null when there is none. */
  get firstIdx(): bigint | null {
    return this.#tables.find(({ firstIdx }) => firstIdx !== null)?.firstIdx ?? null;
  }

  /** Entries that are there. */
  get rows(): number {
    return this.#tables.reduce((sum, { rows }) => sum + rows, 0);
  }

  /** What they take about, in bytes. */
  get bytes(): number {
    return this.#tables.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  /** Begins the next table. The view over the tables is the caller's. */
  async begin(): Promise<void> {
    const hasEvents = this.#hasEvents, name = entryTableName(this.#capture, this.#made++);
    await createEntryTable(this.#engine, { name, hasEvents });
    const isSame = this.#tables.at(-1)?.hasEvents === hasEvents;
    this.#tables.push({ name, hasEvents, rows: 0, bytes: 0, firstIdx: null });
    if (isSame && this.#writer !== null) return this.#writer.goOnIn(name);
    this.#writer?.flush();
    this.#writer = new TableWriter(this.#engine, name, hasEvents ? EVENT_ENTRY_COLUMNS : ENTRY_COLUMNS);
  }

  /** Whether these are the first rows with events: they need a table that has such. */
  needsEvents({ event }: ExpandedRows): boolean {
    return event !== null && !this.#hasEvents;
  }

  /** As {@link begin}; this table and those after it have events. */
  async beginWithEvents(): Promise<void> {
    this.#hasEvents = true;
    await this.begin();
  }

  /** Whether the newest table has had its rows. */
  get isFull(): boolean {
    return (this.#tables.at(-1)?.rows ?? 0) >= this.#tableRows;
  }

  /** Adds rows to the newest table; their memory may be used again afterwards. They are there after {@link flush}. */
  add(entries: ExpandedRows): void {
    const table = this.#tables.at(-1);
    if (table === undefined || this.#writer === null) throw new Error("there is no table to add rows to");
    if (entries.rows === 0) return;
    table.bytes += this.#writer.add(table.hasEvents ? eventEntryRows(entries) : entryRows(entries));
    table.rows += entries.rows;
    table.firstIdx ??= entries.idx[0]!;
  }

  /** Inserts the rows that wait. */
  flush(): void {
    this.#writer?.flush();
  }

  /** Takes the oldest table out, unless it is the only one. It can be dropped once no view holds it any more. */
  detachOldest(): { readonly name: string; readonly rows: number } | null {
    return this.#tables.length > 1 ? this.#tables.shift()! : null;
  }
}
