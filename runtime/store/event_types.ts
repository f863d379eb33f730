/**
 * The types of events' columns in SQL.
 *
 * @module
 */
import type { ColumnSpec } from "../arrow/ipc.ts";
import { arrowSpec } from "../events/arrow_column.ts";
import { ColumnType } from "../events/event_table.ts";

const SQL_TYPES: Readonly<Record<ColumnSpec["type"], string>> = {
  bool: "BOOLEAN",
  int8: "TINYINT",
  uint8: "UTINYINT",
  int16: "SMALLINT",
  uint16: "USMALLINT",
  int32: "INTEGER",
  uint32: "UINTEGER",
  int64: "BIGINT",
  uint64: "UBIGINT",
  float32: "FLOAT",
  float64: "DOUBLE",
  timestamp_ns: "TIMESTAMP_NS",
  utf8: "VARCHAR",
  binary: "BLOB",
};

/** The type of a column of rows. */
export function sqlTypeOf({ type }: Pick<ColumnSpec, "type">): string {
  return SQL_TYPES[type];
}

/** The type of a column of an event's table, see `ColumnType`. */
export function sqlTypeOfCode(code: number): string {
  return SQL_TYPES[arrowSpec({ name: "", type: code }).type];
}

/** The other way round; texts where SQL has another type than events. */
export function codeOfSqlType(type: string): number {
  return Object.values(ColumnType).find((code) => sqlTypeOfCode(code) === type) ?? ColumnType.text;
}

/** A name as SQL writes it, whatever stands in it. */
export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
