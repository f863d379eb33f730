/**
 * Columns of events on their way into DuckDB or Parquet: named and typed as Arrow does it.
 *
 * @module
 */
import type { ColumnBuffers, ColumnSpec, ColumnType as ArrowType } from "../arrow/ipc.ts";
import type { EventColumn } from "./event_batch.ts";
import { ColumnType } from "./event_table.ts";

const ARROW_TYPES: Readonly<Record<number, ArrowType>> = {
  [ColumnType.bool]: "bool",
  [ColumnType.i8]: "int8",
  [ColumnType.u8]: "uint8",
  [ColumnType.i16]: "int16",
  [ColumnType.u16]: "uint16",
  [ColumnType.i32]: "int32",
  [ColumnType.u32]: "uint32",
  [ColumnType.i64]: "int64",
  [ColumnType.u64]: "uint64",
  [ColumnType.f32]: "float32",
  [ColumnType.f64]: "float64",
  [ColumnType.text]: "utf8",
  [ColumnType.bytes]: "binary",
};

/**
 * Name and type of a column. All are nullable: payloads can be damaged.
 *
 * @throws {TypeError} There is no such type.
 */
export function arrowSpec({ name, type }: Pick<EventColumn, "name" | "type">): ColumnSpec {
  const found = ARROW_TYPES[type];
  if (found === undefined) throw new TypeError(`column ${name} has type ${type}, which there is not`);
  return { name, type: found, nullable: true };
}

/** The buffers of a column, shared and not copied. */
export function arrowBuffers({ validity, nullCount, offsets, values }: EventColumn): ColumnBuffers {
  return { validity, nullCount, ...(offsets === null ? {} : { offsets }), values };
}
