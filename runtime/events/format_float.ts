/**
 * Floating point as printf writes it (C11, 7.21.6.1; where that leaves a choice, as glibc does), exact for every precision: numbers are
 * whole multiples of powers of two and are rounded to even by integer arithmetic.
 *
 * The standard library's `sprintf` (deno-std, fmt/printf) and the usual packages build on `toFixed` and `toExponential`, which round halves away from
 * zero, stop at 100 digits and know no `%a`.
 *
 * @module
 */
import { layOut, pad, signOf } from "./format_integer.ts";
import type { FormatPiece } from "./parse_format.ts";

const FRACTION_BITS = 52, EXPONENT_BIAS = 1023, EXPONENT_MIN = -1022;
const DEFAULT_PRECISION = 6;

/**
 * A number by a conversion of `eEfFgGaA`.
 *
 * @param isNegative The sign bit: zeros and NaNs have one too.
 */
export function formatFloat(piece: FormatPiece, value: number, isNegative: boolean): string {
  const lower = piece.letter.toLowerCase();
  const sign = isNegative ? "-" : signOf(piece);
  if (!Number.isFinite(value)) {
    const name = Number.isNaN(value) ? "nan" : "inf";
    return pad(piece, sign + (lower === piece.letter ? name : name.toUpperCase()));
  }
  const parts = takeApart(value);
  const text = lower === "a"
    ? formatHexadecimal(piece, parts)
    : lower === "e"
    ? formatScientific(parts, value, precisionOf(piece), piece.alternative)
    : lower === "f"
    ? formatFixed(parts, precisionOf(piece), piece.alternative)
    : formatShort(piece, parts, value);
  const prefix = lower === "a" ? "0x" : "";
  const cased = lower === piece.letter ? prefix + text : (prefix + text).toUpperCase();
  return layOut(piece, sign + cased.slice(0, prefix.length), cased.slice(prefix.length), piece.zero);
}

/** |value| = significand * 2 ** exponent; the implicit bit is part of the significand. */
interface Parts {
  readonly significand: bigint;
  readonly exponent: number;
}

function takeApart(value: number): Parts {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  const bits = view.getBigUint64(0);
  const fraction = BigInt.asUintN(FRACTION_BITS, bits);
  const biased = Number(bits >> BigInt(FRACTION_BITS)) & 0x7ff;
  return biased === 0 ? { significand: fraction, exponent: EXPONENT_MIN - FRACTION_BITS } : {
    significand: fraction | 1n << BigInt(FRACTION_BITS),
    exponent: biased - EXPONENT_BIAS - FRACTION_BITS,
  };
}

function precisionOf({ precision }: FormatPiece): number {
  return precision < 0 ? DEFAULT_PRECISION : precision;
}

/** numerator / denominator, a half to the even neighbour. */
function divideToEven(numerator: bigint, denominator: bigint): bigint {
  const quotient = numerator / denominator;
  const twice = 2n * (numerator - quotient * denominator);
  const isUp = twice > denominator || (twice === denominator && (quotient & 1n) === 1n);
  return isUp ? quotient + 1n : quotient;
}

/** The number times 10 ** scale as an integer. */
function scaled({ significand, exponent }: Parts, scale: number): bigint {
  let numerator = significand, denominator = 1n;
  if (scale > 0) numerator *= 10n ** BigInt(scale);
  else denominator *= 10n ** BigInt(-scale);
  if (exponent > 0) numerator <<= BigInt(exponent);
  else denominator <<= BigInt(-exponent);
  return divideToEven(numerator, denominator);
}

function formatFixed(parts: Parts, precision: number, hasPoint: boolean): string {
  const digits = scaled(parts, precision).toString().padStart(precision + 1, "0");
  return withPoint(digits, digits.length - precision, hasPoint);
}

function withPoint(digits: string, at: number, hasPoint: boolean): string {
  const fraction = digits.slice(at);
  return fraction === "" && !hasPoint ? digits : `${digits.slice(0, at)}.${fraction}`;
}

/** The digits of the number rounded to `count` of them, and the power of ten of the first. */
function significantDigits(parts: Parts, value: number, count: number): { digits: string; power: number } {
  if (parts.significand === 0n) return { digits: "0".repeat(count), power: 0 };
  // From below: the logarithm may be off by one beside a power of ten, and too high a power would round to what looks right.
  for (let power = Math.floor(Math.log10(Math.abs(value))) - 1;; power++) {
    const digits = scaled(parts, count - 1 - power).toString();
    if (digits.length <= count) return { digits, power };
  }
}

function withExponent(digits: string, power: number, hasPoint: boolean): string {
  const sign = power < 0 ? "-" : "+";
  return `${withPoint(digits, 1, hasPoint)}e${sign}${String(Math.abs(power)).padStart(2, "0")}`;
}

function formatScientific(parts: Parts, value: number, precision: number, hasPoint: boolean): string {
  const { digits, power } = significantDigits(parts, value, precision + 1);
  return withExponent(digits, power, hasPoint);
}

/** `%g`: the one of both forms that fits, without the zeros at its end. */
function formatShort(piece: FormatPiece, parts: Parts, value: number): string {
  const count = precisionOf(piece) || 1;
  const { digits, power } = significantDigits(parts, value, count);
  if (power < -4 || power >= count) {
    return withExponent(piece.alternative ? digits : stripZeros(digits, 1), power, piece.alternative);
  }
  const whole = power < 0 ? "0".repeat(-power) + digits : digits;
  const at = Math.max(power, 0) + 1;
  return withPoint(piece.alternative ? whole : stripZeros(whole, at), at, piece.alternative);
}

function stripZeros(digits: string, atLeast: number): string {
  let end = digits.length;
  while (end > atLeast && digits[end - 1] === "0") end--;
  return digits.slice(0, end);
}

/** `%a` without its 0x: one digit before the point, 1 of normal numbers and 0 of others; it can become 2 by rounding. */
function formatHexadecimal(
  { precision, alternative }: FormatPiece,
  { significand, exponent }: Parts,
): string {
  const digitCount = FRACTION_BITS / 4;
  const dropped = precision < 0 ? 0 : Math.max(digitCount - precision, 0);
  const rounded = divideToEven(significand, 1n << BigInt(4 * dropped)).toString(16).padStart(
    digitCount + 1 - dropped,
    "0",
  );
  const digits = precision < 0 ? stripZeros(rounded, 1) : rounded.padEnd(precision + 1, "0");
  const power = significand === 0n ? 0 : exponent + FRACTION_BITS;
  return `${withPoint(digits, 1, alternative)}p${power < 0 ? "-" : "+"}${Math.abs(power)}`;
}
