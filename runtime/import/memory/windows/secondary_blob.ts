/**
 * What the driver adds to a dump of Windows that has no memory in it: driver/include/rs_dump_secondary.h, where its layout is told.
 *
 * Windows puts such data behind the dump, each with the GUID of its driver; where exactly is documented nowhere. It is looked for by its
 * own magic and believed when its checksum fits.
 *
 * @module
 */
import { crc32c } from "../../../arrow/crc32c.ts";
import { exactly, type ImageBytes, readBytes } from "../image_bytes.ts";
import type { Steps } from "../steps.ts";

/** "RSDUNDRY", then bytes that are no text. */
export const BLOB_MAGIC = Uint8Array.of(
  0x52,
  0x53,
  0x44,
  0x55,
  0x4e,
  0x44,
  0x52,
  0x59,
  0x97,
  0xce,
  0xe2,
  0x7b,
  0x0d,
  0x0a,
  0x1a,
  0x0a,
);

const VERSION = 1;
/** Bytes of the header, and of the head of a record. */
export const BLOB_HEADER_BYTES = 64, RECORD_BYTES = 48;
/** More than Windows takes of all drivers together is not read (Windows Internals, 6th edition, part 2, "Crash Dump Files": 256 MiB). */
const BLOB_BYTES_MAX = 2 ** 28;
/** Magics that are no blob and are looked at all the same. */
const TRIES_MAX = 16;
const PIECE_BYTES = 2 ** 22;

/** Kinds of records. */
export const RecordKind = { set: 1, bytes: 2, ring: 3 } as const;

/** A record; what `a` to `d` mean is told with the kinds. */
export interface SecondaryRecord {
  readonly kind: number;
  /** Number of the set in the blob. */
  readonly set: number;
  readonly a: bigint;
  readonly b: bigint;
  readonly c: bigint;
  readonly d: bigint;
  readonly data: Uint8Array<ArrayBuffer>;
}

/** A blob whose checksum fits. */
export interface SecondaryBlob {
  /** `rs_dump_os`. */
  readonly os: number;
  readonly records: readonly SecondaryRecord[];
}

/** Why bytes with the magic are no blob. */
export type BadBlob = "torn" | "of another version";

/** Looks for the blob in a whole file; null where there is none. */
export async function findSecondaryBlob(
  bytes: ImageBytes,
  steps: Steps,
): Promise<SecondaryBlob | BadBlob | null> {
  let bad: BadBlob | null = null;
  let tries = 0;
  const piece = new Uint8Array(PIECE_BYTES);
  for (let from = 0; from < bytes.size; from += PIECE_BYTES - BLOB_MAGIC.length + 1) {
    const read = piece.subarray(0, bytes.readAt(from, piece));
    for (let at = indexOfMagic(read, 0); at >= 0; at = indexOfMagic(read, at + 1)) {
      const found = readBlob(bytes, from + at);
      if (typeof found === "object") return found;
      bad = found;
      if (++tries === TRIES_MAX) return bad;
    }
    await steps.step("scan", from + read.length, bytes.size);
  }
  return bad;
}

function indexOfMagic(bytes: Uint8Array, from: number): number {
  for (let at = bytes.indexOf(BLOB_MAGIC[0]!, from); at >= 0; at = bytes.indexOf(BLOB_MAGIC[0]!, at + 1)) {
    if (BLOB_MAGIC.every((byte, n) => bytes[at + n] === byte)) return at;
  }
  return -1;
}

function readBlob(bytes: ImageBytes, offset: number): SecondaryBlob | BadBlob {
  const head = readBytes(bytes, offset, BLOB_HEADER_BYTES);
  if (head === null) return "torn";
  const view = new DataView(head.buffer);
  const length = exactly(view.getBigUint64(24, true)) ?? Infinity;
  const whole = length < BLOB_HEADER_BYTES || length > BLOB_BYTES_MAX || length % 8 !== 0
    ? null
    : readBytes(bytes, offset, length);
  if (whole === null) return "torn";
  const sum = view.getUint32(60, true);
  whole.fill(0, 60, 64);
  if (crc32c(whole) !== sum) return "torn";
  if (view.getUint32(16, true) !== VERSION || view.getUint32(20, true) !== BLOB_HEADER_BYTES) {
    return "of another version";
  }
  const records = readRecords(whole, view.getUint32(32, true));
  return records === null ? "torn" : { os: view.getUint32(40, true), records };
}

/** Null where they do not end where the blob does. */
function readRecords(blob: Uint8Array<ArrayBuffer>, count: number): SecondaryRecord[] | null {
  const view = new DataView(blob.buffer);
  const records: SecondaryRecord[] = [];
  let at = BLOB_HEADER_BYTES;
  while (records.length < count && blob.length - at >= RECORD_BYTES) {
    const length = exactly(view.getBigUint64(at + 8, true)) ?? Infinity;
    const data = at + RECORD_BYTES;
    if (length > blob.length - data) return null;
    records.push({
      kind: view.getUint32(at, true),
      set: view.getUint32(at + 4, true),
      a: view.getBigUint64(at + 16, true),
      b: view.getBigUint64(at + 24, true),
      c: view.getBigUint64(at + 32, true),
      d: view.getBigUint64(at + 40, true),
      data: blob.subarray(data, data + length),
    });
    at = data + Math.ceil(length / 8) * 8;
  }
  return records.length === count && at === blob.length ? records : null;
}
