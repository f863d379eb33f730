/**
 * Entries, holes and counters as columns of the store's tables (base_tables.ts).
 *
 * @module
 */
import { toUnixNs } from "../arrow/clock.ts";
import type { BytesColumn, ExpandedRows } from "../arrow/expand.ts";
import type { ColumnBuffers, ColumnSpec, ColumnType } from "../arrow/ipc.ts";
import { COUNTER_NAMES, type NullableColumn, type WireBatch, type WireGaps } from "../arrow/wire.ts";
import type { Retired, RetiredLoss } from "../retain/retired.ts";
import type { TableRows } from "./table_writer.ts";

const NS_PER_SECOND = 1_000_000_000n;

const column = (name: string, type: ColumnType): ColumnSpec => ({ name, type, nullable: true });

/** Columns of an entries table without events. */
export const ENTRY_COLUMNS: readonly ColumnSpec[] = [
  column("idx", "uint64"),
  column("ts", "timestamp_ns"),
  column("ticks", "uint64"),
  column("processor", "uint16"),
  column("seq", "uint64"),
  column("severity", "uint8"),
  column("kind", "uint8"),
  column("type", "uint32"),
  column("remarks", "uint32"),
  column("pid", "uint32"),
  column("tid", "uint32"),
  column("message", "utf8"),
  column("data", "binary"),
  column("read_ts", "timestamp_ns"),
  column("flags", "uint8"),
];

/** Columns of an entries table with events. */
export const EVENT_ENTRY_COLUMNS: readonly ColumnSpec[] = [...ENTRY_COLUMNS, column("event", "utf8")];

/** Columns of a gaps table; the cause is its number. */
export const GAP_COLUMNS: readonly ColumnSpec[] = [
  column("processor", "uint16"),
  column("cause", "uint8"),
  column("lost", "uint64"),
  column("prev_seq", "uint64"),
  column("next_seq", "uint64"),
  column("prev_idx", "uint64"),
  column("next_idx", "uint64"),
  column("prev_ts", "timestamp_ns"),
  column("next_ts", "timestamp_ns"),
];

/** The counters without the ring that they are of. */
export const COUNTERS = COUNTER_NAMES.filter((name) => name !== "processor");

/** Counters that captures of earlier versions do not have; 0 stands for them. They are the last ones. */
export const LATER_COUNTERS: readonly string[] = ["filtered"];

/** Columns of a snapshots table. */
export const SNAPSHOT_COLUMNS: readonly ColumnSpec[] = [
  column("batch", "uint64"),
  column("ts", "timestamp_ns"),
  column("processor", "uint16"),
  ...COUNTERS.map((name) => column(name, "uint64")),
];

/** Entries, as rows of a table with events: only such a table has their names. */
export function eventEntryRows(entries: ExpandedRows): TableRows {
  const { rows, columns } = entryRows(entries);
  return { rows, columns: [...columns, entries.event === null ? noTexts(rows) : bytes(entries.event)] };
}

/** Entries, as rows of a table without events. */
export function entryRows(entries: ExpandedRows): TableRows {
  return {
    rows: entries.rows,
    columns: [
      whole(entries.idx),
      whole(entries.ts),
      whole(entries.ticks),
      whole(entries.processor),
      whole(entries.seq),
      whole(entries.severity),
      whole(entries.kind),
      whole(entries.type),
      whole(entries.remarks),
      whole(entries.pid),
      whole(entries.tid),
      bytes(entries.message),
      bytes(entries.data),
      { validity: entries.readTsValidity, nullCount: entries.readTsNullCount, values: entries.readTs },
      whole(entries.flags),
    ],
  };
}

