/**
 * The columns of sealed segments: those of `logs`, `_gaps` and `_snapshots` (runtime/store/README.md) without the capture's name,
 * and how each is packed.
 *
 * @module
 */
import { Encoding } from "parquet-wasm";
import type { BytesColumn, ExpandedRows } from "../arrow/expand.ts";
import type { ColumnBuffers, ColumnSpec, ColumnType } from "../arrow/ipc.ts";
import { GAP_CAUSES, type WireGaps } from "../arrow/wire.ts";
import { KINDS, LEVELS, subtract } from "../arrow/record_batch.ts";
import {
  type BatchCounters,
  COUNTERS,
  GAP_COLUMNS,
  gapRows,
  LATER_COUNTERS,
  noTexts,
  SNAPSHOT_COLUMNS,
  snapshotRows,
} from "../store/table_rows.ts";
import type { TableRows } from "../store/table_writer.ts";
import { namesOf } from "./names.ts";

/** A table that every capture folder has. */
export type SealedTable = "logs" | "gaps" | "rings";

/** The table of a typed event, by its name. */
export type EventTableName = `events/${string}`;

/** A table of a capture folder. */
export type StoredTable = SealedTable | EventTableName;

/** How a table's rows are laid down. */
export interface SealedLayout {
  readonly columns: readonly ColumnSpec[];
  /** Columns that change by little steps, if at all: their differences are stored. */
  readonly deltas: readonly string[];
  /**
   * Texts of few different values. Numbers are none of these: to look each one up in a dictionary costs twice what their differences
   * cost, and what is nearly always the same costs least where zstd alone sees it.
   */
  readonly dictionaries: readonly string[];
  /** Columns at the end that earlier versions did not write: 0 in all of their rows. */
  readonly later: readonly string[];
  /** Columns whose smallest and largest value nobody will look for. */
  readonly withoutStatistics: readonly string[];
}

/** Differences, in as few bits as they need. */
export const DELTA = Encoding.DELTA_BINARY_PACKED;

const column = (name: string, type: ColumnType, nullable = false): ColumnSpec => ({ name, type, nullable });

const LOGS: SealedLayout = {
  columns: [
    column("idx", "uint64"),
    column("ts", "timestamp_ns"),
    column("ticks", "uint64"),
    column("processor", "uint16"),
    column("seq", "uint64"),
    column("severity", "uint8"),
    column("level", "utf8", true),
    column("kind", "utf8", true),
    column("type", "uint32"),
    column("remarks", "uint32"),
    column("pid", "uint32"),
    column("tid", "uint32"),
    column("event", "utf8", true),
    column("message", "utf8", true),
    column("data", "binary", true),
    column("read_ts", "timestamp_ns", true),
    column("latency_ns", "int64", true),
    column("flags", "uint8"),
  ],
  deltas: ["idx", "ts", "ticks", "processor", "seq", "severity", "latency_ns"],
  dictionaries: ["level", "kind", "event"],
  later: [],
  withoutStatistics: ["message", "data"],
};

const GAPS: SealedLayout = {
  columns: GAP_COLUMNS.map(({ name, type }) =>
    name === "cause" ? column(name, "utf8") : column(name, type, /^(prev|next)_/.test(name))
  ),
  deltas: [],
  dictionaries: ["processor", "cause"],
  later: [],
  withoutStatistics: [],
};

const RINGS: SealedLayout = {
  columns: SNAPSHOT_COLUMNS.map(({ name, type }) => column(name, type)),
  deltas: ["batch", "ts"],
  dictionaries: ["processor", ...COUNTERS],
  later: LATER_COUNTERS,
  withoutStatistics: [],
};

/** The layout of each table. */
export const SEALED: Readonly<Record<SealedTable, SealedLayout>> = { logs: LOGS, gaps: GAPS, rings: RINGS };

/** Entries as rows of a sealed segment. */
export function sealedEntries(entries: ExpandedRows): TableRows {
  const { rows, readTsValidity: validity, readTsNullCount: nullCount } = entries;
  return {
    rows,
    columns: [
      whole(entries.idx),
      whole(entries.ts),
      whole(entries.ticks),
      whole(entries.processor),
      whole(entries.seq),
      whole(entries.severity),
      namesOf(entries.severity, 1, LEVELS),
      namesOf(entries.kind, 0, KINDS),
      whole(entries.type),
      whole(entries.remarks),
      whole(entries.pid),
      whole(entries.tid),
      entries.event ?? noTexts(rows),
      onlyValues(entries.message, rows),
      onlyValues(entries.data, rows),
      { validity, nullCount, values: entries.readTs },
      { validity, nullCount, values: subtract(entries.readTs, entries.ts) },
      whole(entries.flags),
    ],
  };
}

/** Holes as rows of a sealed segment. */
export function sealedGaps(gaps: WireGaps): TableRows {
  const { rows, columns } = gapRows(gaps);
  return {
    rows,
    columns: columns.map((values, at) => at === 1 ? namesOf(gaps.cause, 1, GAP_CAUSES) : values),
  };
}

/** Counters as rows of a sealed segment. */
export function sealedRings(batches: readonly BatchCounters[]): TableRows {
  return snapshotRows(batches);
}

/** Without the bytes of rows that have no value: what is no text there is refused as a bad one. */
function onlyValues(column: BytesColumn, rows: number): ColumnBuffers {
  const { validity, nullCount } = column;
  if (validity === null) return column;
  const offsets = new Int32Array(rows + 1);
  if (nullCount === rows) return { validity, nullCount, offsets, values: new Uint8Array(0) };
  const isSet = (row: number) => (validity[row >> 3]! >> (row & 7) & 1) === 1;
  for (let row = 0; row < rows; row++) {
    offsets[row + 1] = offsets[row]! + (isSet(row) ? column.offsets[row + 1]! - column.offsets[row]! : 0);
  }
  const values = new Uint8Array(offsets[rows]!);
  for (let row = 0; row < rows; row++) {
    if (isSet(row)) {
      values.set(column.values.subarray(column.offsets[row]!, column.offsets[row + 1]!), offsets[row]!);
    }
  }
  return { validity, nullCount, offsets, values };
}

function whole(values: ArrayBufferView): ColumnBuffers {
  return { validity: null, nullCount: 0, values };
}
