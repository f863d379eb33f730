/**
 * The descriptor of an event's call site, taken apart: what its arguments are, and how they become a message. A descriptor may come out
 * of shared memory that others write, so it has to be a copy, and nothing in it is believed. The contract is driver/EVENTS.md; the same in
 * C is driver/reader/event_site.c.
 *
 * @module
 */
import { abi } from "../abi/layout.ts";
import { ARGUMENT_TYPE_MAX, ArgumentType } from "./argument_type.ts";
import { decodeLeniently, toByteText } from "./byte_text.ts";
import { type FormatPiece, parseFormat } from "./parse_format.ts";
import { makeUniqueKeys } from "./unique_keys.ts";

/** A value of an enumeration that has a name. */
export interface Enumerator {
  readonly value: bigint;
  readonly name: string;
  /** The name as it stands in the descriptor, as a text of bytes (byte_text.ts). */
  readonly nameBytes: string;
}

/** An argument of an event. */
export interface EventArgument {
  /** See `ArgumentType`. */
  readonly type: number;
  /** Unlike every other of the site, whatever the case of its letters, and no column that each event has anyway. */
  readonly key: string;
  /** Of enumerations, else empty. */
  readonly enumName: string;
  /** Of enumerations; the first of a value counts. */
  readonly enumerators: readonly Enumerator[];
}

/** A place in a program that logs. */
export interface EventSite {
  readonly line: number;
  /** 1 … 6; 0: given at each call. */
  readonly severity: number;
  /** 0 text, 1 data, 2 event. */
  readonly kind: number;
  /** 0 an event, 1 the begin of a span, 2 its end. */
  readonly role: number;
  /** Of events a C identifier; otherwise the function's name. */
  readonly name: string;
  readonly file: string;
  readonly function: string;
  readonly format: string;
  readonly arguments: readonly EventArgument[];
  /** The format compiled: one piece for each argument, and one for what follows the last. Empty where the kind is no event. */
  readonly pieces: readonly FormatPiece[];
}

/** Longest descriptor, in bytes. */
export const SITE_BYTES_MAX = abi.siteBytesMax;
/** Most arguments of one event. */
export const ARGUMENTS_MAX = abi.argumentsMax;

const KIND_EVENT = 2, KIND_MAX = 2, SEVERITY_MAX = 6, ROLE_MAX = 2;

/**
 * Takes a descriptor apart.
 *
 * @param descriptor The whole of it; it is not kept.
 * @throws {SyntaxError} It breaks the contract; the message says where.
 */
export function parseSite(descriptor: Uint8Array): EventSite {
  if (descriptor.length > SITE_BYTES_MAX) {
    throw new SyntaxError(`a descriptor of ${descriptor.length} bytes, where ${SITE_BYTES_MAX} are the most`);
  }
  const cursor = new Cursor(descriptor);
  const bytes = cursor.number(4);
  if (bytes !== descriptor.length) {
    throw new SyntaxError(`the descriptor says ${bytes} bytes and has ${descriptor.length}`);
  }
  const line = cursor.number(4),
    severity = cursor.number(1),
    kind = cursor.number(1),
    role = cursor.number(1);
  const count = cursor.number(1);
  const name = decodeLeniently(cursor.string()), file = decodeLeniently(cursor.string());
  const functionName = decodeLeniently(cursor.string());
  const format = cursor.string();
  if (severity > SEVERITY_MAX || kind > KIND_MAX || role > ROLE_MAX || count > ARGUMENTS_MAX) {
    throw new SyntaxError(`severity ${severity}, kind ${kind}, role ${role} or ${count} arguments cannot be`);
  }
  if (kind === KIND_EVENT && !/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) {
    throw new SyntaxError(`"${name}" is no C identifier, which an event's name has to be`);
  }
  if (kind !== KIND_EVENT && count > 0) throw new SyntaxError("a site that is no event has arguments");
  const parsed = Array.from({ length: count }, () => readArgument(cursor));
  if (cursor.left > 0) throw new SyntaxError(`${cursor.left} bytes follow the last argument`);
  const keys = makeUniqueKeys(parsed.map(({ key }) => key));
  return {
    line,
    severity,
    kind,
    role,
    name,
    file,
    function: functionName,
    format: decodeLeniently(format),
    arguments: parsed.map((argument, at) => ({ ...argument, key: keys[at] ?? "" })),
    pieces: kind === KIND_EVENT ? parseFormat(toByteText(format), parsed.map(({ type }) => type)) : [],
  };
}

function readArgument(cursor: Cursor): EventArgument {
  const type = cursor.number(1);
  if (type === 0 || type > ARGUMENT_TYPE_MAX) throw new SyntaxError(`there is no type ${type}`);
  const key = decodeLeniently(cursor.string());
  if (type !== ArgumentType.enum) return { type, key, enumName: "", enumerators: [] };
  const enumName = decodeLeniently(cursor.string());
  const enumerators = Array.from({ length: cursor.number(2) }, () => {
    const value = cursor.signed64();
    const name = cursor.string();
    return { value, name: decodeLeniently(name), nameBytes: toByteText(name) };
  });
  return { type, key, enumName, enumerators };
}

/** What is left of a descriptor. */
class Cursor {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get left(): number {
    return this.#bytes.length - this.#at;
  }

  #take(bytes: number): number {
    if (bytes > this.left) {
      throw new SyntaxError(`the descriptor ends at byte ${this.#bytes.length}, too early`);
    }
    this.#at += bytes;
    return this.#at - bytes;
  }

  number(bytes: 1 | 2 | 4): number {
    const at = this.#take(bytes);
    if (bytes === 1) return this.#view.getUint8(at);
    return bytes === 2 ? this.#view.getUint16(at, true) : this.#view.getUint32(at, true);
  }

  signed64(): bigint {
    return this.#view.getBigInt64(this.#take(8), true);
  }

  string(): Uint8Array {
    const length = this.number(2);
    const at = this.#take(length);
    return this.#bytes.subarray(at, at + length);
  }
}
