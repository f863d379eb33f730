/**
 * The raw arguments of a typed event, read from its payload. Layout: driver/EVENTS.md; the same in C is driver/reader/event_payload.c.
 *
 * @module
 */
import { ArgumentType, storedBytes } from "./argument_type.ts";
import type { EventArgument } from "./parse_site.ts";

/** An integer, a pointer, a boolean (0 or 1) or what has names: a bigint where it is stored in 64 bits. */
export interface IntegerValue {
  readonly kind: "integer";
  readonly value: number | bigint;
}

/** A floating-point number. */
export interface FloatValue {
  readonly kind: "float";
  readonly value: number;
  /** The sign bit, which a NaN has too. */
  readonly isNegative: boolean;
  /** As it is stored: the bits of a NaN do not survive being a number. */
  readonly stored: Uint8Array;
}

/** A text or bytes. */
export interface BytesValue {
  readonly kind: "bytes";
  /** Null for a null pointer. */
  readonly bytes: Uint8Array | null;
  /** Length in bytes before it was cut; null where it was not. */
  readonly original: number | null;
}

/** A stored argument. */
export type EventValue = IntegerValue | FloatValue | BytesValue;

const HEAD_CUT = 0x8000, HEAD_NULL = 0x7fff;

/**
 * Reads as many arguments as are whole.
 *
 * @returns The values, and how many bytes follow them.
 */
export function readPayload(
  types: readonly Pick<EventArgument, "type">[],
  payload: Uint8Array,
): { values: EventValue[]; left: number } {
  const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
  const values: EventValue[] = [];
  let at = 0;
  for (const { type } of types) {
    const bytes = storedBytes(type);
    if (bytes === 0) {
      const found = readBytes(payload, view, at);
      if (found === null) break;
      values.push(found.value);
      at = found.end;
    } else {
      if (bytes > payload.length - at) break;
      values.push(readNumber(type, view, at));
      at += bytes;
    }
  }
  return { values, left: payload.length - at };
}

function readBytes(
  payload: Uint8Array,
  view: DataView,
  at: number,
): { value: BytesValue; end: number } | null {
  if (payload.length - at < 2) return null;
  const head = view.getUint16(at, true);
  let from = at + 2;
  let original: number | null = null;
  if ((head & HEAD_CUT) !== 0) {
    if (payload.length - from < 4) return null;
    original = view.getUint32(from, true);
    from += 4;
  }
  const length = head & HEAD_NULL;
  if (length === HEAD_NULL) return { value: { kind: "bytes", bytes: null, original }, end: from };
  const end = from + length;
  if (end > payload.length) return null;
  return { value: { kind: "bytes", bytes: payload.subarray(from, end), original }, end };
}

function readNumber(type: number, view: DataView, at: number): EventValue {
  if (type !== ArgumentType.f32 && type !== ArgumentType.f64) {
    return { kind: "integer", value: readInteger(type, view, at) };
  }
  const isSingle = type === ArgumentType.f32;
  const stored = new Uint8Array(view.buffer, view.byteOffset + at, isSingle ? 4 : 8);
  const value = isSingle ? view.getFloat32(at, true) : view.getFloat64(at, true);
  return { kind: "float", value, isNegative: stored.at(-1)! > 0x7f, stored };
}

function readInteger(type: number, view: DataView, at: number): number | bigint {
  switch (type) {
    case ArgumentType.bool:
      return view.getUint8(at) === 0 ? 0 : 1;
    case ArgumentType.i8:
    case ArgumentType.char:
      return view.getInt8(at);
    case ArgumentType.u8:
      return view.getUint8(at);
    case ArgumentType.i16:
      return view.getInt16(at, true);
    case ArgumentType.u16:
      return view.getUint16(at, true);
    case ArgumentType.i32:
    case ArgumentType.errno:
      return view.getInt32(at, true);
    case ArgumentType.u32:
    case ArgumentType.ntstatus:
    case ArgumentType.hresult:
      return view.getUint32(at, true);
    case ArgumentType.i64:
    case ArgumentType.enum:
      return view.getBigInt64(at, true);
    default:
      return view.getBigUint64(at, true);
  }
}
