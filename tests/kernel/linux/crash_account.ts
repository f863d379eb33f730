/**
 * What the module rs_crash counted itself, found in an image of the memory of the machine that it brought down (crash/crash.h).
 *
 * @module
 */
import { openImage } from "../../../runtime/import/memory/open_image.ts";
import { PAGE_BYTES, PAGES_AT_ONCE } from "../../../runtime/import/memory/page_source.ts";
import { makeSteps } from "../../../runtime/import/memory/steps.ts";

const MAGIC = [0x4148534152435352n, 0x91c25be0544e5543n] as const;
const PROCESSORS = 8;
/** As texts name them. */
export const CONTEXTS = ["thread", "softirq", "hardirq"] as const;
/** Ring sets, in the order of the module's counters. */
export const SETS = ["default", "recorder"] as const;

/** Attempts of one context of one processor. Those that were begun and have no result were in flight. */
export interface WriterCount {
  readonly begun: number;
  readonly done: number;
  readonly refused: number;
}

/** The module's page. */
export interface CrashAccount {
  readonly processors: number;
  /** Number in the last message; 0: it was not logged. */
  readonly lastWords: number;
  /** By set, processor and context. */
  count(set: (typeof SETS)[number], processor: number, context: (typeof CONTEXTS)[number]): WriterCount;
}

/** Finds the page; the module's own text of the magic lies on no page boundary. */
export async function findCrashAccount(image: string): Promise<CrashAccount> {
  using source = await openImage(image, makeSteps());
  const pages = new Uint8Array(PAGES_AT_ONCE * PAGE_BYTES);
  for (const { frame, count } of source.pageRuns()) {
    for (let first = 0; first < count; first += PAGES_AT_ONCE) {
      const now = Math.min(PAGES_AT_ONCE, count - first);
      source.readPhysicalPages(frame + first, now, pages);
      for (let n = 0; n < now; n++) {
        const view = new DataView(pages.buffer, n * PAGE_BYTES, PAGE_BYTES);
        if (view.getBigUint64(0, true) === MAGIC[0] && view.getBigUint64(8, true) === MAGIC[1]) {
          return readAccount(new DataView(pages.slice(n * PAGE_BYTES, (n + 1) * PAGE_BYTES).buffer));
        }
      }
    }
  }
  throw new Error(`${image} has no page of rs_crash`);
}

function readAccount(view: DataView): CrashAccount {
  const number = (at: number) => Number(view.getBigUint64(at, true));
  return {
    processors: Math.min(number(16), PROCESSORS),
    lastWords: number(24),
    count(set, processor, context) {
      const writer = (processor * CONTEXTS.length + CONTEXTS.indexOf(context)) * SETS.length +
        SETS.indexOf(set);
      const at = 32 + writer * 24;
      return { begun: number(at), done: number(at + 8), refused: number(at + 16) };
    },
  };
}
