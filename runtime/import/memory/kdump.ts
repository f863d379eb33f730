/**
 * kdump-compressed images: what makedumpfile and QEMU's dump-guest-memory write, page by page packed.
 *
 * A bitmap says which pages there are; the n-th of them has the n-th descriptor: place (u64), bytes (u32), flags (u32), flags of the
 * kernel's page (u64).
 *
 * @module
 */
import { CaptureError } from "../../errors.ts";
import { PACKINGS, PageFlag, unpackPage } from "./decompress.ts";
import { exactly, type ImageBytes, readBytes } from "./image_bytes.ts";
import { type KdumpHeader, readKdumpHeader } from "./kdump_header.ts";
import { PageBitmap } from "./page_bitmap.ts";
import { type MachineFacts, PAGE_BYTES, type PageRun, type PageSource, PageState } from "./page_source.ts";

const DESCRIPTOR_BYTES = 24;
/** Packed pages that lie near each other are read in one go of at most so many bytes. */
const WINDOW_BYTES = 2 ** 20;
/** No less than the largest page. */
const ASIDE_BYTES = 2 ** 16;

/** @throws {CaptureError} It is damaged, or of another kind of machine. */
export function openKdump(bytes: ImageBytes): PageSource {
  const header = readKdumpHeader(bytes);
  const bits = readBytes(bytes, header.bitmapOffset, Math.ceil(header.pages / 8));
  if (bits === null) {
    throw new CaptureError(`import ${bytes.name}: it is cut short within the bitmap of its pages`);
  }
  return new KdumpPages(bytes, header, new PageBitmap(bits, header.pages));
}

class KdumpPages implements PageSource {
  readonly facts: MachineFacts;
  readonly #bytes: ImageBytes;
  readonly #header: KdumpHeader;
  readonly #bitmap: PageBitmap;
  /** Pages of this program in one of the image. */
  readonly #parts: number;
  readonly #ahead = new Window(WINDOW_BYTES);
  readonly #aside = new Window(ASIDE_BYTES);
  #packing = 0;

  constructor(bytes: ImageBytes, header: KdumpHeader, bitmap: PageBitmap) {
    this.facts = header.facts;
    this.#bytes = bytes;
    this.#header = header;
    this.#bitmap = bitmap;
    this.#parts = header.blockBytes / PAGE_BYTES;
  }

  get form(): string {
    return this.#packing === 0 ? "kdump" : `kdump (${PACKINGS[this.#packing]})`;
  }

  get warnings(): readonly string[] {
    return this.#header.isIncomplete
      ? ["the image is incomplete: whoever wrote it says that its disk was full, or that it was stopped"]
      : [];
  }

  *pageRuns(): Generator<PageRun> {
    for (const { frame, count } of this.#bitmap.runs()) {
      yield { frame: frame * this.#parts, count: count * this.#parts };
    }
  }

  readPhysicalPages(frame: number, count: number, into: Uint8Array<ArrayBuffer>): Uint8Array {
    const states = new Uint8Array(count);
    into.fill(0, 0, count * PAGE_BYTES);
    const first = Math.floor(frame / this.#parts), last = Math.floor((frame + count - 1) / this.#parts);
    const block = new Uint8Array(this.#header.blockBytes);
    for (let page = first, run: Descriptors | null = null; page <= last; page++) {
      if (run !== null && page >= run.end) run = null;
      if (this.#bitmap.has(page)) run ??= this.#readDescriptors(page, last + 1);
      const state = this.#readPage(page, run, block);
      for (let part = 0; part < this.#parts; part++) {
        const at = page * this.#parts + part - frame;
        if (at < 0 || at >= count) continue;
        states[at] = state;
        if (state !== PageState.present) continue;
        into.set(block.subarray(part * PAGE_BYTES, (part + 1) * PAGE_BYTES), at * PAGE_BYTES);
      }
    }
    return states;
  }

  [Symbol.dispose](): void {
    this.#bytes[Symbol.dispose]();
  }

  /** The descriptors of the pages from one that is there to the first that is not. */
  #readDescriptors(page: number, limit: number): Descriptors {
    let end = page + 1;
    while (end < limit && this.#bitmap.has(end)) end++;
    const offset = this.#header.descriptorsOffset + this.#bitmap.rank(page) * DESCRIPTOR_BYTES;
    const bytes = new Uint8Array((end - page) * DESCRIPTOR_BYTES);
    const read = offset < this.#bytes.size ? this.#bytes.readAt(offset, bytes) : 0;
    return { page, end, read, view: new DataView(bytes.buffer) };
  }

  #readPage(page: number, run: Descriptors | null, block: Uint8Array<ArrayBuffer>): number {
    if (run === null) return this.#header.isWithoutZeros ? PageState.zero : PageState.missing;
    const at = (page - run.page) * DESCRIPTOR_BYTES;
    if (at + DESCRIPTOR_BYTES > run.read) return PageState.missing;
    const offset = exactly(run.view.getBigUint64(at, true));
    const length = run.view.getUint32(at + 8, true), flags = run.view.getUint32(at + 12, true);
    // Where its disk was full, makedumpfile leaves descriptors that name nothing.
    if (offset === 0 || length === 0) return PageState.missing;
    if (offset === null || length > block.length) return PageState.damaged;
    if (length > this.#bytes.size - offset) return PageState.missing;
    const packing = flags & (PageFlag.zlib | PageFlag.lzo | PageFlag.snappy | PageFlag.zstd);
    if (!unpackPage(packing, this.#readPacked(offset, length), block)) return PageState.damaged;
    this.#packing ||= packing;
    return PageState.present;
  }

  #readPacked(offset: number, length: number): Uint8Array<ArrayBuffer> {
    // Pages of zeros all have the same place, far behind the others'.
    const buffer = this.#ahead.holds(offset, length) || offset >= this.#ahead.offset
      ? this.#ahead
      : this.#aside;
    if (!buffer.holds(offset, length)) buffer.fill(this.#bytes, offset);
    return buffer.take(offset, length);
  }
}

/** A piece of the file. */
class Window {
  offset = 0;
  #length = 0;
  readonly #bytes: Uint8Array<ArrayBuffer>;

  constructor(bytes: number) {
    this.#bytes = new Uint8Array(bytes);
  }

  holds(offset: number, length: number): boolean {
    return offset >= this.offset && offset + length <= this.offset + this.#length;
  }

  fill(bytes: ImageBytes, offset: number): void {
    this.offset = offset;
    this.#length = bytes.readAt(offset, this.#bytes);
  }

  take(offset: number, length: number): Uint8Array<ArrayBuffer> {
    const at = offset - this.offset;
    return this.#bytes.subarray(at, Math.min(at + length, this.#length));
  }
}

interface Descriptors {
  readonly page: number;
  readonly end: number;
  readonly read: number;
  readonly view: DataView<ArrayBuffer>;
}
