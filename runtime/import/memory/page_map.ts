/**
 * Images whose pages lie in the file as they are: raw memory, ELF cores, LiME.
 *
 * @module
 */
import { CaptureError } from "../../errors.ts";
import type { ImageBytes } from "./image_bytes.ts";
import {
  countPages,
  type MachineFacts,
  PAGE_BYTES,
  type PageRun,
  type PageSource,
  PageState,
} from "./page_source.ts";

/** Kernels name some of their memory twice. */
const FILE_TWICE = 2;

/** Frames that follow each other both in memory and in the file. */
export interface Extent extends PageRun {
  /** Of the first page, in the file; null for pages of zeros that are not in it. */
  readonly offset: number | null;
}

/** What a form of image says of its pages. */
export interface PageMapInput {
  readonly form: string;
  readonly facts: MachineFacts;
  readonly warnings: readonly string[];
  /** In any order; where two overlap, the one that begins first is believed. */
  readonly extents: readonly Extent[];
}

/** Makes a source of pages of them; it owns `bytes`. */
export function mappedPages(bytes: ImageBytes, input: PageMapInput): PageSource {
  return new MappedPages(bytes, input);
}

class MappedPages implements PageSource {
  readonly form: string;
  readonly facts: MachineFacts;
  readonly warnings: readonly string[];
  readonly #bytes: ImageBytes;
  readonly #extents: readonly Extent[];

  constructor(bytes: ImageBytes, { form, facts, warnings, extents }: PageMapInput) {
    this.form = form;
    this.facts = facts;
    const whole = extents.map((extent) => cutToFile(extent, bytes.size));
    const cut = extents.reduce((sum, { count }, at) => sum + count - whole[at]!.count, 0);
    this.warnings = cut === 0
      ? warnings
      : [...warnings, `the image is cut short: ${cut} of the pages that it names lie behind its end`];
    this.#bytes = bytes;
    this.#extents = disjoint(whole);
    // The same bytes as memory in many places would make a small file as long to read as a large one.
    if (countPages(this.pageRuns()) * PAGE_BYTES > FILE_TWICE * bytes.size) {
      throw new CaptureError(
        `import ${bytes.name}: it is damaged: the pieces of memory that it names overlap in the file`,
      );
    }
  }

  *pageRuns(): Iterable<PageRun> {
    for (const { frame, count, offset } of this.#extents) if (offset !== null) yield { frame, count };
  }

  readPhysicalPages(frame: number, count: number, into: Uint8Array<ArrayBuffer>): Uint8Array {
    const states = new Uint8Array(count);
    into.fill(0, 0, count * PAGE_BYTES);
    for (let at = this.#find(frame); at < this.#extents.length; at++) {
      const extent = this.#extents[at]!;
      const from = Math.max(extent.frame, frame);
      const to = Math.min(extent.frame + extent.count, frame + count);
      if (from >= frame + count) break;
      if (from >= to) continue;
      this.#read(
        extent,
        from,
        into.subarray((from - frame) * PAGE_BYTES, (to - frame) * PAGE_BYTES),
        states.subarray(from - frame),
      );
    }
    return states;
  }

  [Symbol.dispose](): void {
    this.#bytes[Symbol.dispose]();
  }

  #read(extent: Extent, from: number, into: Uint8Array<ArrayBuffer>, states: Uint8Array): void {
    const count = into.length / PAGE_BYTES;
    if (extent.offset === null) {
      states.fill(PageState.zero, 0, count);
      return;
    }
    const read = this.#bytes.readAt(extent.offset + (from - extent.frame) * PAGE_BYTES, into);
    const whole = Math.floor(read / PAGE_BYTES);
    // A file that has shrunk since.
    into.fill(0, whole * PAGE_BYTES);
    states.fill(PageState.present, 0, whole);
  }

  /** The first extent that ends behind the frame. */
  #find(frame: number): number {
    let low = 0, high = this.#extents.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const { frame: first, count } = this.#extents[middle]!;
      if (first + count > frame) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}

function cutToFile(extent: Extent, size: number): Extent {
  if (extent.offset === null) return extent;
  const there = Math.max(0, Math.floor((size - extent.offset) / PAGE_BYTES));
  return there >= extent.count ? extent : { ...extent, count: there };
}

/** Rising and without overlap; of two that overlap the one that begins first keeps the frames. */
function disjoint(extents: readonly Extent[]): Extent[] {
  const order = extents.map((extent, number) => ({ extent, number })).filter(({ extent }) =>
    extent.count > 0
  );
  order.sort((a, b) => a.extent.frame - b.extent.frame || a.number - b.number);
  const result: Extent[] = [];
  let end = 0;
  for (const { extent } of order) {
    // /proc/vmcore names the kernel's text twice, with the same bytes: which one is kept does not matter there.
    const skipped = Math.min(Math.max(0, end - extent.frame), extent.count);
    if (skipped === extent.count) continue;
    const rest = {
      frame: extent.frame + skipped,
      count: extent.count - skipped,
      offset: extent.offset === null ? null : extent.offset + skipped * PAGE_BYTES,
    };
    end = rest.frame + rest.count;
    const last = result.at(-1);
    if (last !== undefined && follows(last, rest)) {
      result[result.length - 1] = { ...last, count: last.count + rest.count };
    } else result.push(rest);
  }
  return result;
}

function follows(last: Extent, next: Extent): boolean {
  if (last.frame + last.count !== next.frame) return false;
  if (last.offset === null || next.offset === null) return last.offset === next.offset;
  return last.offset + last.count * PAGE_BYTES === next.offset;
}
