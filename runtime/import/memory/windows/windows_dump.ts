/**
 * Dumps of physical memory that 64-bit Windows and its debuggers write. Behind the header stand
 *
 *  - complete dumps: the pages of the runs that the header names, one behind the other;
 *  - kernel, active and live dumps: "SDMP" or "FDMP", "DUMP", at 0x20 the place of the first page, how many there are and how many the
 *    bitmap speaks of (u64 each), at 0x38 the bitmap, the lowest bit of each byte first;
 *  - what WinDbg of 2022 and later writes by .dump /k, /ka and /f: 0x40 (u32), "RDMP", "DUMP", at 0x10 the bytes of what follows the next
 *    field, and that field, the place of the first page (u64 each); at 0x30 ranges of first frame and pages (u64 each), which end with a
 *    frame 0 or, in complete dumps, with as many pages as the u64 at 0x28 says.
 *
 * Microsoft documents none of it; this is what 0vercl0k/kdmp-parser and Rekall's crashdump.py have found out.
 *
 * @module
 */
import { CaptureError } from "../../../errors.ts";
import { exactly, type ImageBytes, readBytes } from "../image_bytes.ts";
import { PageBitmap } from "../page_bitmap.ts";
import { type Extent, mappedPages } from "../page_map.ts";
import { countPages, PAGE_BYTES, type PageRun, type PageSource } from "../page_source.ts";
import { bitmapPages } from "./bitmap_pages.ts";
import { type DumpHeader, HEADER_BYTES, memoryRuns, readDumpHeader } from "./dump_header.ts";

/** DumpType. */
export const DumpType = {
  complete: 1,
  kernel: 2,
  headerOnly: 3,
  triage: 4,
  /** Of the debugger's .dump /f since 2022. */
  completeRanges: 10,
} as const;

/** The bitmap is held in memory: 8 TiB of pages have 256 MiB of one. */
const FRAMES_MAX = 2 ** 31;
const BITMAP_AT = HEADER_BYTES + 0x38, RANGES_AT = HEADER_BYTES + 0x30;
/** Ranges that are read in one go. */
const RANGES_AT_ONCE = 2 ** 16;
const RANGE_BYTES = 16;

type Refuse = (found: string) => CaptureError;

/** @throws {CaptureError} It is damaged, of another kind of machine, or holds no physical memory. */
export function openWindowsDump(bytes: ImageBytes): PageSource {
  const header = readDumpHeader(bytes);
  const refuse: Refuse = (found) =>
    new CaptureError(`import ${bytes.name}: it is a damaged memory dump of Windows: ${found}`);
  if (header.type === DumpType.complete) return openRuns(bytes, header, refuse);
  const words = readBytes(bytes, HEADER_BYTES, 16);
  const text = words === null ? "" : new TextDecoder("latin1").decode(words);
  if (text.startsWith("SDMPDUMP") || text.startsWith("FDMPDUMP")) return openBitmap(bytes, header, refuse);
  if (text.startsWith("@\0\0\0RDMPDUMP")) return openRanges(bytes, header, refuse);
  throw new CaptureError(
    header.type === DumpType.headerOnly
      ? `import ${bytes.name}: it is a memory dump of Windows that has a header and no memory; let Windows write kernel or complete dumps`
      : `import ${bytes.name}: it is a memory dump of Windows of type ${header.type}, and what follows its header is of no known form; ` +
        "let Windows write kernel or complete dumps",
  );
}

function openRuns(bytes: ImageBytes, { view, facts }: DumpHeader, refuse: Refuse): PageSource {
  const most = Math.floor((memoryRuns.bytes - memoryRuns.runs) / memoryRuns.runBytes);
  const count = view.getUint32(memoryRuns.at + memoryRuns.count, true);
  if (count === 0 || count > most) {
    throw refuse(`it names ${count} runs of memory, where 1 to ${most} can be`);
  }
  const extents: Extent[] = [];
  let offset = HEADER_BYTES;
  for (let n = 0; n < count; n++) {
    const run = memoryRuns.at + memoryRuns.runs + n * memoryRuns.runBytes;
    const frame = numberAt(view, run), pages = numberAt(view, run + 8);
    if (frame + pages > FRAMES_MAX) throw refuse(`run ${n} of its memory ends behind page ${FRAMES_MAX}`);
    extents.push({ frame, count: pages, offset });
    offset += pages * PAGE_BYTES;
  }
  const named = view.getBigUint64(memoryRuns.at + memoryRuns.pages, true);
  const pages = countPages(extents);
  if (named !== BigInt(pages)) throw refuse(`it names ${named} pages, and its runs have ${pages}`);
  if (doOverlap(extents)) throw refuse("its runs of memory overlap");
  return mappedPages(bytes, { form: "Windows dump (runs)", facts, warnings: [], extents });
}

function doOverlap(runs: readonly PageRun[]): boolean {
  const order = runs.toSorted((a, b) => a.frame - b.frame);
  return order.some(({ frame }, n) => n > 0 && frame < order[n - 1]!.frame + order[n - 1]!.count);
}

