/**
 * Rows as Arrow record batches: entries, holes and counters in the form in which the store's tables take them.
 *
 * @module
 */
import {
  Binary,
  type Data,
  type DataType,
  Field,
  makeData,
  RecordBatch,
  Schema,
  Struct,
  TimestampNanosecond,
  Uint16,
  Uint32,
  Uint64,
  Uint8,
  Utf8,
} from "apache-arrow";
import { toUnixNs } from "../arrow/clock.ts";
import type { BytesColumn, ExpandedRows } from "../arrow/expand.ts";
import { COUNTER_NAMES, type NullableColumn, type WireBatch, type WireGaps } from "../arrow/wire.ts";

/** A column and its name. */
interface Column {
  readonly field: Field;
  readonly data: Data;
}

type Values = Uint8Array | Uint16Array | Uint32Array | BigUint64Array | BigInt64Array;

/** Entries: the columns of `_entries` without `capture` and `event`. */
export function entryBatch(rows: ExpandedRows): RecordBatch {
  return toBatch(rows.rows, [
    plain("idx", new Uint64(), rows.idx),
    // apache-arrow's builders break on nanoseconds given as BigInt; a column made from memory does not.
    plain("ts", new TimestampNanosecond(), rows.ts),
    plain("ticks", new Uint64(), rows.ticks),
    plain("processor", new Uint16(), rows.processor),
    plain("seq", new Uint64(), rows.seq),
    plain("severity", new Uint8(), rows.severity),
    plain("kind", new Uint8(), rows.kind),
    plain("type", new Uint32(), rows.type),
    plain("remarks", new Uint32(), rows.remarks),
    plain("pid", new Uint32(), rows.pid),
    plain("tid", new Uint32(), rows.tid),
    bytes("message", new Utf8(), rows.rows, rows.message),
    bytes("data", new Binary(), rows.rows, rows.data),
    nullable("read_ts", new TimestampNanosecond(), rows.readTs, rows.readTsValidity, rows.readTsNullCount),
    plain("flags", new Uint8(), rows.flags),
  ]);
}

/** Holes: the columns of `_gaps` without `capture`, with the cause as its number. */
export function gapBatch(gaps: WireGaps): RecordBatch {
  const words = (name: string, { values, validity }: NullableColumn): Column =>
    nullable(name, new Uint64(), values, validity, countNulls(validity, gaps.rows));
  const times = (name: string, { values, validity }: NullableColumn): Column => {
    const times = BigInt64Array.from(
      values.subarray(0, gaps.rows),
      (ticks, row) => validity === null || isSet(validity, row) ? toUnixNs(ticks, gaps.anchor) : 0n,
    );
    return nullable(name, new TimestampNanosecond(), times, validity, countNulls(validity, gaps.rows));
  };
  return toBatch(gaps.rows, [
    plain("processor", new Uint16(), gaps.processor),
    plain("cause", new Uint8(), gaps.cause),
    plain("lost", new Uint64(), gaps.lost),
    words("prev_seq", gaps.prevSeq),
    words("next_seq", gaps.nextSeq),
    words("prev_idx", gaps.prevIdx),
    words("next_idx", gaps.nextIdx),
    times("prev_ts", gaps.prevTicks),
    times("next_ts", gaps.nextTicks),
  ]);
}

/** The counters that a batch carries: the columns of `_snapshots` without `capture`, one row a ring. */
export function snapshotBatch(
  batches: readonly Pick<WireBatch, "batch" | "anchor" | "drainTicks" | "counters">[],
): RecordBatch {
  const rows = batches.flatMap((batch) => {
    // Without a clock of its own the reader says only that the counters are of the anchor's time or later.
    const ts = batch.drainTicks === 0n ? batch.anchor.unixNs : toUnixNs(batch.drainTicks, batch.anchor);
    return batch.counters.map((counters) => ({ batch: BigInt(batch.batch), ts, counters }));
  });
  return toBatch(rows.length, [
    plain("batch", new Uint64(), BigUint64Array.from(rows, ({ batch }) => batch)),
    plain("ts", new TimestampNanosecond(), BigInt64Array.from(rows, ({ ts }) => ts)),
    plain("processor", new Uint16(), Uint16Array.from(rows, ({ counters }) => Number(counters.processor))),
    ...COUNTER_NAMES.filter((name) => name !== "processor").map((name) =>
      plain(name, new Uint64(), BigUint64Array.from(rows, ({ counters }) => counters[name]))
    ),
  ]);
}

function toBatch(rows: number, columns: readonly Column[]): RecordBatch {
  const fields = columns.map(({ field }) => field);
  return new RecordBatch(
    new Schema(fields),
    makeData({
      type: new Struct(fields),
      length: rows,
      nullCount: 0,
      children: columns.map(({ data }) => data),
    }),
  );
}

function plain(name: string, type: DataType, values: Values): Column {
  return nullable(name, type, values, null, 0);
}

function nullable(
  name: string,
  type: DataType,
  values: Values,
  validity: Uint8Array | null,
  nullCount: number,
): Column {
  const properties = { type, length: values.length, nullCount, nullBitmap: validity, data: values };
  return { field: new Field(name, type, true), data: makeData(properties as Parameters<typeof makeData>[0]) };
}

function bytes(name: string, type: Utf8 | Binary, rows: number, column: BytesColumn): Column {
  const properties = {
    type,
    length: rows,
    nullCount: column.nullCount,
    nullBitmap: column.validity,
    valueOffsets: column.offsets,
    data: column.values,
  };
  return { field: new Field(name, type, true), data: makeData(properties as Parameters<typeof makeData>[0]) };
}

function isSet(bits: Uint8Array, row: number): boolean {
  return (bits[row >> 3]! >> (row & 7) & 1) === 1;
}

function countNulls(validity: Uint8Array | null, rows: number): number {
  let nulls = 0;
  for (let row = 0; validity !== null && row < rows; row++) nulls += isSet(validity, row) ? 0 : 1;
  return nulls;
}