/** Holes. */
export function gapRows(gaps: WireGaps): TableRows {
  const { rows, anchor } = gaps;
  const words = ({ values, validity }: NullableColumn): ColumnBuffers => ({
    validity,
    nullCount: countNulls(validity, rows),
    values,
  });
  const times = (ticks: NullableColumn): ColumnBuffers => ({
    ...words(ticks),
    values: BigInt64Array.from(
      ticks.values,
      (value, row) => isSet(ticks.validity, row) ? toUnixNs(value, anchor) : 0n,
    ),
  });
  return {
    rows,
    columns: [
      whole(gaps.processor),
      whole(gaps.cause),
      whole(gaps.lost),
      words(gaps.prevSeq),
      words(gaps.nextSeq),
      words(gaps.prevIdx),
      words(gaps.nextIdx),
      times(gaps.prevTicks),
      times(gaps.nextTicks),
    ],
  };
}

/** The counters that batches carry: one row a batch and ring. */
export type BatchCounters = Pick<WireBatch, "batch" | "anchor" | "drainTicks" | "counters">;

/** Counters. */
export function snapshotRows(batches: readonly BatchCounters[]): TableRows {
  const rows = batches.flatMap(({ batch, anchor, drainTicks, counters }) => {
    // Without a clock of its own the reader says only that the counters are of the anchor's time or later.
    const ts = drainTicks === 0n ? anchor.unixNs : toUnixNs(drainTicks, anchor);
    return counters.map((ring) => ({ batch: BigInt(batch), ts, ring }));
  });
  return {
    rows: rows.length,
    columns: [
      whole(BigUint64Array.from(rows, ({ batch }) => batch)),
      whole(BigInt64Array.from(rows, ({ ts }) => ts)),
      whole(Uint16Array.from(rows, ({ ring }) => Number(ring.processor))),
      ...COUNTERS.map((name) => whole(BigUint64Array.from(rows, ({ ring }) => ring[name]))),
    ],
  };
}

/** The counters of the last batch that is retired. */
export function retiredCounters({ lastBatch, countersNs, counters }: Retired): BatchCounters {
  const anchor = { ticks: 0n, unixNs: countersNs, ticksPerSecond: NS_PER_SECOND };
  return { batch: Number(lastBatch), anchor, drainTicks: 0n, counters: [...counters] };
}

/** The sums of the holes of retired segments: one row a processor and cause. */
export function retiredGaps(losses: readonly RetiredLoss[]): TableRows {
  const unknown = { validity: new Uint8Array(losses.length + 7 >> 3), nullCount: losses.length };
  const words = () => ({ ...unknown, values: new BigUint64Array(losses.length) });
  const times = (of: (loss: RetiredLoss) => bigint | null): ColumnBuffers => {
    const validity = new Uint8Array(losses.length + 7 >> 3);
    losses.forEach((loss, row) => {
      if (of(loss) !== null) validity[row >> 3]! |= 1 << (row & 7);
    });
    const nullCount = countNulls(validity, losses.length);
    return { validity, nullCount, values: BigInt64Array.from(losses, (loss) => of(loss) ?? 0n) };
  };
  return {
    rows: losses.length,
    columns: [
      whole(Uint16Array.from(losses, ({ processor }) => processor)),
      whole(Uint8Array.from(losses, ({ cause }) => cause)),
      whole(BigUint64Array.from(losses, ({ lost }) => lost)),
      words(),
      words(),
      words(),
      words(),
      times(({ prevNs }) => prevNs),
      times(({ nextNs }) => nextNs),
    ],
  };
}

function whole(values: ArrayBufferView): ColumnBuffers {
  return { validity: null, nullCount: 0, values };
}

/** A column of texts of which no row has one. */
export function noTexts(rows: number): ColumnBuffers {
  const validity = new Uint8Array(rows + 7 >> 3);
  return { validity, nullCount: rows, offsets: new Int32Array(rows + 1), values: new Uint8Array(0) };
}

function bytes({ validity, nullCount, offsets, values }: BytesColumn): ColumnBuffers {
  return { validity, nullCount, offsets, values };
}

function isSet(bits: Uint8Array | null, row: number): boolean {
  return bits === null || (bits[row >> 3]! >> (row & 7) & 1) === 1;
}

function countNulls(validity: Uint8Array | null, rows: number): number {
  let nulls = 0;
  for (let row = 0; validity !== null && row < rows; row++) nulls += isSet(validity, row) ? 0 : 1;
  return nulls;
}
