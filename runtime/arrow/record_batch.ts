/**
 * Expanded rows as an Arrow record batch with the columns of `logs`, for programs that work on columns.
 *
 * apache-arrow's builders break on nanosecond times, so every column is made with `makeData` over its memory.
 *
 * @module
 */
import {
  Binary,
  type Data,
  type DataType,
  Dictionary,
  Field,
  Int64,
  makeData,
  makeVector,
  RecordBatch,
  Schema,
  Struct,
  TimestampNanosecond,
  Uint16,
  Uint32,
  Uint64,
  Uint8,
  Utf8,
  type Vector,
} from "apache-arrow";
import type { BytesColumn, ExpandedRows } from "./expand.ts";

/** Names of severities 1 to 6; 0 and 7 have none. */
export const LEVELS = ["trace", "debug", "info", "warn", "error", "fatal"] as const;

/** Names of kinds. */
export const KINDS = ["text", "data", "event"] as const;

/** The types of a batch's columns, by name. */
export type LogColumns = {
  idx: Uint64;
  ts: TimestampNanosecond;
  ticks: Uint64;
  processor: Uint16;
  seq: Uint64;
  severity: Uint8;
  level: Dictionary<Utf8, Uint8>;
  kind: Dictionary<Utf8, Uint8>;
  type: Uint32;
  remarks: Uint32;
  pid: Uint32;
  tid: Uint32;
  event: Utf8;
  message: Utf8;
  data: Binary;
  read_ts: TimestampNanosecond;
  latency_ns: Int64;
  flags: Uint8;
};

/**
 * The rows as a record batch of their own memory, in the order and with the types of `logs`; level and kind are
 * dictionaries.
 */
export function toRecordBatch(rows: ExpandedRows): RecordBatch<LogColumns> {
  const { rows: length, readTsValidity, readTsNullCount } = rows;
  const known = { nullBitmap: readTsValidity?.slice() ?? null, nullCount: readTsNullCount };
  const columns: [name: keyof LogColumns, data: Data<DataType>, nullable: boolean][] = [
    ["idx", makeData({ type: new Uint64(), length, data: rows.idx.slice() }), false],
    ["ts", makeData({ type: new TimestampNanosecond(), length, data: rows.ts.slice() }), false],
    ["ticks", makeData({ type: new Uint64(), length, data: rows.ticks.slice() }), false],
    ["processor", makeData({ type: new Uint16(), length, data: rows.processor.slice() }), false],
    ["seq", makeData({ type: new Uint64(), length, data: rows.seq.slice() }), false],
    ["severity", makeData({ type: new Uint8(), length, data: rows.severity.slice() }), false],
    ["level", namesOf(rows.severity, 1, LEVEL_NAMES), true],
    ["kind", namesOf(rows.kind, 0, KIND_NAMES), true],
    ["type", makeData({ type: new Uint32(), length, data: rows.type.slice() }), false],
    ["remarks", makeData({ type: new Uint32(), length, data: rows.remarks.slice() }), false],
    ["pid", makeData({ type: new Uint32(), length, data: rows.pid.slice() }), false],
    ["tid", makeData({ type: new Uint32(), length, data: rows.tid.slice() }), false],
    [
      "event",
      rows.event === null ? noTexts(length) : makeData({ type: new Utf8(), length, ...bytesOf(rows.event) }),
      true,
    ],
    ["message", makeData({ type: new Utf8(), length, ...bytesOf(rows.message) }), true],
    ["data", makeData({ type: new Binary(), length, ...bytesOf(rows.data) }), true],
    [
      "read_ts",
      makeData({ type: new TimestampNanosecond(), length, data: rows.readTs.slice(), ...known }),
      true,
    ],
    [
      "latency_ns",
      makeData({ type: new Int64(), length, data: subtract(rows.readTs, rows.ts), ...known }),
      true,
    ],
    ["flags", makeData({ type: new Uint8(), length, data: rows.flags.slice() }), false],
  ];
  const fields = columns.map(([name, { type }, nullable]) => new Field(name, type, nullable));
  const children = columns.map(([, data]) => data);
  const type = new Struct<LogColumns>(fields as Field<LogColumns[keyof LogColumns]>[]);
  return new RecordBatch(new Schema<LogColumns>(type.children), makeData({ type, length, children }));
}

const LEVEL_NAMES = textVector(LEVELS);
const KIND_NAMES = textVector(KINDS);

function textVector(texts: readonly string[]): Vector<Utf8> {
  const offsets = Int32Array.of(0, ...texts.map((_, at) => texts.slice(0, at + 1).join("").length));
  const data = new TextEncoder().encode(texts.join(""));
  return makeVector(makeData({ type: new Utf8(), length: texts.length, valueOffsets: offsets, data }));
}

/** A dictionary column: the name of `codes[row] - first`, null where there is no such name. */
function namesOf(codes: Uint8Array, first: number, names: Vector<Utf8>): Data<Dictionary<Utf8, Uint8>> {
  const data = new Uint8Array(codes.length);
  const nullBitmap = new Uint8Array(codes.length + 7 >> 3);
  let nullCount = 0;
  codes.forEach((code, row) => {
    const name = code - first;
    if (name < 0 || name >= names.length) return void nullCount++;
    data[row] = name;
    nullBitmap[row >> 3]! |= 1 << (row & 7);
  });
  const type = new Dictionary(new Utf8(), new Uint8(), first === 1 ? 1 : 2);
  return makeData({ type, length: codes.length, data, nullBitmap, nullCount, dictionary: names });
}

function noTexts(length: number): Data<Utf8> {
  const nullBitmap = new Uint8Array(length + 7 >> 3);
  return makeData({
    type: new Utf8(),
    length,
    nullCount: length,
    nullBitmap,
    valueOffsets: new Int32Array(length + 1),
    data: new Uint8Array(0),
  });
}

function bytesOf({ validity, nullCount, offsets, values }: BytesColumn) {
  return {
    nullBitmap: validity?.slice() ?? null,
    nullCount,
    valueOffsets: offsets.slice(),
    data: values.slice(),
  };
}

/** The differences, in 64-bit arithmetic on the two halves of each word. */
export function subtract(from: BigInt64Array, what: BigInt64Array): BigInt64Array {
  const result = new BigInt64Array(from.length);
  const a = new Uint32Array(from.buffer, from.byteOffset, 2 * from.length);
  const b = new Uint32Array(what.buffer, what.byteOffset, 2 * what.length);
  const to = new Uint32Array(result.buffer);
  for (let word = 0; word < to.length; word += 2) {
    const low = a[word]! - b[word]!;
    to[word] = low;
    to[word + 1] = a[word + 1]! - b[word + 1]! - (low < 0 ? 1 : 0);
  }
  return result;
}
