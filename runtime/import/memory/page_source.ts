/**
 * Physical memory as an image of it holds it: what each form of image is read through.
 *
 * @module
 */

/** Of a page of a ring set, and the unit of every number of a frame, whatever the machine's own pages are. */
export const PAGE_BYTES = 4096;

/** Pages that are read in one go: 4 MiB. */
export const PAGES_AT_ONCE = 1024;

/** What an image has of a page. */
export const PageState = {
  /** Nothing: left out, cut off, or no memory of that machine. */
  missing: 0,
  /** Its bytes. */
  present: 1,
  /** It was left out because it held zeros only. */
  zero: 2,
  /** Bytes that cannot be decompressed, or lie where the image has none. */
  damaged: 3,
} as const;

/** Pages whose frames follow each other. */
export interface PageRun {
  /** Physical address / 4096. */
  readonly frame: number;
  readonly count: number;
}

/** What an image tells of the machine whose memory it holds. */
export interface MachineFacts {
  /** Kernel release, else "". */
  readonly release: string;
  /** Name of the machine, else "". */
  readonly host: string;
  /** As `uname -m` says it, else "". */
  readonly arch: string;
  /** Processors whose registers are in the image, else null. */
  readonly processors: number | null;
  /** When it crashed, unix time in ns, where the kernel has said so, else null. */
  readonly crashUnixNs: bigint | null;
  /** Why, where the kernel has said so in numbers: code and parameters of a bug check of Windows; else null. */
  readonly bugCheck: string | null;
}

export const NO_FACTS: MachineFacts = {
  release: "",
  host: "",
  arch: "",
  processors: null,
  crashUnixNs: null,
  bugCheck: null,
};

/** An image of physical memory that is open. Pages are read synchronously: whoever reads many gives way in between. */
export interface PageSource extends Disposable {
  /** What it is, for people: `ELF core`. */
  readonly form: string;
  readonly facts: MachineFacts;
  /** What is wrong with the image, one line each. */
  readonly warnings: readonly string[];
  /** The pages that the image holds bytes of; rising, disjoint. */
  pageRuns(): Iterable<PageRun>;
  /**
   * Reads pages, whether the image has them or not.
   *
   * @param into `count` pages; what is not there becomes zeros.
   * @returns One `PageState` for each page.
   * @throws {CaptureError} The file cannot be read.
   */
  readPhysicalPages(frame: number, count: number, into: Uint8Array<ArrayBuffer>): Uint8Array;
}

/** How many pages the runs have in all. */
export function countPages(runs: Iterable<PageRun>): number {
  let count = 0;
  for (const run of runs) count += run.count;
  return count;
}
