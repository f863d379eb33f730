/**
 * From DuckDB's Arrow results to plain values.
 *
 * @module
 */
import {
  type Data,
  type DataType,
  DateUnit,
  type Field,
  type RecordBatch,
  type Schema,
  TimeUnit,
  Type,
} from "apache-arrow";
import { QueryError } from "../errors.ts";
import { intervalText } from "./interval_text.ts";
import type { QueryColumn, QueryResult } from "./query_result.ts";

/** Of the integers that Arrow has no type for. */
const WIDE_BYTES = 16;

type Read = (row: number) => unknown;

/** All rows of a result. */
export function readTable(schema: Schema, batches: readonly RecordBatch[]): QueryResult {
  const columns = schema.fields.map((field): QueryColumn => ({
    name: field.name,
    type: typeName(field.type),
  }));
  const rows: unknown[][] = [];
  for (const batch of batches) {
    if (batch.numRows === 0) continue; // whose lists have no children
    const readers = batch.data.children.map(readerOf);
    for (let row = 0; row < batch.numRows; row++) rows.push(readers.map((read) => read(row)));
  }
  return { columns, rows };
}

/** DuckDB's name of the type that it exports in this form. */
function typeName(type: DataType): string {
  switch (type.typeId) {
    case Type.Null:
      return "NULL";
    case Type.Bool:
      return "BOOLEAN";
    case Type.Int:
      return integerName(type as DataType & { bitWidth: number; isSigned: boolean });
    case Type.Float:
      return ["HALF", "FLOAT", "DOUBLE"][(type as DataType & { precision: number }).precision] ?? "DOUBLE";
    case Type.Utf8:
      return "VARCHAR";
    case Type.Binary:
      return "BLOB";
    case Type.Date:
      return "DATE";
    case Type.Time:
      return "TIME";
    case Type.Timestamp:
      return timestampName(type as DataType & { unit: TimeUnit; timezone?: string | null });
    case Type.Interval:
      return "INTERVAL";
    case Type.Decimal: {
      const { precision, scale } = type as DataType & { precision: number; scale: number };
      return precision === 38 && scale === 0 ? "HUGEINT" : `DECIMAL(${precision},${scale})`;
    }
    case Type.List:
      return `${typeName(type.children[0]!.type)}[]`;
    case Type.FixedSizeList:
      return `${typeName(type.children[0]!.type)}[${(type as DataType & { listSize: number }).listSize}]`;
    case Type.Map: {
      const [key, value] = type.children[0]!.type.children as Field[];
      return `MAP(${typeName(key!.type)}, ${typeName(value!.type)})`;
    }
    case Type.FixedSizeBinary:
      return "UHUGEINT";
    case Type.Union:
      return `UNION(${type.children.map((field) => `${field.name} ${typeName(field.type)}`).join(", ")})`;
    case Type.Struct:
      return `STRUCT(${type.children.map((field) => `${field.name} ${typeName(field.type)}`).join(", ")})`;
    default:
      return String(type);
  }
}

function integerName({ bitWidth, isSigned }: { bitWidth: number; isSigned: boolean }): string {
  const name = { 8: "TINYINT", 16: "SMALLINT", 32: "INTEGER", 64: "BIGINT" }[bitWidth] ?? `INT${bitWidth}`;
  return isSigned ? name : `U${name}`;
}

function timestampName({ unit, timezone }: { unit: TimeUnit; timezone?: string | null }): string {
  if (timezone) return "TIMESTAMP WITH TIME ZONE";
  return {
    [TimeUnit.SECOND]: "TIMESTAMP_S",
    [TimeUnit.MILLISECOND]: "TIMESTAMP_MS",
    [TimeUnit.MICROSECOND]: "TIMESTAMP",
    [TimeUnit.NANOSECOND]: "TIMESTAMP_NS",
  }[unit];
}

