import { ArgumentType, storedBytes } from "../../runtime/events/argument_type.ts";
import { Chance, number, text } from "../../runtime/events/test_support.ts";

/** A format with one conversion, and a value. */
export interface PrintfCase {
  readonly type: number;
  readonly format: string;
  readonly payload: readonly number[];
  /** As tests/events/printf.c reads it. */
  readonly asked: Uint8Array<ArrayBuffer>;
}

const ENCODER = new TextEncoder();
const TYPES = [...Array(13).keys()].slice(1).concat(ArgumentType.text, ArgumentType.char, ArgumentType.f64);
const TEXTS = ["", "a", "IRP_MJ_READ", "é", "日本語", "naïve 🙂 text", "x".repeat(300), "%d", "\x01\t"];
/** Magnitudes where something changes: words' ends, powers of ten, halves, denormals, what is not finite. */
const FLOATS = [
  0,
  0.5,
  1.5,
  2.5,
  0.125,
  9.5,
  99.5,
  9.9999995,
  0.0001,
  0.00001234,
  999999.5,
  1e15,
  1e16,
  1e22,
  1e23,
  123456789,
  Math.PI,
  1 / 3,
  Number.MIN_VALUE,
  2 ** -1022,
  2 ** -1022 - Number.MIN_VALUE,
  Number.MAX_VALUE,
  Number.MAX_SAFE_INTEGER,
  1.9999999999999998,
  Infinity,
  NaN,
];
/** Lengths that fit a type in C, so that what the C library reads is what was given. */
const LENGTHS: Readonly<Record<number, readonly string[]>> = {
  [ArgumentType.i8]: ["", "hh", "h"],
  [ArgumentType.u8]: ["", "hh", "h"],
  [ArgumentType.i16]: ["", "h", "hh"],
  [ArgumentType.u16]: ["", "h", "hh"],
  [ArgumentType.i32]: ["", "h", "hh"],
  [ArgumentType.u32]: ["", "h", "hh"],
  [ArgumentType.i64]: ["l", "ll", "j", "z", "t"],
  [ArgumentType.u64]: ["l", "ll", "j", "z", "t"],
};

/** Cases from a seed; each type, letter and flag comes up thousands of times. */
export function makePrintfCases(seed: number, count: number): PrintfCase[] {
  const chance = new Chance(seed);
  return Array.from({ length: count }, () => {
    const type = chance.pick(TYPES);
    const letter = chance.pick([...lettersOf(type)]);
    const length = letter === "c" ? "" : chance.pick(LENGTHS[type] ?? [""]);
    const before = chance.pick(["", "us=", "100%% ", "ü ", "%%"]),
      after = chance.pick(["", "", " end", "%%"]);
    const format = `${before}%${flags(chance)}${width(chance)}${precision(chance)}${length}${letter}${after}`;
    const value = valueOf(chance, type);
    const payload = type === ArgumentType.text ? textPayload(value) : value;
    return { type, format, payload, asked: encodeQuestion(type, format, value) };
  });
}

function lettersOf(type: number): string {
  if (type === ArgumentType.f32 || type === ArgumentType.f64) return "eEfFgGaA";
  if (type === ArgumentType.pointer) return "p";
  if (type === ArgumentType.text) return "s";
  return storedBytes(type) === 8 ? "diuxXo" : "diuxXoc";
}

function flags(chance: Chance): string {
  return [..."-+ #0"].filter(() => chance.once(4)).join("");
}

function width(chance: Chance): string {
  return chance.once(2) ? "" : String(1 + chance.below(chance.pick([9, 24, 400])));
}

function precision(chance: Chance): string {
  return chance.once(2) ? "" : `.${chance.once(8) ? "" : chance.below(chance.pick([3, 9, 25, 400]))}`;
}

/** The bytes of a value; a text's end with a zero, and none at all are a null pointer. */
function valueOf(chance: Chance, type: number): number[] {
  if (type === ArgumentType.text) {
    return chance.once(10) ? [] : [...ENCODER.encode(chance.pick(TEXTS)), 0];
  }
  const bytes = storedBytes(type);
  if (type === ArgumentType.bool) return [chance.below(2)];
  if ((type === ArgumentType.f32 || type === ArgumentType.f64) && !chance.once(3)) {
    return floatOf(chance, bytes);
  }
  const word = chance.word();
  const value = chance.pick([
    word,
    word >> BigInt(chance.below(64)),
    0n,
    1n,
    -1n,
    1n << BigInt(8 * bytes - 1),
    10n,
  ]);
  return number(value, bytes);
}

function floatOf(chance: Chance, bytes: number): number[] {
  const magnitude = chance.once(2)
    ? chance.pick(FLOATS)
    // Few digits: halves that round to even, and numbers that end in zeros.
    : chance.below(20_000) / chance.pick([1, 2, 8, 10, 16, 1000, 1024]) * 10 ** (chance.below(9) - 4);
  const view = new DataView(new ArrayBuffer(8));
  if (bytes === 4) view.setFloat32(0, magnitude, true);
  else view.setFloat64(0, magnitude, true);
  const stored = [...new Uint8Array(view.buffer)].slice(0, bytes);
  if (chance.once(2)) stored[bytes - 1]! |= 0x80;
  return stored;
}

function textPayload(value: readonly number[]): number[] {
  return value.length === 0 ? [0xff, 0x7f] : text(Uint8Array.from(value.slice(0, -1)));
}

function encodeQuestion(type: number, format: string, value: readonly number[]): Uint8Array<ArrayBuffer> {
  const formatBytes = [...ENCODER.encode(format), 0];
  return Uint8Array.from([
    type,
    ...number(formatBytes.length, 2),
    ...formatBytes,
    ...number(value.length, 2),
    ...value,
  ]);
}