function openBitmap(bytes: ImageBytes, { facts }: DumpHeader, refuse: Refuse): PageSource {
  const fields = readFields(bytes, 0x20, 3);
  if (fields === null) throw refuse("it is cut short within the header of its bitmap");
  const [firstPage, named, frames] = fields;
  if (frames > FRAMES_MAX) throw refuse(`its bitmap speaks of more than ${FRAMES_MAX} pages`);
  const bits = readBytes(bytes, BITMAP_AT, Math.ceil(frames / 8));
  if (bits === null) throw refuse(`it is cut short within its bitmap of ${frames} pages`);
  if (firstPage < BITMAP_AT + bits.length) throw refuse("its first page lies within its bitmap");
  const bitmap = new PageBitmap(bits, frames);
  const warnings = named === bitmap.count
    ? []
    : [`the dump says that it has ${named} pages, and its bitmap has ${bitmap.count}`];
  return bitmapPages(bytes, { form: "Windows dump (bitmap)", facts, warnings, bitmap, firstPage });
}

function openRanges(bytes: ImageBytes, { facts, type }: DumpHeader, refuse: Refuse): PageSource {
  const fields = readFields(bytes, 0x10, 4);
  if (fields === null) throw refuse("it is cut short within the header of its ranges");
  const [metadata, firstPage, , named] = fields;
  if (firstPage < RANGES_AT || firstPage - HEADER_BYTES - 0x20 !== metadata) {
    throw refuse(`its first page, at byte ${firstPage}, does not lie behind its ${metadata} bytes of ranges`);
  }
  const isComplete = type === DumpType.completeRanges;
  const pagesMax = isComplete ? named : Infinity;
  const bits = new RangeBits();
  for (const range of readRanges(bytes, firstPage, refuse)) {
    if (bits.pages >= pagesMax || range.count === 0 || (!isComplete && range.frame === 0)) break;
    const problem = bits.add(range);
    if (problem !== null) throw refuse(problem);
  }
  if (isComplete && bits.pages !== pagesMax) {
    throw refuse(`it names ${named} pages, and its ranges have ${bits.pages}`);
  }
  const bitmap = new PageBitmap(bits.bits, bits.end);
  return bitmapPages(bytes, { form: "Windows dump (ranges)", facts, warnings: [], bitmap, firstPage });
}

function* readRanges(bytes: ImageBytes, end: number, refuse: Refuse): Generator<PageRun> {
  const count = Math.floor((end - RANGES_AT) / RANGE_BYTES);
  for (let first = 0; first < count; first += RANGES_AT_ONCE) {
    const some = Math.min(RANGES_AT_ONCE, count - first);
    const part = readBytes(bytes, RANGES_AT + first * RANGE_BYTES, some * RANGE_BYTES);
    if (part === null) throw refuse("it is cut short within its ranges of memory");
    const view = new DataView(part.buffer);
    for (let at = 0; at < part.length; at += RANGE_BYTES) {
      yield { frame: numberAt(view, at), count: numberAt(view, at + 8) };
    }
  }
}

/** Ranges as a bitmap, which is an eighth of a byte for each page however scattered they are. */
class RangeBits {
  /** Pages so far. */
  pages = 0;
  /** Behind the last range. */
  end = 0;
  #bits: Uint8Array<ArrayBuffer> = new Uint8Array(4096);

  get bits(): Uint8Array<ArrayBuffer> {
    return this.#bits;
  }

  /** Returns what is wrong with a range, else null. */
  add({ frame, count }: PageRun): string | null {
    // Their pages lie in this order in the file.
    if (frame < this.end) return "its ranges of memory overlap or are out of their order";
    const end = frame + count;
    if (end > FRAMES_MAX) return `its ranges of memory end behind page ${FRAMES_MAX}`;
    this.#reserve(Math.ceil(end / 8));
    for (let page = frame; page < end;) {
      if (page % 8 === 0 && end - page >= 8) {
        const whole = Math.floor((end - page) / 8);
        this.#bits.fill(0xff, page / 8, page / 8 + whole);
        page += 8 * whole;
      } else {
        this.#bits[Math.floor(page / 8)]! |= 1 << page % 8;
        page++;
      }
    }
    this.pages += count;
    this.end = end;
    return null;
  }

  #reserve(bytes: number): void {
    if (bytes <= this.#bits.length) return;
    const grown = new Uint8Array(Math.max(bytes, Math.min(2 * this.#bits.length, FRAMES_MAX / 8)));
    grown.set(this.#bits);
    this.#bits = grown;
  }
}

type Fields = [number, number, number, number];

/** Words of 64 bits of what follows the header; infinite where they are too large for anything that is there. */
function readFields(bytes: ImageBytes, offset: number, count: number): Fields | null {
  const words = readBytes(bytes, HEADER_BYTES + offset, 8 * count);
  if (words === null) return null;
  const view = new DataView(words.buffer);
  return [0, 1, 2, 3].map((n) => n < count ? numberAt(view, 8 * n) : 0) as Fields;
}

function numberAt(view: DataView, offset: number): number {
  return exactly(view.getBigUint64(offset, true)) ?? Infinity;
}