/** How a value of a column is read; null where its validity bit is clear. */
function readerOf(data: Data): Read {
  const read = valueReaderOf(data);
  if (data.type.typeId === Type.Null) return () => null;
  return data.nullCount === 0 ? read : (row) => (data.getValid(row) ? read(row) : null);
}

function valueReaderOf(data: Data): Read {
  const { values } = data;
  switch (data.type.typeId) {
    case Type.Bool:
      return (row) => (values[(data.offset + row) >> 3] >> ((data.offset + row) & 7) & 1) === 1;
    case Type.Decimal:
      return decimalReader(data);
    case Type.Int:
    case Type.Float:
    case Type.Timestamp:
    case Type.Time:
      return (row) => values[row];
    case Type.Date:
      return (data.type as DataType & { unit: DateUnit }).unit === DateUnit.DAY
        ? (row) => BigInt(values[row])
        : (row) => values[row];
    case Type.Utf8: {
      const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
      return (row) => decoder.decode(values.subarray(data.valueOffsets[row], data.valueOffsets[row + 1]));
    }
    case Type.Binary:
      return (row) => values.slice(data.valueOffsets[row], data.valueOffsets[row + 1]);
    case Type.Interval:
      return intervalReader(data);
    case Type.FixedSizeBinary:
      return (row) => littleEndian(values.subarray(row * WIDE_BYTES, (row + 1) * WIDE_BYTES));
    case Type.FixedSizeList: {
      const item = readerOf(data.children[0]!);
      const { listSize } = data.type as DataType & { listSize: number };
      return (row) => Array.from({ length: listSize }, (_, at) => item(row * listSize + at));
    }
    case Type.Union: {
      const members = data.children.map(readerOf);
      return (row) => members[data.typeIds[row]!]!(row);
    }
    case Type.Dictionary:
      throw new QueryError(
        "a column of the result is an ENUM, whose names DuckDB-WASM does not hand out: cast it (column::VARCHAR)",
      );
    case Type.Map:
    case Type.List: {
      const item = readerOf(data.children[0]!);
      return (row) => {
        const list: unknown[] = [];
        for (let at = data.valueOffsets[row]!; at < data.valueOffsets[row + 1]!; at++) list.push(item(at));
        return list;
      };
    }
    case Type.Struct: {
      const members = data.children.map(readerOf);
      const names = data.type.children.map((field: { name: string }) => field.name);
      return (row) => Object.fromEntries(members.map((read, at) => [names[at], read(row)]));
    }
    default:
      throw new QueryError(
        `a column of the result is of the type ${data.type}, which cannot be shown: cast it (column::VARCHAR)`,
      );
  }
}

/** Months, days, and 64 bits of nanoseconds, in four words. */
function intervalReader(data: Data): Read {
  const words: Int32Array = data.values;
  return (row) => {
    const [months = 0, days = 0, low = 0, high = 0] = words.subarray(4 * row, 4 * row + 4);
    const nanos = BigInt(high) << 32n | BigInt(low >>> 0);
    return intervalText(months, days, nanos / 1_000n);
  };
}

function littleEndian(bytes: Uint8Array): bigint {
  return bytes.reduceRight((value, byte) => value << 8n | BigInt(byte), 0n);
}

/** 128-bit two's complement in four words; whole ones as bigint, others as text, so that no digit is lost. */
function decimalReader(data: Data): Read {
  const { scale } = data.type as DataType & { scale: number };
  const words: Uint32Array = data.values;
  return (row) => {
    let value = 0n;
    for (let word = 3; word >= 0; word--) value = value << 32n | BigInt(words[4 * row + word]!);
    value = BigInt.asIntN(128, value);
    if (scale === 0) return value;
    const digits = String(value < 0n ? -value : value).padStart(scale + 1, "0");
    return Number(`${value < 0n ? "-" : ""}${digits.slice(0, -scale)}.${digits.slice(-scale)}`);
  };
}
