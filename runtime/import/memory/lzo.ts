/**
 * LZO1X, as makedumpfile -l and QEMU's kdump-lzo compress pages with it. Written after the description of its stream in Linux
 * (Documentation/staging/lzo.rst); every copy is bounded by both buffers.
 *
 * @module
 */

/** Distances of the two longer forms count from here. */
const FAR = 16384, MIDDLE = 2049;

/**
 * Decompresses one page.
 *
 * @returns How many bytes there are, or -1 when the bytes are no such stream, or more than `into` holds.
 */
export function decompressLzo(from: Uint8Array, into: Uint8Array): number {
  let at = 0, out = 0;
  /** Literals that the last instruction copied: 0 to 3, or 4 for a run; it decides what the next small one means. */
  let state = 0;

  /** A length that goes on in further bytes: each zero counts 255. */
  const longLength = (base: number): number => {
    let zeros = 0;
    while (at < from.length && from[at] === 0) {
      at++;
      zeros++;
    }
    return at < from.length ? base + zeros * 255 + from[at++]! : -1;
  };
  const copyLiterals = (count: number): boolean => {
    if (count < 0 || count > from.length - at || count > into.length - out) return false;
    for (let n = 0; n < count; n++) into[out++] = from[at++]!;
    return true;
  };
  const copyBack = (distance: number, count: number): boolean => {
    if (count < 0 || distance > out || count > into.length - out) return false;
    // Byte by byte: what is copied may be what was just written.
    for (let n = 0; n < count; n++, out++) into[out] = into[out - distance]!;
    return true;
  };

  if (from.length > 0 && from[0]! > 17) {
    const count = from[at++]! - 17;
    if (!copyLiterals(count)) return -1;
    state = count < 4 ? count : 4;
  }
  while (at < from.length) {
    const code = from[at++]!;
    if (code < 16 && state === 0) {
      const count = code === 0 ? longLength(18) : code + 3;
      if (!copyLiterals(count)) return -1;
      state = 4;
      continue;
    }
    let distance: number, count: number, trailing: number;
    if (code < 16) {
      if (at >= from.length) return -1;
      trailing = code & 3;
      distance = (from[at++]! << 2) + (code >> 2) + (state === 4 ? MIDDLE : 1);
      count = state === 4 ? 3 : 2;
    } else if (code >= 64) {
      if (at >= from.length) return -1;
      trailing = code & 3;
      distance = (from[at++]! << 3) + (code >> 2 & 7) + 1;
      count = (code >> 5) + 1;
    } else {
      const mask = code >= 32 ? 31 : 7;
      const short = code & mask;
      count = short === 0 ? longLength(mask + 2) : short + 2;
      if (count < 0 || at + 2 > from.length) return -1;
      const low = from[at]! | from[at + 1]! << 8;
      at += 2;
      trailing = low & 3;
      if (code >= 32) distance = (low >> 2) + 1;
      else {
        distance = FAR + ((code & 8) << 11) + (low >> 2);
        if (distance === FAR) return count === 3 ? out : -1;
      }
    }
    if (!copyBack(distance, count) || !copyLiterals(trailing)) return -1;
    state = trailing;
  }
  // A stream ends with its mark.
  return -1;
}
