/**
 * Puts a ring set together, page by page from scattered frames, in a file that the ordinary reader opens.
 *
 * @module
 */
import { CaptureError } from "../../errors.ts";
import { type FoundSet, frameOf } from "./find_sets.ts";
import { makePageFile, type PageFile } from "./page_file.ts";
import { PAGE_BYTES, PAGES_AT_ONCE, type PageSource, PageState } from "./page_source.ts";
import type { Steps } from "./steps.ts";

/** A set in a file. */
export interface AssembledSet extends Disposable {
  readonly file: PageFile;
  /** One `PageState` for each page; what is not there are zeros in the file. */
  readonly states: Uint8Array;
}

/**
 * Collects the pages of a set.
 *
 * @param path A file that is not there yet.
 * @throws {CaptureError} The image cannot be read, the file cannot be written, or two pages claim the same frame.
 */
export async function assembleSet(
  source: PageSource,
  set: FoundSet,
  path: string,
  steps: Steps,
): Promise<AssembledSet> {
  const file = makePageFile(path, set.totalBytes);
  try {
    const states = new Uint8Array(set.pageCount);
    const frames = Float64Array.from({ length: set.pageCount }, (_, page) => frameOf(set, page));
    // In the order of the image, so that it is read forward.
    const order = Uint32Array.from({ length: set.pageCount }, (_, page) => page).filter((page) =>
      frames[page]! >= 0
    );
    order.sort((a, b) => frames[a]! - frames[b]!);
    const pages = new Uint8Array(PAGES_AT_ONCE * PAGE_BYTES);
    for (let at = 0; at < order.length;) {
      const first = frames[order[at]!]!;
      let count = 1;
      while (
        count < PAGES_AT_ONCE && at + count < order.length && frames[order[at + count]!] === first + count
      ) count++;
      if (at + count < order.length && frames[order[at + count]!] === first + count - 1) {
        throw new CaptureError(
          `import the ring set "${set.name}": its descriptors are damaged: two of its pages claim the frame ${
            first + count - 1
          }`,
        );
      }
      const found = source.readPhysicalPages(first, count, pages);
      for (let n = 0; n < count; n++) {
        const page = order[at + n]!;
        states[page] = found[n]!;
        if (found[n] === PageState.present) {
          file.write(page * PAGE_BYTES, pages.subarray(n * PAGE_BYTES, (n + 1) * PAGE_BYTES));
        }
      }
      at += count;
      await steps.step("collect", at * PAGE_BYTES, order.length * PAGE_BYTES);
    }
    return { file, states, [Symbol.dispose]: () => file[Symbol.dispose]() };
  } catch (error) {
    file[Symbol.dispose]();
    throw error;
  }
}
