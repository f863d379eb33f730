/**
 * Descriptor blocks: which frames hold the pages of a ring set. The mirror of driver/include/rs_dump.h, where they are told; the checks
 * are those of driver/core/dump.c.
 *
 * @module
 */
import { crc32c } from "../../arrow/crc32c.ts";
import { fixedText } from "./vmcoreinfo.ts";

/** Of a block, and of a page that it names. */
export const BLOCK_BYTES = 4096;
/** Frames in a block. */
export const BLOCK_FRAMES = 496;
/** The first two words of a block, as 32-bit little-endian numbers. */
export const MAGIC_WORDS = [0x55445352, 0xa9d3504d, 0x5b8ec47f, 0x0a1a0a0d] as const;

const VERSION = 1;
const FRAME_MISSING = 0xffff_ffff_ffff_ffffn;
const at = {
  version: 16,
  blockBytes: 20,
  setId: 24,
  name: 40,
  totalBytes: 72,
  pageBytes: 80,
  pageCount: 84,
  block: 88,
  blockCount: 92,
  firstPage: 96,
  frameCount: 100,
  madeUnixNs: 104,
  os: 112,
  crc32c: 124,
  frame: 128,
} as const;

/** One checked block. */
export interface DumpBlock {
  /** 32 hex digits. */
  readonly setId: string;
  /** Of the set; "" where its bytes are not printable. */
  readonly name: string;
  readonly totalBytes: number;
  readonly pageCount: number;
  readonly block: number;
  readonly blockCount: number;
  readonly madeUnixNs: bigint;
  /** 1 Linux, 2 Windows. */
  readonly os: number;
  /** Physical address / 4096 of each page; -1 where the driver knew none. */
  readonly frames: Float64Array;
}

/** Why bytes with the magic are no block. */
export type BadBlock = "torn" | "of another version";

/** Whether a page begins as a block does. `words` are the page's first four 32-bit words. */
export function hasMagic(words: Uint32Array, from: number): boolean {
  return words[from] === MAGIC_WORDS[0] && words[from + 1] === MAGIC_WORDS[1] &&
    words[from + 2] === MAGIC_WORDS[2] &&
    words[from + 3] === MAGIC_WORDS[3];
}

/** Checks a page that has the magic and gives what it says. */
export function readDumpBlock(page: Uint8Array): DumpBlock | BadBlock {
  const bytes = page.slice(0, BLOCK_BYTES);
  const view = new DataView(bytes.buffer);
  const sum = view.getUint32(at.crc32c, true);
  view.setUint32(at.crc32c, 0, true);
  if (crc32c(bytes) !== sum) return "torn";
  const u32 = (offset: number) => view.getUint32(offset, true);
  if (u32(at.version) !== VERSION) return "of another version";
  const totalBytes = view.getBigUint64(at.totalBytes, true);
  const pageCount = u32(at.pageCount),
    block = u32(at.block),
    blockCount = u32(at.blockCount),
    frameCount = u32(at.frameCount);
  const firstPage = block * BLOCK_FRAMES;
  if (
    u32(at.blockBytes) !== BLOCK_BYTES || u32(at.pageBytes) !== BLOCK_BYTES || pageCount === 0 ||
    (totalBytes + BigInt(BLOCK_BYTES - 1)) / BigInt(BLOCK_BYTES) !== BigInt(pageCount) ||
    blockCount !== Math.ceil(pageCount / BLOCK_FRAMES) || block >= blockCount ||
    u32(at.firstPage) !== firstPage ||
    frameCount !== Math.min(BLOCK_FRAMES, pageCount - firstPage)
  ) return "torn";
  const frames = Float64Array.from({ length: frameCount }, (_, n) => {
    const frame = view.getBigUint64(at.frame + 8 * n, true);
    return frame === FRAME_MISSING || frame > BigInt(Number.MAX_SAFE_INTEGER) ? -1 : Number(frame);
  });
  return {
    setId: bytes.subarray(at.setId, at.setId + 16).toHex(),
    name: fixedText(bytes.subarray(at.name, at.name + 32)),
    totalBytes: Number(totalBytes),
    pageCount,
    block,
    blockCount,
    madeUnixNs: view.getBigInt64(at.madeUnixNs, true),
    os: u32(at.os),
    frames,
  };
}
