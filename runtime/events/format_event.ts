/**
 * A payload as the message that its site's format makes of it: printf's own text for everything that the contract allows
 * (driver/EVENTS.md). This is the oracle for driver/reader/event_format.c, and what is used where there is no C compiler.
 *
 * @module
 */
import { ArgumentType } from "./argument_type.ts";
import { decodeByteText, decodeUtf16, encodeByteText, toByteText } from "./byte_text.ts";
import { formatFloat } from "./format_float.ts";
import { formatInteger, pad } from "./format_integer.ts";
import type { FormatPiece } from "./parse_format.ts";
import type { EventArgument, EventSite } from "./parse_site.ts";
import { type BytesValue, type EventValue, type IntegerValue, readPayload } from "./read_payload.ts";
import { ERRNO_NAMES, HRESULT_NAMES, NTSTATUS_NAMES } from "./status_names.ts";

const ELLIPSIS = encodeByteText("…");

/**
 * The message of an event. What is wrong with the payload stands in it: `<damaged: …>`. A text that was cut ends with `…`.
 *
 * @param site An event's site.
 */
export function formatEvent(site: EventSite, payload: Uint8Array): string {
  return decodeByteText(formatByteText(site, payload));
}

/** The same as a text of bytes, some of which may not be UTF-8. */
export function formatByteText(site: EventSite, payload: Uint8Array): string {
  const { values, left } = readPayload(site.arguments, payload);
  let text = "";
  for (let at = 0; at < values.length; at++) {
    const piece = site.pieces[at]!;
    text += piece.literal + formatValue(piece, site.arguments[at]!, values[at]!);
  }
  text += site.pieces[values.length]!.literal;
  const missing = site.arguments[values.length];
  if (missing !== undefined) text += `<damaged: the payload ends before ${encodeByteText(missing.key)}>`;
  else if (left > 0) text += ` <damaged: ${left} ${left === 1 ? "byte is" : "bytes are"} left over>`;
  return text;
}

function formatValue(piece: FormatPiece, argument: EventArgument, value: EventValue): string {
  if (value.kind === "float") return formatFloat(piece, value.value, value.isNegative);
  if (value.kind === "bytes") return pad(piece, formatBytes(piece, argument, value));
  if (piece.letter === "s") return pad(piece, cutText(nameOf(argument, value), piece.precision));
  const { value: number } = value;
  if (piece.letter === "c") return pad(piece, String.fromCharCode(Number(BigInt.asUintN(8, BigInt(number)))));
  if (piece.letter === "p" && number === 0n) return pad(piece, "(nil)");
  return formatInteger(piece, number);
}

function cutText(text: string, precision: number): string {
  return precision < 0 ? text : text.slice(0, precision);
}

function formatBytes({ precision }: FormatPiece, argument: EventArgument, value: BytesValue): string {
  // As glibc: a null pointer is told whole or not at all.
  if (value.bytes === null) return precision >= 0 && precision < "(null)".length ? "" : "(null)";
  const whole = bytesText(argument.type, value.bytes);
  const cut = argument.type === ArgumentType.text16 && precision >= 0
    ? cutCharacters(whole, precision)
    : cutText(whole, precision);
  // A precision that ends where the kept text does would have cut the whole text there, too.
  const isShown = cut.length === whole.length && (precision < 0 || cut.length < precision);
  return value.original !== null && isShown ? cut + ELLIPSIS : cut;
}

function bytesText(type: number, bytes: Uint8Array): string {
  if (type === ArgumentType.text) return toByteText(bytes);
  if (type === ArgumentType.text16) return encodeByteText(decodeUtf16(bytes));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join(" ");
}

/** Valid UTF-8 without the character that goes beyond `most` bytes, as `%ls` does it. */
function cutCharacters(text: string, most: number): string {
  let end = Math.min(most, text.length);
  while (end > 0 && end < text.length && (text.charCodeAt(end) & 0xc0) === 0x80) end--;
  return text.slice(0, end);
}

/** What `%s` makes of a number that has names, as a text of bytes. */
function nameOf(argument: EventArgument, { value }: IntegerValue): string {
  switch (argument.type) {
    case ArgumentType.bool:
      return value === 0 ? "false" : "true";
    case ArgumentType.enum:
      return argument.enumerators.find((enumerator) => enumerator.value === value)?.nameBytes ??
        String(value);
    case ArgumentType.errno:
      return errnoText(Number(value));
    case ArgumentType.ntstatus:
      return NTSTATUS_NAMES.get(Number(value)) ?? hexCode(value);
    default:
      return HRESULT_NAMES.get(Number(value)) ?? hexCode(value);
  }
}

/** The kernel returns errors as negative numbers: those are shown as -EIO. */
function errnoText(error: number): string {
  const name = ERRNO_NAMES.get(Math.abs(error));
  return name === undefined ? String(error) : error < 0 ? `-${name}` : name;
}

function hexCode(value: number | bigint): string {
  return `0x${value.toString(16).padStart(8, "0")}`;
}

/**
 * What stands in a column of text for a value: its name, its character, or the text itself, which ends with `…` and its original
 * length in bytes where it was cut: `\Device\Hard…(4096)`. Null for a null pointer.
 */
export function columnText(argument: EventArgument, value: EventValue): string | null {
  if (value.kind === "float") throw new TypeError("a floating-point number has no column of text");
  if (value.kind === "integer") {
    if (argument.type !== ArgumentType.char) return decodeByteText(nameOf(argument, value));
    return decodeByteText(String.fromCharCode(Number(value.value) & 0xff));
  }
  if (value.bytes === null) return null;
  const text = decodeByteText(bytesText(argument.type, value.bytes));
  return value.original === null ? text : `${text}…(${value.original})`;
}
