/**
 * Builds one column of events row by row, as driver/reader/event_columns.c does it.
 *
 * @module
 */
import type { EventColumn } from "./event_batch.ts";
import { ColumnType, type TableColumn } from "./event_table.ts";
import { columnText } from "./format_event.ts";
import type { EventArgument } from "./parse_site.ts";
import type { EventValue } from "./read_payload.ts";

const ENCODER = new TextEncoder();
const WIDTHS = [0, 0, 1, 1, 2, 2, 4, 4, 8, 8, 4, 8, 0, 0];
const BYTES_MAX = 0x7fff_ffff;

/** A column of `rows` rows, all of which are null at first. */
export class ColumnBuilder {
  readonly #column: TableColumn;
  readonly #validity: Uint8Array<ArrayBuffer>;
  readonly #view: DataView<ArrayBuffer>;
  readonly #parts: (Uint8Array | undefined)[] | null;
  #nullCount: number;

  constructor(column: TableColumn, rows: number) {
    const { type } = column;
    const bits = Math.ceil(rows / 8);
    this.#column = column;
    this.#nullCount = rows;
    this.#validity = new Uint8Array(bits);
    this.#view = new DataView(new ArrayBuffer(type === ColumnType.bool ? bits : rows * (WIDTHS[type] ?? 0)));
    this.#parts = type === ColumnType.text || type === ColumnType.bytes ? new Array(rows) : null;
  }

  /** Sets the value of a row; a null pointer leaves it null. */
  set(row: number, argument: EventArgument, value: EventValue): void {
    if (this.#parts !== null) {
      const part = this.#toBytes(argument, value);
      if (part === null) return;
      this.#parts[row] = part;
    } else if (value.kind === "float") {
      new Uint8Array(this.#view.buffer).set(value.stored, row * value.stored.length);
    } else if (value.kind === "integer") this.#setInteger(row, value.value);
    this.#validity[row >> 3]! |= 1 << (row & 7);
    this.#nullCount--;
  }

  #toBytes(argument: EventArgument, value: EventValue): Uint8Array | null {
    if (this.#column.type === ColumnType.bytes) return value.kind === "bytes" ? value.bytes : null;
    const text = columnText(argument, value);
    return text === null ? null : ENCODER.encode(text);
  }

  #setInteger(row: number, value: number | bigint): void {
    if (typeof value === "bigint") return this.#view.setBigUint64(8 * row, BigInt.asUintN(64, value), true);
    switch (WIDTHS[this.#column.type]) {
      case 1:
        return this.#view.setUint8(row, value);
      case 2:
        return this.#view.setUint16(2 * row, value, true);
      case 4:
        return this.#view.setUint32(4 * row, value, true);
      default:
        this.#view.setUint8(row >> 3, this.#view.getUint8(row >> 3) | value << (row & 7));
    }
  }

  /**
   * The column as it is.
   *
   * @throws {RangeError} It has more than 2 GiB.
   */
  build(): EventColumn {
    const { name, type } = this.#column;
    const common = {
      name,
      type,
      nullCount: this.#nullCount,
      validity: this.#nullCount > 0 ? this.#validity : null,
    };
    if (this.#parts === null) return { ...common, offsets: null, values: new Uint8Array(this.#view.buffer) };
    return { ...common, ...concatenate(this.#parts) };
  }
}

/**
 * Parts one after the other; one that is missing is empty.
 *
 * @throws {RangeError} They come to more than 2 GiB.
 */
export function concatenate(
  parts: readonly (Uint8Array | undefined)[],
): { offsets: Int32Array<ArrayBuffer>; values: Uint8Array<ArrayBuffer> } {
  const offsets = new Int32Array(parts.length + 1);
  let bytes = 0;
  for (let row = 0; row < parts.length; row++) {
    bytes += parts[row]?.length ?? 0;
    if (bytes > BYTES_MAX) {
      throw new RangeError(`a column of ${parts.length} rows has more than 2 GiB; take fewer rows at a time`);
    }
    offsets[row + 1] = bytes;
  }
  const values = new Uint8Array(bytes);
  for (let row = 0; row < parts.length; row++) {
    const part = parts[row];
    if (part !== undefined) values.set(part, offsets[row]);
  }
  return { offsets, values };
}
