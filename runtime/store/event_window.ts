/**
 * The rows of one capture's typed events in DuckDB-WASM: a table for each event, and another one when it gets more columns, or so that
 * old ones can be dropped with the entries that they belong to.
 *
 * @module
 */
import type { ColumnSpec } from "../arrow/ipc.ts";
import { EVENT_BASE_COLUMNS, type EventTableRows } from "../events/event_rows.ts";
import { foldName } from "../events/unique_keys.ts";
import { quoteName, sqlTypeOf } from "./event_types.ts";
import type { EventPart } from "./event_views.ts";
import { TableWriter } from "./table_writer.ts";
import type { WasmEngine } from "./wasm_engine.ts";

interface FilledTable {
  readonly name: string;
  /** Of the event, as its first site spells it. */
  readonly event: string;
  readonly columns: readonly ColumnSpec[];
  readonly writer: TableWriter;
  lastIdx: bigint;
}

/** One capture's events. */
export class EventWindow {
  readonly #engine: WasmEngine;
  readonly #capture: number;
  #tables: FilledTable[] = [];
  /** By folded name: where the next rows go. */
  readonly #current = new Map<string, FilledTable>();
  #made = 0;

  constructor(engine: WasmEngine, capture: number) {
    this.#engine = engine;
    this.#capture = capture;
  }

  /** Names of the events of which there are rows. */
  get names(): string[] {
    return this.#tables.map(({ event }) => event);
  }

  /** Adds rows; their memory may be used again afterwards. They are there after {@link flush}. */
  async add({ name, columns, rows }: EventTableRows): Promise<void> {
    if (rows.rows === 0) return;
    const table = await this.#tableFor(name, columns);
    table.writer.add(rows);
    table.lastIdx = (rows.columns[0]!.values as BigUint64Array)[rows.rows - 1]!;
  }

  async #tableFor(event: string, columns: readonly ColumnSpec[]): Promise<FilledTable> {
    const current = this.#current.get(foldName(event));
    if (current !== undefined && areSame(current.columns, columns)) return current;
    const name = `_event_${this.#capture}_${this.#made++}`;
    const specs = columns.map((column) => `${quoteName(column.name)} ${sqlTypeOf(column)}`);
    await this.#engine.run(`CREATE TABLE ${name} (${specs.join(", ")})`);
    const writer = new TableWriter(this.#engine, name, columns);
    const table = { name, event, columns, writer, lastIdx: 0n };
    this.#tables.push(table);
    this.#current.get(foldName(event))?.writer.flush();
    this.#current.set(foldName(event), table);
    return table;
  }

  /** Inserts the rows that wait. */
  flush(): void {
    for (const { writer } of this.#current.values()) writer.flush();
  }

  /** What follows goes into other tables. */
  begin(): void {
    this.flush();
    this.#current.clear();
  }

  /** Takes the tables out that hold nothing from `idx` on. They can be dropped once no view holds them any more. */
  detachBefore(idx: bigint): string[] {
    const held = new Set(this.#current.values());
    const isOld = (table: FilledTable) => table.lastIdx < idx && !held.has(table);
    const old = this.#tables.filter(isOld);
    this.#tables = this.#tables.filter((table) => !isOld(table));
    return old.map(({ name }) => name);
  }

  /** Where the rows of an event are, by its folded name. */
  partsOf(name: string, condition: string | null): EventPart[] {
    return this.#tables.filter(({ event }) => foldName(event) === name).map(({ name, columns }) => ({
      capture: this.#capture,
      from: name,
      condition,
      columns: columns.slice(EVENT_BASE_COLUMNS.length).map((column) => ({
        name: column.name,
        sqlType: sqlTypeOf(column),
      })),
    }));
  }
}

function areSame(a: readonly ColumnSpec[], b: readonly ColumnSpec[]): boolean {
  return a.length === b.length &&
    a.every(({ name, type }, at) => name === b[at]!.name && type === b[at]!.type);
}
