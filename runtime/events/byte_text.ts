/**
 * Texts of bytes: strings in which each character stands for one byte, so that what printf counts in bytes is counted by `length`.
 * A message is put together that way and decoded as a whole, because a character may begin in one piece and end in the next.
 *
 * @module
 */

const LENIENT = new TextDecoder("utf-8", { ignoreBOM: true });
const LENIENT_16 = new TextDecoder("utf-16le", { ignoreBOM: true });
const ENCODER = new TextEncoder();
/** Arguments of one call are on the stack. */
const CHUNK = 8192;

/** Bytes as a text of bytes. */
export function toByteText(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += CHUNK) {
    text += String.fromCharCode(...bytes.subarray(at, at + CHUNK));
  }
  return text;
}

/** The UTF-8 of a string as a text of bytes. */
export function encodeByteText(text: string): string {
  return isAsciiText(text) ? text : toByteText(ENCODER.encode(text));
}

/** A text of bytes as a string, with U+FFFD where it is not UTF-8. */
export function decodeByteText(text: string): string {
  return isAsciiText(text) ? text : LENIENT.decode(Uint8Array.from(text, (byte) => byte.charCodeAt(0)));
}

/** Bytes as a string, with U+FFFD where they are not UTF-8. */
export function decodeLeniently(bytes: Uint8Array): string {
  return LENIENT.decode(bytes);
}

/** UTF-16 as a string, with U+FFFD for half a surrogate pair and for half a unit at the end. */
export function decodeUtf16(bytes: Uint8Array): string {
  return LENIENT_16.decode(bytes);
}

function isAsciiText(text: string): boolean {
  // deno-lint-ignore no-control-regex -- every character below 0x80 is meant
  return /^[\x00-\x7f]*$/.test(text);
}
