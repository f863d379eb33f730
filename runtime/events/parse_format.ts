/**
 * The format of a site, compiled. Grammar and meaning are those of C11, 7.21.6.1, without what reads or writes where nobody meant it
 * (`*`, `n`, positions) and what depends on the locale. As driver/reader/event_conversion.c.
 *
 * @module
 */
import { ArgumentType } from "./argument_type.ts";

/** One conversion, and the literal text in front of it. */
export interface FormatPiece {
  /** As a text of bytes; see byte_text.ts. */
  readonly literal: string;
  /** One of `diuxXocspeEfFgGaA`; empty for what only ends the format. */
  readonly letter: string;
  readonly left: boolean;
  readonly plus: boolean;
  readonly space: boolean;
  readonly alternative: boolean;
  readonly zero: boolean;
  /** In bytes; 0: none. */
  readonly width: number;
  /** -1: none. */
  readonly precision: number;
  /** 8 or 16 bits of the number count, as `hh` and `h` say; 0: all of it. */
  readonly narrow: number;
  /** No flag, no width, no precision, and not narrowed. */
  readonly isPlain: boolean;
}

/**
 * What C11, 7.21.6.1p15 lets a program count on for one conversion. A larger width, or precision of a number, is taken for this: a
 * descriptor that anybody may have written must not ask for any amount of memory.
 */
export const WIDTH_MAX = 4095;

const CONVERSION = /%([-+ #0]*)(\d*)(?:\.(\d*))?([hljztLq]*)([diuxXocspeEfFgGaA])|%%|%/g;
const NO_CONVERSION = {
  letter: "",
  left: false,
  plus: false,
  space: false,
  alternative: false,
  zero: false,
  width: 0,
  precision: -1,
  narrow: 0,
  isPlain: true,
};

/**
 * Compiles a format for arguments of these types.
 *
 * @param format As a text of bytes.
 * @returns One piece for each argument, and one for what follows the last.
 * @throws {SyntaxError} The contract does not know such a format, or it does not fit the arguments.
 */
export function parseFormat(format: string, types: readonly number[]): FormatPiece[] {
  const pieces: FormatPiece[] = [];
  let literal = "", end = 0;
  for (const match of format.matchAll(CONVERSION)) {
    literal += format.slice(end, match.index);
    end = match.index + match[0].length;
    if (match[0] === "%%") {
      literal += "%";
      continue;
    }
    const piece = toPiece(literal, match);
    const type = types[pieces.length];
    if (type === undefined) throw new SyntaxError(`the format has more conversions than arguments`);
    if (!lettersOf(type).includes(piece.letter)) {
      throw new SyntaxError(
        `argument ${pieces.length + 1} is of type ${type}, which ${match[0]} cannot print`,
      );
    }
    pieces.push(piece);
    literal = "";
  }
  if (pieces.length < types.length) throw new SyntaxError("the format has fewer conversions than arguments");
  return [...pieces, { ...NO_CONVERSION, literal: literal + format.slice(end) }];
}

function toPiece(literal: string, match: RegExpExecArray): FormatPiece {
  const [, flags = "", width = "", precision, length, letter] = match;
  if (letter === undefined) {
    const found = match.input.slice(match.index, match.index + 8);
    throw new SyntaxError(`the format has "${found}" where a conversion should be`);
  }
  return {
    literal,
    letter,
    left: flags.includes("-"),
    plus: flags.includes("+"),
    space: flags.includes(" "),
    alternative: flags.includes("#"),
    zero: flags.includes("0"),
    width: Math.min(Number(width), WIDTH_MAX),
    precision: precision === undefined
      ? -1
      : letter === "s"
      ? Number(precision)
      : Math.min(Number(precision), WIDTH_MAX),
    narrow: length === "hh" ? 8 : length === "h" ? 16 : 0,
    isPlain: flags === "" && width === "" && precision === undefined && length !== "h" && length !== "hh",
  };
}

function lettersOf(type: number): string {
  switch (type) {
    case ArgumentType.f32:
    case ArgumentType.f64:
      return "eEfFgGaA";
    case ArgumentType.text:
    case ArgumentType.text16:
    case ArgumentType.bytes:
      return "s";
    case ArgumentType.pointer:
      return "pdiuxXo";
    case ArgumentType.bool:
    case ArgumentType.enum:
    case ArgumentType.errno:
    case ArgumentType.ntstatus:
    case ArgumentType.hresult:
      return "sdiuxXoc";
    default:
      return "diuxXoc";
  }
}
