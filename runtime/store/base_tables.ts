/**
 * The internal objects that the SQL library stands on (README.md): one set of tables a capture below, views over all of them.
 *
 * @module
 */
import { COUNTER_NAMES, GAP_CAUSES } from "../arrow/wire.ts";
import type { Engine } from "./engine.ts";
import type { CaptureInfo } from "./folder.ts";

const COUNTERS = COUNTER_NAMES.filter((name) => name !== "processor");

const TABLES = {
  entries: `idx UBIGINT, ts TIMESTAMP_NS, ticks UBIGINT, processor USMALLINT, seq UBIGINT, severity UTINYINT,
    kind UTINYINT, "type" UINTEGER, remarks UINTEGER, pid UINTEGER, tid UINTEGER, message VARCHAR, data BLOB,
    read_ts TIMESTAMP_NS, flags UTINYINT`,
  gaps:
    `processor USMALLINT, cause UTINYINT, lost UBIGINT, prev_seq UBIGINT, next_seq UBIGINT, prev_idx UBIGINT,
    next_idx UBIGINT, prev_ts TIMESTAMP_NS, next_ts TIMESTAMP_NS`,
  snapshots: `batch UBIGINT, ts TIMESTAMP_NS, processor USMALLINT, ${
    COUNTERS.map((name) => `${name} UBIGINT`).join(", ")
  }`,
} as const;

const COLUMNS = {
  entries: entryColumns("NULL::VARCHAR AS event"),
  gaps: `processor, [${
    GAP_CAUSES.map(literal).join(", ")
  }][cause] AS cause, lost, prev_seq, next_seq, prev_idx, next_idx,
    prev_ts, next_ts`,
  snapshots: `batch, ts, processor, ${COUNTERS.join(", ")}`,
} as const;

const CAPTURE_COLUMNS = `capture VARCHAR, id VARCHAR, path VARCHAR, complete BOOLEAN, started TIMESTAMP_NS,
  stopped TIMESTAMP_NS, host VARCHAR, os VARCHAR, arch VARCHAR, processors USMALLINT, abi VARCHAR, driver VARCHAR,
  version VARCHAR, mode VARCHAR, "order" VARCHAR, clock_kind VARCHAR, ticks_per_second UBIGINT, ring_count UINTEGER,
  ring_bytes UBIGINT, retired_segments UBIGINT, retired_entries UBIGINT, retired_until TIMESTAMP_NS,
  loaded_from_idx UBIGINT, loaded_rows UBIGINT, skipped_rows UBIGINT, stepped_rows UBIGINT, selection VARCHAR,
  warnings VARCHAR[]`;

function entryColumns(event: string): string {
  return `idx, ts, ticks, processor, seq, severity, kind, "type", remarks, pid, tid, ${event}, message, data, read_ts,
    epoch_ns(read_ts) - epoch_ns(ts) AS latency_ns, flags`;
}

/** A kind of table of which each capture has its own. */
export type TableKind = keyof typeof TABLES;

/** The name of a capture's table; captures are numbered from 0. */
export function tableName(kind: TableKind, capture: number): string {
  return `_${kind}_${capture}`;
}

/** The name of a capture's table of entries; they are numbered from 0, too. */
export function entryTableName(capture: number, table: number): string {
  return `_entries_${capture}_${table}`;
}

/** A text as SQL writes it. A zero in it, which would end the statement, is U+FFFD. */
export function literal(text: string): string {
  return `'${text.replaceAll("'", "''").replaceAll("\0", "\ufffd")}'`;
}

/** Makes the tables of one capture, but those of its entries. */
export async function createTables(engine: Engine, capture: number): Promise<void> {
  for (const kind of ["gaps", "snapshots"] as const) {
    await engine.run(`CREATE TABLE ${tableName(kind, capture)} (${TABLES[kind]})`);
  }
}

/** A table of entries. Only where there are events it has their names. */
export interface EntryTable {
  readonly name: string;
  readonly hasEvents: boolean;
}

/** Makes a table of entries. */
export async function createEntryTable(engine: Engine, { name, hasEvents }: EntryTable): Promise<void> {
  await engine.run(`CREATE TABLE ${name} (${TABLES.entries}${hasEvents ? ", event VARCHAR" : ""})`);
}

