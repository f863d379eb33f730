/**
 * Where the batches of a segment stand, from their headers alone: bodies, nearly all of a segment, are stepped over. Used where only
 * the end of a capture is wanted. Whether a batch is whole is for its reader to say.
 *
 * @module
 */
import { CaptureError } from "../errors.ts";
import { decodeHeader } from "./ipc.ts";

/** A batch in a segment. */
export interface BatchPlace {
  /** Where its message begins. */
  readonly offset: number;
  /** Bytes of the message. */
  readonly bytes: number;
  readonly rows: number;
  /** Number of the batch, for gaps that of the logs batch that counts them; NaN where it does not say. */
  readonly batch: number;
}

const PREFIX_BYTES = 8;
/** What is read of a message at once; the headers of usual captures are shorter. */
const PIECE_BYTES = 4096;
const HEADER_BYTES_MAX = 1 << 24;

/**
 * The batches of a segment in their order, up to the end or to the first thing that is no batch.
 *
 * @throws {CaptureError} The file cannot be read.
 */
export function listBatches(path: string): BatchPlace[] {
  const places: BatchPlace[] = [];
  try {
    using file = Deno.openSync(path, { read: true });
    const { size } = file.statSync();
    for (let offset = 0; offset < size;) {
      const place = readPlace(file, offset, size);
      if (place === null) break;
      if (place.rows >= 0) places.push(place);
      offset += place.bytes;
    }
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable || !(error instanceof Error)) throw error;
    if (!(error instanceof SyntaxError || error instanceof RangeError)) {
      throw new CaptureError(`read the segment ${path}: ${error.message}`, { cause: error });
    }
  }
  return places;
}

/** The message at `offset`; null where there is none. Of one that is no batch `rows` is -1. */
function readPlace(file: Deno.FsFile, offset: number, size: number): BatchPlace | null {
  let piece = readAt(file, offset, PIECE_BYTES);
  if (piece.length < PREFIX_BYTES) return null;
  const view = new DataView(piece.buffer);
  const headerBytes = view.getInt32(4, true);
  if (view.getUint32(0, true) !== 0xffffffff || headerBytes <= 0 || headerBytes > HEADER_BYTES_MAX) {
    return null;
  }
  const bodyAt = PREFIX_BYTES + headerBytes;
  if (bodyAt > piece.length) piece = readAt(file, offset, bodyAt);
  if (bodyAt > piece.length) return null;
  const header = decodeHeader(piece.subarray(PREFIX_BYTES, bodyAt));
  const bytes = bodyAt + header.bodyBytes;
  if (header.bodyBytes < 0 || offset + bytes > size) return null;
  if (header.kind === "schema") return { offset, bytes, rows: -1, batch: NaN };
  return { offset, bytes, rows: header.rows, batch: Number(header.metadata.get("ringscope.batch") ?? NaN) };
}

function readAt(file: Deno.FsFile, offset: number, count: number): Uint8Array<ArrayBuffer> {
  const buffer = new Uint8Array(count);
  file.seekSync(offset, Deno.SeekMode.Start);
  let held = 0;
  while (held < count) {
    const read = file.readSync(buffer.subarray(held));
    if (read === null) break;
    held += read;
  }
  return buffer.slice(0, held);
}
