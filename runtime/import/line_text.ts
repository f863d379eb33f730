/**
 * Bytes of a log as text for parsers, and back without a loss: what is not UTF-8 becomes one character a byte, so that the parts of a
 * line that a parser takes are the same bytes again.
 *
 * @module
 */
const STRICT = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const ENCODER = new TextEncoder();
/** Arguments of one call. */
const PIECE = 8192;

/** A line as text. */
export interface LineText {
  readonly text: string;
  /** Whether each character stands for one byte. */
  readonly isBytes: boolean;
}

/** The text of bytes. */
export function decodeLine(bytes: Uint8Array<ArrayBuffer>): LineText {
  try {
    return { text: STRICT.decode(bytes), isBytes: false };
  } catch {
    return { text: bytesAsText(bytes), isBytes: true };
  }
}

/** The bytes of a part of such a text. */
export function encodePart(text: string, isBytes: boolean): Uint8Array<ArrayBuffer> {
  if (!isBytes) return ENCODER.encode(text);
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at++) bytes[at] = text.charCodeAt(at);
  return bytes;
}

function bytesAsText(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += PIECE) {
    text += String.fromCharCode(...bytes.subarray(at, at + PIECE));
  }
  return text;
}
