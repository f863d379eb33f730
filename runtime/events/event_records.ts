/**
 * Rows of an event's table as objects, for scripts.
 *
 * @module
 */
import type { ColumnBuffers, ColumnSpec } from "../arrow/ipc.ts";
import type { EventTableRows } from "./event_rows.ts";

/** The value of an argument: 64-bit integers and addresses are bigint, smaller numbers are numbers. */
export type EventValue = boolean | number | bigint | string | Uint8Array | null;

/** A typed event. Its arguments stand beside these under their own names; `ringscope types` writes their types. */
export interface EventRecord {
  /** Place in the total order over all processors. */
  readonly idx: bigint;
  /** When it was written: unix time in ns. */
  readonly ts: bigint;
  /** The processor whose ring it was written into. */
  readonly processor: number;
  /** 1 to 6; compare with this. */
  readonly severity: number;
  /** The name of the severity. */
  readonly level: string;
  /** The process that wrote it. */
  readonly pid: number;
  /** The thread that wrote it. */
  readonly tid: number;
  /** Number of the call site in its capture. */
  readonly site: number;
  /** An argument. */
  readonly [argument: string]: EventValue;
}

/** Any events, by name: what a script knows that says nothing about them. */
export interface AnyEvents {
  /** An event, by its name. */
  readonly [event: string]: EventRecord;
}

const LEVELS = ["trace", "debug", "info", "warn", "error", "fatal"];
const DECODER = new TextDecoder("utf-8", { ignoreBOM: true });

/**
 * The rows one by one. Each is a copy.
 *
 * @param names All arguments of the event; those that the rows lack are null.
 */
export function* toEventRecords(
  { columns, rows }: EventTableRows,
  names: readonly string[],
): Generator<EventRecord> {
  const readers = columns.map((column, at) => readerOf(column, rows.columns[at]!));
  const missing = names.filter((name) => !columns.some((column) => column.name === name));
  const nothing = missing.map((name) => [name, null] as const);
  for (let row = 0; row < rows.rows; row++) {
    const values = columns.flatMap(({ name }, at): (readonly [string, EventValue])[] => {
      const value = readers[at]!(row);
      // As SQL has it: behind its number.
      if (name === "severity") return [[name, value], ["level", LEVELS[Number(value) - 1] ?? ""]];
      return [[name, value]];
    });
    yield Object.fromEntries([...values, ...nothing]) as unknown as EventRecord;
  }
}

function readerOf({ type }: ColumnSpec, column: ColumnBuffers): (row: number) => EventValue {
  const { validity } = column;
  const read = valueReaderOf(type, column);
  return (row) => validity === null || isSet(validity, row) ? read(row) : null;
}

function valueReaderOf(
  type: ColumnSpec["type"],
  { values, offsets = new Int32Array(0) }: ColumnBuffers,
): (row: number) => EventValue {
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  const view = new DataView(values.buffer, values.byteOffset, values.byteLength);
  switch (type) {
    case "bool":
      return (row) => isSet(bytes, row);
    case "int8":
      return (row) => view.getInt8(row);
    case "uint8":
      return (row) => view.getUint8(row);
    case "int16":
      return (row) => view.getInt16(2 * row, true);
    case "uint16":
      return (row) => view.getUint16(2 * row, true);
    case "int32":
      return (row) => view.getInt32(4 * row, true);
    case "uint32":
      return (row) => view.getUint32(4 * row, true);
    case "float32":
      return (row) => view.getFloat32(4 * row, true);
    case "float64":
      return (row) => view.getFloat64(8 * row, true);
    case "uint64":
      return (row) => view.getBigUint64(8 * row, true);
    case "int64":
    case "timestamp_ns":
      return (row) => view.getBigInt64(8 * row, true);
    case "utf8":
      return (row) => DECODER.decode(bytes.subarray(offsets[row], offsets[row + 1]));
    case "binary":
      return (row) => bytes.slice(offsets[row], offsets[row + 1]);
  }
}

function isSet(bits: Uint8Array, row: number): boolean {
  return (bits[row >> 3]! >> (row & 7) & 1) === 1;
}
