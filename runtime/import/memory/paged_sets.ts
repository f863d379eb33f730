/**
 * Ring sets in an image of physical memory: found by their descriptors, put together page by page, and mended where pages are missing.
 *
 * @module
 */
import { assembleSet } from "./assemble_set.ts";
import { findSets, type FoundSet } from "./find_sets.ts";
import { mendSet } from "./mend_set.ts";
import { type PageSource, PageState } from "./page_source.ts";
import type { AssembledRings, RingSet, SetSource } from "./set_source.ts";
import type { Steps } from "./steps.ts";

/**
 * Looks for ring sets in the pages of an image. The result owns `source`.
 *
 * @throws {CaptureError} The image cannot be read.
 */
export async function openPagedSets(source: PageSource, steps: Steps): Promise<SetSource> {
  const { sets, warnings } = await findSets(source, steps);
  return {
    // How its pages are packed shows when they are read.
    form: source.form,
    facts: source.facts,
    sets: sets.map((set) => ringSetOf(source, set)),
    warnings: [...source.warnings, ...warnings],
    [Symbol.dispose]: () => source[Symbol.dispose](),
  };
}

function ringSetOf(source: PageSource, set: FoundSet): RingSet {
  const { name, setId, totalBytes, pageCount, madeUnixNs, os, header, problem } = set;
  const assemble = (path: string, steps: Steps) => assembleRings(source, set, path, steps);
  return { name, setId, totalBytes, pageCount, madeUnixNs, os, header, problem, assemble };
}

async function assembleRings(
  source: PageSource,
  set: FoundSet,
  path: string,
  steps: Steps,
): Promise<AssembledRings> {
  const { header } = set;
  if (header === null) throw new TypeError("a set without a header cannot be put together");
  const { file, states } = await assembleSet(source, set, path, steps);
  try {
    const { missingPages, damagedPages, warnings } = mendSet(file, header, states);
    return {
      missingPages,
      damagedPages,
      zeroPages: states.reduce((sum, state) => sum + Number(state === PageState.zero), 0),
      attemptsBefore: 0n,
      isWhole: true,
      warnings,
      [Symbol.dispose]: () => file[Symbol.dispose](),
    };
  } catch (error) {
    file[Symbol.dispose]();
    throw error;
  }
}
