/**
 * Snappy's raw form, as makedumpfile -p and QEMU's kdump-snappy compress pages with it. Written after its description
 * (google/snappy, format_description.txt); every copy is bounded by both buffers.
 *
 * @module
 */

/**
 * Decompresses one page.
 *
 * @returns How many bytes there are, or -1 when the bytes are no such stream, or more than `into` holds.
 */
export function decompressSnappy(from: Uint8Array, into: Uint8Array): number {
  let at = 0, out = 0;
  let length = 0;
  for (let shift = 0;; shift += 7) {
    if (at >= from.length || shift > 28) return -1;
    const byte = from[at++]!;
    length += (byte & 0x7f) * 2 ** shift;
    if (byte < 0x80) break;
  }
  if (length > into.length) return -1;
  /** So many bytes as a number, little endian; -1 where they are not there. */
  const number = (bytes: number): number => {
    if (bytes > from.length - at) return -1;
    let value = 0;
    for (let n = 0; n < bytes; n++) value += from[at++]! * 2 ** (8 * n);
    return value;
  };
  while (at < from.length) {
    const tag = from[at++]!;
    if ((tag & 3) === 0) {
      const short = tag >> 2;
      const more = short < 60 ? short : number(short - 59);
      const count = more + 1;
      if (more < 0 || count > from.length - at || count > length - out) return -1;
      into.set(from.subarray(at, at + count), out);
      at += count;
      out += count;
      continue;
    }
    const isNear = (tag & 3) === 1;
    const count = isNear ? (tag >> 2 & 7) + 4 : (tag >> 2) + 1;
    const rest = number(isNear ? 1 : (tag & 3) === 2 ? 2 : 4);
    const distance = isNear ? (tag >> 5) * 256 + rest : rest;
    if (rest < 0 || distance === 0 || distance > out || count > length - out) return -1;
    for (let n = 0; n < count; n++, out++) into[out] = into[out - distance]!;
  }
  return out === length ? out : -1;
}
