/**
 * Seeds of the calibration: each row draws from one of its own, so that no two rows err together.
 * @module
 */

/** A seed that follows from what it is for, 32 bits: FNV-1a over the words. */
export function seedOf(...purpose: readonly (string | number)[]): number {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(purpose.join("\n"))) {
    hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  }
  return hash;
}
