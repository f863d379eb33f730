/**
 * Writers of images for tests, after the same descriptions as the readers; what real tools write is in tools_test.ts.
 *
 * @module
 */
import { PAGE_BYTES } from "./page_source.ts";
import type { Memory } from "./test_support.ts";

/** Bytes one behind the other. */
export function joinBytes(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** From address 0 to the last frame. */
export function rawImage(memory: Memory): Uint8Array<ArrayBuffer> {
  const count = Math.max(...memory.keys()) + 1;
  const bytes = new Uint8Array(count * PAGE_BYTES);
  for (const [frame, page] of memory) bytes.set(page, frame * PAGE_BYTES);
  return bytes;
}

/** One piece of memory in an ELF core or a LiME image. */
export interface Piece {
  readonly frame: number;
  readonly count: number;
  /** Where it lies in physical memory; default: at its frame. */
  readonly at?: number;
  /** Pages of zeros that the segment has in memory and not in the file. */
  readonly zeros?: number;
}

function pagesOf(memory: Memory, { frame, count }: Piece): Uint8Array<ArrayBuffer> {
  return joinBytes(
    Array.from({ length: count }, (_, n) => memory.get(frame + n) ?? new Uint8Array(PAGE_BYTES)),
  );
}

function note(name: string, type: number, content: Uint8Array): Uint8Array<ArrayBuffer> {
  const head = new DataView(new ArrayBuffer(12));
  head.setUint32(0, name.length + 1, true);
  head.setUint32(4, content.length, true);
  head.setUint32(8, type, true);
  const padded = (bytes: Uint8Array) => joinBytes([bytes, new Uint8Array((4 - bytes.length % 4) % 4)]);
  return joinBytes([
    new Uint8Array(head.buffer),
    padded(new TextEncoder().encode(`${name}\0`)),
    padded(content),
  ]);
}

/** An ELF core with a segment for each piece. */
export function elfImage(
  memory: Memory,
  pieces: readonly Piece[],
  vmcoreinfo = "",
  processors = 2,
): Uint8Array<ArrayBuffer> {
  const notes = joinBytes([
    ...Array.from({ length: processors }, () => note("CORE", 1, new Uint8Array(336))),
    ...(vmcoreinfo === "" ? [] : [note("VMCOREINFO", 0, new TextEncoder().encode(vmcoreinfo))]),
  ]);
  const count = pieces.length + 1;
  const head = new DataView(new ArrayBuffer(64 + count * 56));
  new Uint8Array(head.buffer).set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
  head.setUint16(16, 4, true);
  head.setUint16(18, 62, true);
  head.setUint32(20, 1, true);
  head.setBigUint64(32, 64n, true);
  head.setUint16(52, 64, true);
  head.setUint16(54, 56, true);
  head.setUint16(56, count, true);
  let offset = head.byteLength;
  const segment = (n: number, type: number, address: number, bytes: number, inMemory: number) => {
    const at = 64 + n * 56;
    head.setUint32(at, type, true);
    head.setBigUint64(at + 8, BigInt(offset), true);
    head.setBigUint64(at + 24, BigInt(address), true);
    head.setBigUint64(at + 32, BigInt(bytes), true);
    head.setBigUint64(at + 40, BigInt(inMemory), true);
    offset += bytes;
  };
  segment(0, 4, 0, notes.length, notes.length);
  for (const [n, { frame, count, at = frame, zeros = 0 }] of pieces.entries()) {
    segment(n + 1, 1, at * PAGE_BYTES, count * PAGE_BYTES, (count + zeros) * PAGE_BYTES);
  }
  return joinBytes([new Uint8Array(head.buffer), notes, ...pieces.map((piece) => pagesOf(memory, piece))]);
}

/** What LiME writes. */
export function limeImage(memory: Memory, pieces: readonly Piece[]): Uint8Array<ArrayBuffer> {
  return joinBytes(pieces.flatMap((piece) => {
    const head = new DataView(new ArrayBuffer(32));
    head.setUint32(0, 0x4c694d45, true);
    head.setUint32(4, 1, true);
    const at = BigInt((piece.at ?? piece.frame) * PAGE_BYTES);
    head.setBigUint64(8, at, true);
    head.setBigUint64(16, at + BigInt(piece.count * PAGE_BYTES) - 1n, true);
    return [new Uint8Array(head.buffer), pagesOf(memory, piece)];
  }));
}

/** How {@link kdumpImage} packs. */
export interface KdumpOptions {
  /** Of packed pages. */
  readonly flag: number;
  /** Null: the page is stored as it is. */
  readonly pack: (page: Uint8Array<ArrayBuffer>) => Uint8Array | null;
  /** As makedumpfile -d: bit 0 leaves out pages of zeros. */
  readonly level?: number;
  readonly vmcoreinfo?: string;
  /** Frames that are memory and not in the image. */
  readonly without?: ReadonlySet<number>;
}

/** A kdump-compressed image, version 6. */
export function kdumpImage(memory: Memory, options: KdumpOptions): Uint8Array<ArrayBuffer> {
  const { flag, pack, level = 0, vmcoreinfo = "", without = new Set() } = options;
  const pages = Math.max(...memory.keys()) + 1;
  const bitmapBlocks = Math.ceil(Math.ceil(pages / 8) / PAGE_BYTES);
  const valid = new Uint8Array(bitmapBlocks * PAGE_BYTES), dumped = valid.slice();
  const bodies: Uint8Array[] = [], descriptors: Uint8Array[] = [];
  const info = new TextEncoder().encode(vmcoreinfo);
  const kept = [...memory].sort(([a], [b]) => a - b).filter(([frame, page]) => {
    valid[frame >> 3]! |= 1 << frame % 8;
    return !without.has(frame) && !((level & 1) !== 0 && page.every((byte) => byte === 0));
  });
  const descriptorsAt = (2 + 2 * bitmapBlocks) * PAGE_BYTES;
  let offset = descriptorsAt + kept.length * 24 + info.length;
  for (const [frame, page] of kept) {
    dumped[frame >> 3]! |= 1 << frame % 8;
    const packed = pack(page);
    const body = packed === null || packed.length >= PAGE_BYTES ? page : packed;
    const descriptor = new DataView(new ArrayBuffer(24));
    descriptor.setBigUint64(0, BigInt(offset), true);
    descriptor.setUint32(8, body.length, true);
    descriptor.setUint32(12, body === page ? 0 : flag, true);
    descriptors.push(new Uint8Array(descriptor.buffer));
    bodies.push(body);
    offset += body.length;
  }
  const head = new DataView(new ArrayBuffer(2 * PAGE_BYTES));
  const bytes = new Uint8Array(head.buffer);
  bytes.set(new TextEncoder().encode("KDUMP   "));
  head.setInt32(8, 6, true);
  for (const [n, text] of ["Linux", "crashed-host", "6.1.0-test", "#1", "x86_64", "(none)"].entries()) {
    bytes.set(new TextEncoder().encode(text), 12 + n * 65);
  }
  head.setInt32(428, PAGE_BYTES, true);
  head.setInt32(432, 1, true);
  head.setUint32(436, 2 * bitmapBlocks, true);
  head.setUint32(440, pages, true);
  head.setInt32(460, 2, true);
  head.setInt32(PAGE_BYTES + 8, level, true);
  if (info.length > 0) {
    head.setBigUint64(PAGE_BYTES + 32, BigInt(descriptorsAt + kept.length * 24), true);
    head.setBigUint64(PAGE_BYTES + 40, BigInt(info.length), true);
  }
  head.setBigUint64(PAGE_BYTES + 96, BigInt(pages), true);
  return joinBytes([bytes, valid, dumped, ...descriptors, info, ...bodies]);
}

/** The same image in pieces, in the order given, as makedumpfile writes into a pipe. */
export function flattenedImage(
  image: Uint8Array,
  pieces: readonly (readonly [number, number])[],
): Uint8Array<ArrayBuffer> {
  const head = new DataView(new ArrayBuffer(PAGE_BYTES));
  new Uint8Array(head.buffer).set(new TextEncoder().encode("makedumpfile"));
  head.setBigInt64(16, 1n);
  head.setBigInt64(24, 1n);
  const record = (place: bigint, length: bigint) => {
    const view = new DataView(new ArrayBuffer(16));
    view.setBigInt64(0, place);
    view.setBigInt64(8, length);
    return new Uint8Array(view.buffer);
  };
  return joinBytes([
    new Uint8Array(head.buffer),
    ...pieces.flatMap(([place, length]) => [
      record(BigInt(place), BigInt(length)),
      image.subarray(place, place + length),
    ]),
    record(-1n, -1n),
  ]);
}
