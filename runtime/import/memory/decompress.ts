/**
 * The ways in which kdump-compressed images pack their pages.
 *
 * @module
 */
import zlib from "node:zlib";
import { decompressLzo } from "./lzo.ts";
import { decompressSnappy } from "./snappy.ts";

type Unpack = (from: Uint8Array, options: { maxOutputLength: number }) => Uint8Array;

/** Deno has it, and its types of node:zlib do not yet. */
const { inflateSync, zstdDecompressSync } = zlib as unknown as Record<
  "inflateSync" | "zstdDecompressSync",
  Unpack
>;

/** Flags of a page's descriptor (makedumpfile, diskdump_mod.h). */
export const PageFlag = { zlib: 0x1, lzo: 0x2, snappy: 0x4, zstd: 0x20 } as const;

/** How the pages of an image are packed, by their flag. */
export const PACKINGS: Readonly<Record<number, string>> = {
  [PageFlag.zlib]: "zlib",
  [PageFlag.lzo]: "lzo",
  [PageFlag.snappy]: "snappy",
  [PageFlag.zstd]: "zstd",
};

/**
 * Unpacks one page.
 *
 * @param packing One of the flags of {@link PACKINGS}, or 0 for bytes as they are.
 * @param into Takes exactly one page.
 * @returns Whether it was one.
 */
export function unpackPage(
  packing: number,
  from: Uint8Array<ArrayBuffer>,
  into: Uint8Array<ArrayBuffer>,
): boolean {
  switch (packing) {
    case 0:
      if (from.length === into.length) into.set(from);
      return from.length === into.length;
    case PageFlag.lzo:
      return decompressLzo(from, into) === into.length;
    case PageFlag.snappy:
      return decompressSnappy(from, into) === into.length;
    case PageFlag.zlib:
      return unpackBy(inflateSync, from, into);
    case PageFlag.zstd:
      return unpackBy(zstdDecompressSync, from, into);
    default:
      return false;
  }
}

function unpackBy(unpack: Unpack, from: Uint8Array, into: Uint8Array): boolean {
  try {
    const bytes = unpack(from, { maxOutputLength: into.length });
    if (bytes.length === into.length) into.set(bytes);
    return bytes.length === into.length;
  } catch {
    // The library says what is wrong with the stream; here a page is good or damaged.
    return false;
  }
}