/** The tables of one capture's entries, the oldest first. */
export interface EntryTables {
  readonly name: string;
  readonly tables: readonly EntryTable[];
}

/** Makes the view over the entries of these captures, in this order. */
export async function createEntriesView(engine: Engine, captures: readonly EntryTables[]): Promise<void> {
  const parts = captures.flatMap(({ name, tables }) =>
    tables.map((table) =>
      `SELECT ${literal(name)} AS capture, ${
        table.hasEvents ? entryColumns("event") : COLUMNS.entries
      } FROM ${table.name}`
    )
  );
  await createView(engine, "entries", parts);
}

/** Makes the views over the tables of these captures, in this order, and an empty `_captures`. */
export async function createViews(engine: Engine, captures: readonly EntryTables[]): Promise<void> {
  await createEntriesView(engine, captures);
  for (const kind of ["gaps", "snapshots"] as const) {
    const parts = captures.map(({ name }, at) =>
      `SELECT ${literal(name)} AS capture, ${COLUMNS[kind]} FROM ${tableName(kind, at)}`
    );
    await createView(engine, kind, parts);
  }
  await engine.run(`CREATE TABLE _captures (${CAPTURE_COLUMNS})`);
}

async function createView(engine: Engine, kind: TableKind, parts: readonly string[]): Promise<void> {
  if (parts.length === 0) return await createEmptyView(engine, kind);
  await engine.run(`CREATE OR REPLACE VIEW _${kind} AS ${parts.join(" UNION ALL ")}`);
}

/** Makes a view that shows nothing. */
export async function createEmptyView(engine: Engine, kind: TableKind): Promise<void> {
  await engine.run(`CREATE TABLE IF NOT EXISTS _no_${kind} (${TABLES[kind]})`);
  await engine.run(
    `CREATE OR REPLACE VIEW _${kind} AS SELECT ''::VARCHAR AS capture, ${COLUMNS[kind]} FROM _no_${kind}`,
  );
}

/** What `_captures` says of one capture. */
export interface CaptureRow {
  readonly name: string;
  readonly path: string;
  readonly info: CaptureInfo;
  readonly loadedFromIdx: bigint | null;
  readonly loadedRows: bigint;
  /** Stored entries that are not there: not read, or dropped to make room. */
  readonly skippedRows: bigint;
  /** Of these, the ones that stand between entries which are there. */
  readonly steppedRows: bigint;
  /** The condition on what is there; null: on nothing. */
  readonly selection: string | null;
  /** What loading found; what capture.json says comes before it. */
  readonly warnings: readonly string[];
  /** Said when the store is opened, and no reason to distrust the capture. */
  readonly notes: readonly string[];
}

/** Replaces the rows of `_captures`. */
export async function writeCaptures(engine: Engine, rows: readonly CaptureRow[]): Promise<void> {
  await engine.run("DELETE FROM _captures");
  for (
    const { name, path, info, loadedFromIdx, loadedRows, skippedRows, steppedRows, selection, warnings }
      of rows
  ) {
    const time = (rfc3339: string | null) =>
      rfc3339 === null ? "NULL" : `${literal(rfc3339.replace("T", " ").replace(/Z$/, ""))}::TIMESTAMP_NS`;
    const texts = [info.abi, info.driver, info.version, info.mode, info.order, info.clockKind].map(literal);
    await engine.run(`INSERT INTO _captures VALUES (${
      [
        literal(name),
        literal(info.id),
        literal(path),
        String(info.complete),
        time(info.started),
        time(info.stopped),
        literal(info.host),
        literal(info.os),
        literal(info.arch),
        String(info.processors),
        ...texts,
        String(info.ticksPerSecond),
        String(info.ringCount),
        String(info.ringBytes),
        String(info.retired.segments),
        String(info.retired.entries),
        info.retired.lastNs === null ? "NULL" : `make_timestamp_ns(${info.retired.lastNs})`,
        loadedFromIdx === null ? "NULL" : String(loadedFromIdx),
        String(loadedRows),
        String(skippedRows),
        String(steppedRows),
        selection === null ? "NULL" : literal(selection),
        `[${[...info.warnings, ...warnings].map(literal).join(", ")}]::VARCHAR[]`,
      ].join(", ")
    })`);
  }
}
