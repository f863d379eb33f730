const UNITS: Record<string, number> = {
  "": 1,
  b: 1,
  k: 1024,
  kib: 1024,
  kb: 1000,
  m: 1024 ** 2,
  mib: 1024 ** 2,
  mb: 1000 ** 2,
  g: 1024 ** 3,
  gib: 1024 ** 3,
  gb: 1000 ** 3,
};

/**
 * The bytes that a size names: `4MiB`, `64KiB`, `1 GB`, `65536`. `K`, `M` and `G` alone are powers of 1,024.
 * Throws RangeError when it is no size or not a whole number of bytes.
 */
export function parseSize(text: string): number {
  const match = /^(\d+(?:\.\d+)?)\s*([a-z]*)$/i.exec(text.trim());
  const unit = UNITS[match?.[2]?.toLowerCase() ?? "none"];
  const bytes = Number(match?.[1]) * (unit ?? NaN);
  if (!Number.isSafeInteger(bytes) || bytes === 0) {
    throw new RangeError(`"${text}" is no size; write for example 65536, 64KiB or 4MiB`);
  }
  return bytes;
}

const RING_BYTES_MIN = 4096;
const RING_BYTES_MAX = 2 ** 30;

/** As {@link parseSize}, for one ring: a power of two from 4 KiB to 1 GiB. */
export function parseRingSize(text: string): number {
  const bytes = parseSize(text);
  if (bytes < RING_BYTES_MIN || bytes > RING_BYTES_MAX || !Number.isInteger(Math.log2(bytes))) {
    throw new RangeError(`"${text}" is ${bytes} bytes, and a ring is a power of two from 4KiB to 1GiB`);
  }
  return bytes;
}
