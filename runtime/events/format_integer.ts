/**
 * Integers as printf writes them (C11, 7.21.6.1), and `%p` as glibc does. As driver/reader/event_number.c.
 *
 * @module
 */
import type { FormatPiece } from "./parse_format.ts";

/**
 * An integer by a conversion of `diuxXop`. It counts with as many bits as are stored, at least 32, as in a call in C; `h` and `hh` leave
 * less.
 *
 * @param value A bigint has 64 bits, a number 32.
 */
export function formatInteger(piece: FormatPiece, value: number | bigint): string {
  const { letter } = piece;
  if (piece.isPlain) return formatPlainly(letter, value);
  const isSigned = letter === "d" || letter === "i";
  const seen = isSigned ? toSigned(value, piece.narrow) : toUnsigned(value, piece.narrow);
  const isNegative = seen < 0;
  const magnitude = isNegative ? -seen : seen;
  const isAlternative = piece.alternative || letter === "p";
  const base = letter === "o" ? 8 : letter === "x" || letter === "X" || letter === "p" ? 16 : 10;
  let digits = Number(magnitude) === 0 ? "" : magnitude.toString(base);
  if (letter === "X") digits = digits.toUpperCase();
  digits = digits.padStart(piece.precision < 0 ? 1 : piece.precision, "0");
  if (isAlternative && letter === "o" && !digits.startsWith("0")) digits = `0${digits}`;
  // glibc heeds + and space for %p too.
  let prefix = isNegative ? "-" : isSigned || letter === "p" ? signOf(piece) : "";
  if (isAlternative && base === 16 && Number(magnitude) !== 0) prefix += letter === "X" ? "0X" : "0x";
  return layOut(piece, prefix, digits, piece.zero && piece.precision < 0);
}

function formatPlainly(letter: string, value: number | bigint): string {
  switch (letter) {
    case "d":
    case "i":
      return String(toSigned(value, 0));
    case "u":
      return String(toUnsigned(value, 0));
    case "o":
      return toUnsigned(value, 0).toString(8);
    case "x":
      return toUnsigned(value, 0).toString(16);
    case "X":
      return toUnsigned(value, 0).toString(16).toUpperCase();
    default:
      return `0x${toUnsigned(value, 0).toString(16)}`;
  }
}

/** What stands in front of a number that is not negative. */
export function signOf(piece: FormatPiece): string {
  return piece.plus ? "+" : piece.space ? " " : "";
}

/** Fills a number up to the width: with zeros between prefix and digits where these are allowed, or with spaces. */
export function layOut(piece: FormatPiece, prefix: string, digits: string, isZeroFilled: boolean): string {
  const text = isZeroFilled && !piece.left
    ? prefix + digits.padStart(piece.width - prefix.length, "0")
    : prefix + digits;
  return pad(piece, text);
}

/** Fills a text up to the width with spaces. */
export function pad(piece: FormatPiece, text: string): string {
  return piece.left ? text.padEnd(piece.width) : text.padStart(piece.width);
}

function toSigned(value: number | bigint, narrow: number): number | bigint {
  if (typeof value === "bigint") return BigInt.asIntN(64, value);
  const unused = narrow === 0 ? 0 : 32 - narrow;
  return value << unused >> unused;
}

function toUnsigned(value: number | bigint, narrow: number): number | bigint {
  if (typeof value === "bigint") return BigInt.asUintN(64, value);
  const unused = narrow === 0 ? 0 : 32 - narrow;
  return value << unused >>> unused;
}
