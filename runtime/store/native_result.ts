/**
 * From native DuckDB's results to plain values: the same that read_table.ts makes of DuckDB-WASM's.
 *
 * @module
 */
import {
  type DuckDBArrayType,
  DuckDBArrayValue,
  DuckDBBlobValue,
  DuckDBDateValue,
  type DuckDBDecimalType,
  DuckDBDecimalValue,
  DuckDBIntervalValue,
  type DuckDBListType,
  DuckDBListValue,
  type DuckDBMapType,
  DuckDBMapValue,
  type DuckDBResult,
  type DuckDBStructType,
  DuckDBStructValue,
  DuckDBTimestampMillisecondsValue,
  DuckDBTimestampNanosecondsValue,
  DuckDBTimestampSecondsValue,
  DuckDBTimestampTZValue,
  DuckDBTimestampValue,
  DuckDBTimeValue,
  type DuckDBType,
  DuckDBTypeId,
  type DuckDBUnionType,
  DuckDBUnionValue,
  type DuckDBValue,
} from "@duckdb/node-api";
import { intervalText } from "./interval_text.ts";
import type { QueryResult } from "./query_result.ts";

/** All rows of a result. */
export async function readResult(result: DuckDBResult): Promise<QueryResult> {
  const types = result.columnTypes();
  const columns = result.columnNames().map((name, at) => ({ name, type: typeName(types[at]!) }));
  const rows: unknown[][] = [];
  for (;;) {
    const chunk = await result.fetchChunk();
    if (chunk === null || chunk.rowCount === 0) return { columns, rows };
    const values = types.map((_, column) => chunk.getColumnValues(column));
    for (let row = 0; row < chunk.rowCount; row++) rows.push(values.map((column) => toPlain(column[row]!)));
  }
}

/** The names that DuckDB-WASM's results have. */
function typeName(type: DuckDBType): string {
  switch (type.typeId) {
    case DuckDBTypeId.SQLNULL:
      return "NULL";
    case DuckDBTypeId.ENUM:
    case DuckDBTypeId.UUID:
      return "VARCHAR";
    case DuckDBTypeId.TIMESTAMP_TZ:
      return "TIMESTAMP WITH TIME ZONE";
    case DuckDBTypeId.DECIMAL: {
      const { width, scale } = type as DuckDBDecimalType;
      return width === 38 && scale === 0 ? "HUGEINT" : `DECIMAL(${width},${scale})`;
    }
    case DuckDBTypeId.LIST:
      return `${typeName((type as DuckDBListType).valueType)}[]`;
    case DuckDBTypeId.ARRAY: {
      const { valueType, length } = type as DuckDBArrayType;
      return `${typeName(valueType)}[${length}]`;
    }
    case DuckDBTypeId.MAP: {
      const { keyType, valueType } = type as DuckDBMapType;
      return `MAP(${typeName(keyType)}, ${typeName(valueType)})`;
    }
    case DuckDBTypeId.UNION: {
      const { memberTags, memberTypes } = type as DuckDBUnionType;
      return `UNION(${memberTags.map((tag, at) => `${tag} ${typeName(memberTypes[at]!)}`).join(", ")})`;
    }
    case DuckDBTypeId.STRUCT: {
      const { entryNames, entryTypes } = type as DuckDBStructType;
      return `STRUCT(${entryNames.map((name, at) => `${name} ${typeName(entryTypes[at]!)}`).join(", ")})`;
    }
    default:
      return String(type);
  }
}

function toPlain(value: DuckDBValue): unknown {
  if (value === null || typeof value !== "object") return value;
  if (value instanceof DuckDBTimestampNanosecondsValue) return value.nanos;
  if (value instanceof DuckDBTimestampValue || value instanceof DuckDBTimestampTZValue) return value.micros;
  if (value instanceof DuckDBTimestampMillisecondsValue) return value.millis;
  if (value instanceof DuckDBTimestampSecondsValue) return value.seconds;
  if (value instanceof DuckDBTimeValue) return value.micros;
  if (value instanceof DuckDBDateValue) return BigInt(value.days);
  if (value instanceof DuckDBDecimalValue) return value.scale === 0 ? value.value : value.toDouble();
  if (value instanceof DuckDBBlobValue) return new Uint8Array(value.bytes);
  if (value instanceof DuckDBIntervalValue) return intervalText(value.months, value.days, value.micros);
  if (value instanceof DuckDBListValue || value instanceof DuckDBArrayValue) return value.items.map(toPlain);
  if (value instanceof DuckDBMapValue) {
    return value.entries.map(({ key, value }) => ({ key: toPlain(key), value: toPlain(value) }));
  }
  if (value instanceof DuckDBUnionValue) return toPlain(value.value);
  if (value instanceof DuckDBStructValue) {
    return Object.fromEntries(Object.entries(value.entries).map(([name, entry]) => [name, toPlain(entry)]));
  }
  return String(value);
}
