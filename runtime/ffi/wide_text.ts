/**
 * Texts as Windows takes them: UTF-16 with a terminator.
 * @module
 */

/**
 * Encodes a text.
 *
 * @throws {TypeError} It holds a zero character.
 */
export function encodeWide(text: string): Uint8Array<ArrayBuffer> {
  if (text.includes("\0")) {
    throw new TypeError(`a text for Windows cannot hold a zero character: ${JSON.stringify(text)}`);
  }
  const units = Uint16Array.from(
    { length: text.length + 1 },
    (_, at) => at < text.length ? text.charCodeAt(at) : 0,
  );
  return new Uint8Array(units.buffer);
}

/** Decodes one, up to its terminator. */
export function decodeWide(bytes: Uint8Array): string {
  const text = new TextDecoder("utf-16le").decode(bytes.subarray(0, bytes.length & ~1));
  const end = text.indexOf("\0");
  return end < 0 ? text : text.slice(0, end);
}
