/**
 * Descriptors, payloads and batches for the tests of typed events, as a producer would write them; spoiled ones too.
 *
 * @module
 */
import { KIND_EVENT, packClass } from "../arrow/wire.ts";
import { ArgumentType } from "./argument_type.ts";
import type { EventBatch, EventColumn } from "./event_batch.ts";
import { ColumnType } from "./event_table.ts";

/** An argument of a site to be encoded. */
export interface SiteArgument {
  readonly type: number;
  /** A text of another encoding than UTF-8 is given as bytes. */
  readonly key?: string | Uint8Array;
  readonly enumName?: string;
  readonly enumerators?: readonly (readonly [bigint, string | Uint8Array])[];
}

/** What a descriptor says; what is left out is usual. */
export interface SiteParts {
  readonly line?: number;
  readonly severity?: number;
  readonly kind?: number;
  readonly role?: number;
  readonly name?: string | Uint8Array;
  readonly file?: string;
  readonly function?: string;
  readonly format: string | Uint8Array;
  readonly arguments?: readonly SiteArgument[];
}

const ENCODER = new TextEncoder();

/** A descriptor. */
export function encodeSite(site: SiteParts): Uint8Array<ArrayBuffer> {
  const { line = 42, severity = 3, kind = KIND_EVENT, role = 0, arguments: args = [] } = site;
  const bytes = [0, 0, 0, 0, ...number(line, 4), severity, kind, role, args.length];
  for (
    const text of [site.name ?? "io_done", site.file ?? "disk.c", site.function ?? "finish", site.format]
  ) {
    bytes.push(...string(text));
  }
  for (const { type, key = "", enumName = "state", enumerators = [] } of args) {
    bytes.push(type, ...string(key));
    if (type !== ArgumentType.enum) continue;
    bytes.push(...string(enumName), ...number(enumerators.length, 2));
    for (const [value, name] of enumerators) bytes.push(...number(value, 8), ...string(name));
  }
  bytes.splice(0, 4, ...number(bytes.length, 4));
  return Uint8Array.from(bytes);
}

function string(text: string | Uint8Array): number[] {
  const bytes = typeof text === "string" ? ENCODER.encode(text) : text;
  return [...number(bytes.length, 2), ...bytes];
}

/** A number as so many bytes, little endian. */
export function number(value: number | bigint, bytes: number): number[] {
  return Array.from({ length: bytes }, (_, at) => Number(BigInt(value) >> BigInt(8 * at) & 0xffn));
}

/** The four bytes of a single, the eight of a double. */
export function float(value: number, bytes: 4 | 8): number[] {
  const view = new DataView(new ArrayBuffer(bytes));
  if (bytes === 4) view.setFloat32(0, value, true);
  else view.setFloat64(0, value, true);
  return [...new Uint8Array(view.buffer)];
}

/** A text argument; `original` where it was cut. */
export function text(value: string | Uint8Array, original?: number): number[] {
  const bytes = typeof value === "string" ? ENCODER.encode(value) : value;
  const head = number(bytes.length | (original === undefined ? 0 : 0x8000), 2);
  return [...head, ...(original === undefined ? [] : number(original, 4)), ...bytes];
}

/** A UTF-16 argument; lone surrogates stay what they are. */
export function text16(value: string, original?: number): number[] {
  const units = Array.from({ length: value.length }, (_, at) => value.charCodeAt(at));
  return text(Uint8Array.from(units.flatMap((unit) => number(unit, 2))), original);
}

/** A null pointer in place of a text or of bytes. */
export const NULL_TEXT: readonly number[] = [0xff, 0x7f];

/** A row of a batch. */
export interface BatchRow {
  readonly kind?: number;
  /** Number of the site. */
  readonly site?: number;
  readonly flags?: number;
  readonly payload: readonly number[] | Uint8Array;
}

/** Rows as they lie in a segment. */
export function makeBatch(rows: readonly BatchRow[]): EventBatch {
  const payload = Uint8Array.from(rows.flatMap(({ payload }) => [...payload]));
  let end = 0;
  return {
    rows: rows.length,
    class: Uint16Array.from(rows, ({ kind = KIND_EVENT, flags = 0 }) => packClass(kind, 3, flags)),
    type: Uint32Array.from(rows, ({ site = 1 }) => site),
    offsets: Int32Array.of(0, ...rows.map(({ payload }) => end += payload.length)),
    payload,
  };
}

/** Numbers from a seed, the same on every machine (xorshift32, Marsaglia 2003). */
export class Chance {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0 || 1;
  }

  /** A whole number of 32 bits. */
  next(): number {
    let x = this.#state;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    return this.#state = x >>> 0;
  }

  /** A whole number below `limit`. */
  below(limit: number): number {
    return this.next() % limit;
  }

  /** True once in `times`. */
  once(times: number): boolean {
    return this.below(times) === 0;
  }

  /** One of them. */
  pick<T>(choices: readonly T[]): T {
    return choices[this.below(choices.length)]!;
  }

  /** A whole number of 64 bits. */
  word(): bigint {
    return BigInt(this.next()) << 32n | BigInt(this.next());
  }
}

/** A value of a column as a test writes it down. */
export type ColumnValue = boolean | number | bigint | string | Uint8Array | null;

/** What a column holds, row by row. */
export function columnValues(column: EventColumn, rows: number): ColumnValue[] {
  const { type, values, offsets, validity } = column;
  const view = new DataView(values.buffer, values.byteOffset, values.byteLength);
  return Array.from({ length: rows }, (_, row) => {
    if (validity !== null && (validity[row >> 3]! >> (row & 7) & 1) === 0) return null;
    if (offsets !== null) {
      const part = values.slice(offsets[row], offsets[row + 1]);
      return type === ColumnType.text
        ? new TextDecoder("utf-8", { ignoreBOM: true, fatal: true }).decode(part)
        : part;
    }
    return fixedValue(type, view, row);
  });
}

function fixedValue(type: number, view: DataView, row: number): ColumnValue {
  switch (type) {
    case ColumnType.bool:
      return (view.getUint8(row >> 3) >> (row & 7) & 1) === 1;
    case ColumnType.i8:
      return view.getInt8(row);
    case ColumnType.u8:
      return view.getUint8(row);
    case ColumnType.i16:
      return view.getInt16(2 * row, true);
    case ColumnType.u16:
      return view.getUint16(2 * row, true);
    case ColumnType.i32:
      return view.getInt32(4 * row, true);
    case ColumnType.u32:
      return view.getUint32(4 * row, true);
    case ColumnType.i64:
      return view.getBigInt64(8 * row, true);
    case ColumnType.u64:
      return view.getBigUint64(8 * row, true);
    case ColumnType.f32:
      return view.getFloat32(4 * row, true);
    default:
      return view.getFloat64(8 * row, true);
  }
}
