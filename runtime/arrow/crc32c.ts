/**
 * CRC-32C (Castagnoli, RFC 3720 B.4), eight bytes at a time: about 1.4 GB/s. Stands in where the native
 * library, which uses the processor's own instruction, is not built.
 *
 * @module
 */

/** CRC-32C of bytes, continued from `crc` (0 to begin). */
export type Crc32c = (bytes: Uint8Array<ArrayBuffer>, crc?: number) => number;

const POLYNOMIAL = 0x82f63b78; // 0x1edc6f41 with its bits reversed
const TABLES = makeTables();

/** Table 0 advances by one byte; table n by one byte and then n zero bytes. */
function makeTables(): Uint32Array {
  const tables = new Uint32Array(8 * 256);
  for (let value = 0; value < 256; value++) {
    let crc = value;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? crc >>> 1 ^ POLYNOMIAL : crc >>> 1;
    tables[value] = crc;
  }
  for (let at = 256; at < tables.length; at++) {
    const before = tables[at - 256]!;
    tables[at] = before >>> 8 ^ tables[before & 0xff]!;
  }
  return tables;
}

/** The checksum by tables. */
export const crc32c: Crc32c = (bytes, crc = 0) => {
  const t = TABLES;
  let sum = ~crc;
  let at = 0;
  const aligned = Math.min(-bytes.byteOffset & 3, bytes.length);
  for (; at < aligned; at++) sum = sum >>> 8 ^ t[(sum ^ bytes[at]!) & 0xff]!;
  const words = new Uint32Array(
    bytes.buffer,
    aligned === bytes.length ? 0 : bytes.byteOffset + aligned,
    bytes.length - aligned >> 2,
  );
  const pairs = words.length & ~1;
  for (let word = 0; word < pairs; word += 2) {
    const a = words[word]! ^ sum, b = words[word + 1]!;
    sum = t[1792 + (a & 0xff)]! ^ t[1536 + (a >>> 8 & 0xff)]! ^ t[1280 + (a >>> 16 & 0xff)]! ^
      t[1024 + (a >>> 24)]! ^ t[768 + (b & 0xff)]! ^ t[512 + (b >>> 8 & 0xff)]! ^
      t[256 + (b >>> 16 & 0xff)]! ^
      t[b >>> 24]!;
  }
  for (at += 4 * pairs; at < bytes.length; at++) sum = sum >>> 8 ^ t[(sum ^ bytes[at]!) & 0xff]!;
  return ~sum >>> 0;
};
