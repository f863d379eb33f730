import { readMeta } from "../seal/segment_meta.ts";
import type { SourceOptions } from "./capture_source.ts";
import { isSelective, mayHold } from "./entry_selection.ts";
import type { Wanted } from "./loaded_capture.ts";
import { nextNumber } from "./segment_table.ts";

/**
 * Tells a source which segments' entries to read. A follower that was at the end once and finds whole segments before it wants only
 * the newest two.
 */
export function segmentsWanted(
  path: string,
  { selection, firstSegment, follow = false }: Wanted,
  wasAtEnd: () => boolean = () => false,
): SourceOptions {
  if (firstSegment === 0 && !follow && !isSelective(selection)) return {};
  return {
    wants: async (number) => {
      if (number < firstSegment || !mayHold(selection, await readMeta(path, number))) return false;
      return !follow || !wasAtEnd() || await nextNumber(path, "logs", number + 1) === null;
    },
  };
}
