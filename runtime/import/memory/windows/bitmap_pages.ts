/**
 * Pages that lie in a file one behind the other in the order of their frames, those that a bitmap names.
 *
 * @module
 */
import type { ImageBytes } from "../image_bytes.ts";
import type { PageBitmap } from "../page_bitmap.ts";
import { type MachineFacts, PAGE_BYTES, type PageRun, type PageSource, PageState } from "../page_source.ts";

/** What a dump says of its pages. */
export interface BitmapPagesInput {
  readonly form: string;
  readonly facts: MachineFacts;
  readonly warnings: readonly string[];
  readonly bitmap: PageBitmap;
  /** Of the first page, in the file. */
  readonly firstPage: number;
}

/** Makes a source of pages of them; it owns `bytes`. */
export function bitmapPages(bytes: ImageBytes, input: BitmapPagesInput): PageSource {
  return new BitmapPages(bytes, input);
}

class BitmapPages implements PageSource {
  readonly form: string;
  readonly facts: MachineFacts;
  readonly warnings: readonly string[];
  readonly #bytes: ImageBytes;
  readonly #bitmap: PageBitmap;
  readonly #firstPage: number;
  /** Pages that the file has room for. */
  readonly #whole: number;

  constructor(bytes: ImageBytes, { form, facts, warnings, bitmap, firstPage }: BitmapPagesInput) {
    this.form = form;
    this.facts = facts;
    this.#bytes = bytes;
    this.#bitmap = bitmap;
    this.#firstPage = firstPage;
    this.#whole = Math.max(0, Math.floor((bytes.size - firstPage) / PAGE_BYTES));
    const cut = bitmap.count - this.#whole;
    this.warnings = cut > 0
      ? [...warnings, `the image is cut short: ${cut} of the pages that it names lie behind its end`]
      : warnings;
  }

  *pageRuns(): Generator<PageRun> {
    let left = this.#whole;
    for (const { frame, count } of this.#bitmap.runs()) {
      if (left <= 0) return;
      yield { frame, count: Math.min(count, left) };
      left -= count;
    }
  }

  readPhysicalPages(frame: number, count: number, into: Uint8Array<ArrayBuffer>): Uint8Array {
    const states = new Uint8Array(count);
    into.fill(0, 0, count * PAGE_BYTES);
    for (let at = 0; at < count;) {
      if (!this.#bitmap.has(frame + at)) {
        at++;
        continue;
      }
      let end = at + 1;
      while (end < count && this.#bitmap.has(frame + end)) end++;
      const offset = this.#firstPage + this.#bitmap.rank(frame + at) * PAGE_BYTES;
      const pages = into.subarray(at * PAGE_BYTES, end * PAGE_BYTES);
      const whole = offset < this.#bytes.size
        ? Math.floor(this.#bytes.readAt(offset, pages) / PAGE_BYTES)
        : 0;
      pages.fill(0, whole * PAGE_BYTES);
      states.fill(PageState.present, at, at + whole);
      at = end;
    }
    return states;
  }

  [Symbol.dispose](): void {
    this.#bytes[Symbol.dispose]();
  }
}
