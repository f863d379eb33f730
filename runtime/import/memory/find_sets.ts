/**
 * Finds the ring sets of a kernel in an image of its memory: scans the pages for descriptor blocks and puts those of a set together.
 *
 * @module
 */
import { CaptureError } from "../../errors.ts";
import { readSetHeader } from "../../reader/set_header.ts";
import { BLOCK_FRAMES, type DumpBlock, hasMagic, readDumpBlock } from "./dump_block.ts";
import { countPages, PAGE_BYTES, PAGES_AT_ONCE, type PageSource, PageState } from "./page_source.ts";
import type { RingSet } from "./set_source.ts";
import type { Steps } from "./steps.ts";

/** Blocks that are kept: they name 31 GiB of ring sets; they, and what a set of that size is put together with, take some 200 MiB of memory. */
const BLOCKS_MAX = 16_384;

/** A ring set that blocks speak of. */
export interface FoundSet extends Omit<RingSet, "assemble"> {
  readonly blockCount: number;
  /** By their numbers; some may be missing. */
  readonly blocks: ReadonlyMap<number, DumpBlock>;
}

/** What a scan found. */
export interface FoundSets {
  /** Those that can be read first, then the others; by their names. */
  readonly sets: readonly FoundSet[];
  readonly warnings: readonly string[];
}

/** Which frame holds a page of the set; -1 where nobody says. */
export function frameOf({ blocks }: Pick<FoundSet, "blocks">, page: number): number {
  return blocks.get(Math.floor(page / BLOCK_FRAMES))?.frames[page % BLOCK_FRAMES] ?? -1;
}

/**
 * Looks at every page of an image.
 *
 * @throws {CaptureError} The image cannot be read.
 */
export async function findSets(source: PageSource, steps: Steps): Promise<FoundSets> {
  const { blocks, warnings } = await scanBlocks(source, steps);
  const sets = [...groupBlocks(blocks, warnings).values()].map((group) => checkSet(source, group));
  sets.sort((a, b) =>
    Number(a.problem !== null) - Number(b.problem !== null) ||
    (a.name < b.name ? -1 : a.name > b.name ? 1 : 0) ||
    Number(b.madeUnixNs - a.madeUnixNs > 0n) - Number(b.madeUnixNs - a.madeUnixNs < 0n)
  );
  return { sets, warnings };
}

async function scanBlocks(
  source: PageSource,
  steps: Steps,
): Promise<{ blocks: DumpBlock[]; warnings: string[] }> {
  const total = countPages(source.pageRuns()) * PAGE_BYTES;
  const pages = new Uint8Array(PAGES_AT_ONCE * PAGE_BYTES);
  const words = new Uint32Array(pages.buffer);
  const blocks: DumpBlock[] = [];
  let torn = 0, foreign = 0, damaged = 0, tooMany = 0, done = 0;
  for (const run of source.pageRuns()) {
    for (let first = 0; first < run.count; first += PAGES_AT_ONCE) {
      const count = Math.min(PAGES_AT_ONCE, run.count - first);
      const states = source.readPhysicalPages(run.frame + first, count, pages);
      for (let n = 0; n < count; n++) {
        if (states[n] === PageState.damaged) damaged++;
        if (states[n] !== PageState.present || !hasMagic(words, n * (PAGE_BYTES / 4))) continue;
        const block = readDumpBlock(pages.subarray(n * PAGE_BYTES, (n + 1) * PAGE_BYTES));
        if (block === "torn") torn++;
        else if (block === "of another version") foreign++;
        else if (blocks.length < BLOCKS_MAX) blocks.push(block);
        else tooMany++;
      }
      done += count * PAGE_BYTES;
      await steps.step("scan", done, total);
    }
  }
  const warnings: string[] = [];
  if (torn > 0) {
    warnings.push(`${torn} pages begin as descriptors of ring sets do and are torn; they were not believed`);
  }
  if (foreign > 0) {
    warnings.push(
      `${foreign} descriptors are of another version of the driver; use the version of Ringscope that belongs to it`,
    );
  }
  if (damaged > 0) warnings.push(`${damaged} pages of the image are damaged: they cannot be unpacked`);
  if (tooMany > 0) {
    warnings.push(`more than ${BLOCKS_MAX} descriptors were found; ${tooMany} were not looked at`);
  }
  return { blocks, warnings };
}

/** Blocks with the same words in their heads belong together. The same one twice, as in a copy of memory within memory, is one. */
function groupBlocks(blocks: readonly DumpBlock[], warnings: string[]): Map<string, DumpBlock[]> {
  const groups = new Map<string, DumpBlock[]>();
  const byNumber = new Map<string, DumpBlock>();
  let contradictions = 0;
  for (const block of blocks) {
    const group = JSON.stringify([
      block.setId,
      block.name,
      block.totalBytes,
      String(block.madeUnixNs),
      block.os,
    ]);
    const earlier = byNumber.get(`${group}/${block.block}`);
    if (earlier !== undefined) {
      if (earlier.frames.some((frame, n) => frame !== block.frames[n])) contradictions++;
      continue;
    }
    byNumber.set(`${group}/${block.block}`, block);
    const members = groups.get(group);
    if (members === undefined) groups.set(group, [block]);
    else members.push(block);
  }
  if (contradictions > 0) {
    warnings.push(
      `${contradictions} descriptors name other pages than earlier ones of the same ring set; the earlier ones were believed`,
    );
  }
  return groups;
}

function checkSet(source: PageSource, members: readonly DumpBlock[]): FoundSet {
  const first = members[0]!;
  const set = {
    name: first.name,
    setId: first.setId,
    totalBytes: first.totalBytes,
    pageCount: first.pageCount,
    madeUnixNs: first.madeUnixNs,
    os: first.os,
    blockCount: first.blockCount,
    blocks: new Map(members.map((block) => [block.block, block])),
  };
  // A set is as large as its blocks make it: a number in one of them must not make us write a file of terabytes.
  if (set.blocks.size * 2 < set.blockCount) {
    return {
      ...set,
      header: null,
      problem: `${set.blockCount - set.blocks.size} of its ${set.blockCount} descriptors are missing`,
    };
  }
  return { ...set, ...readHeader(source, set) };
}

function readHeader(
  source: PageSource,
  set: Omit<FoundSet, "header" | "problem">,
): Pick<FoundSet, "header" | "problem"> {
  const frame = frameOf(set, 0);
  const page = new Uint8Array(PAGE_BYTES);
  const state = frame < 0 ? PageState.missing : source.readPhysicalPages(frame, 1, page)[0];
  if (state !== PageState.present && state !== PageState.zero) {
    return { header: null, problem: "its first page, which tells where everything lies, is missing" };
  }
  try {
    const header = readSetHeader(page, set.totalBytes, "the ring set");
    if (header.setId.toHex() !== set.setId) {
      return { header: null, problem: "it was removed before: its memory is another ring set's by now" };
    }
    if (header.totalBytes !== set.totalBytes) {
      return {
        header: null,
        problem: `its header tells of ${header.totalBytes} bytes, its descriptor of ${set.totalBytes}`,
      };
    }
    return { header, problem: null };
  } catch (error) {
    if (!(error instanceof Error) || error instanceof CaptureError) throw error;
    const isRemoved = page.every((byte) => byte === 0) || !error.message.includes("header is damaged");
    const found = error.message.replace(/^cannot read the ring set: /, "");
    return {
      header: null,
      problem: isRemoved ? `it was removed before, or its memory is damaged: ${found}` : found,
    };
  }
}
