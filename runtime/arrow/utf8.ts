/**
 * Tells whether bytes are UTF-8 (RFC 3629: shortest forms only, no surrogates, nothing above U+10FFFF), in place,
 * because most of the many texts of a batch are ASCII and need no decoder. Used by expand.ts.
 *
 * @module
 */

/** Whether every byte is below 0x80. */
export function isAscii(bytes: Uint8Array): boolean {
  const head = Math.min(-bytes.byteOffset & 3, bytes.length);
  const wordCount = bytes.length - head >> 2;
  let seen = 0;
  for (let at = 0; at < head; at++) seen |= bytes[at]!;
  if (wordCount > 0) {
    const words = new Uint32Array(bytes.buffer, bytes.byteOffset + head, wordCount);
    let high = 0;
    for (let at = 0; at < wordCount; at++) high |= words[at]!;
    if ((high & 0x80808080) !== 0) return false;
  }
  for (let at = head + 4 * wordCount; at < bytes.length; at++) seen |= bytes[at]!;
  return (seen & 0x80) === 0;
}

/** Whether the bytes from `from` up to `to` are a text of their own. */
export function isUtf8(bytes: Uint8Array, from: number, to: number): boolean {
  let at = from;
  while (at < to) {
    const first = bytes[at]!;
    if (first < 0x80) {
      at++;
      continue;
    }
    const length = first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0;
    if (length === 0 || at + length > to) return false;
    const second = bytes[at + 1]!;
    // The second byte's range shuts out longer forms, surrogates and what is beyond Unicode.
    const low = first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80;
    const high = first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf;
    if (second < low || second > high) return false;
    for (let n = 2; n < length; n++) {
      if ((bytes[at + n]! & 0xc0) !== 0x80) return false;
    }
    at += length;
  }
  return true;
}
