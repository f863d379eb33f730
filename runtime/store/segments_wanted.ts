import { readMeta } from "../seal/segment_meta.ts";
import type { SourceOptions } from "./capture_source.ts";
import { isSelective, mayHold } from "./entry_selection.ts";
import type { Wanted } from "./loaded_capture.ts";

/** Tells a source which segments' entries to read. */
export function segmentsWanted(path: string, { selection, firstSegment }: Wanted): SourceOptions {
  if (firstSegment === 0 && !isSelective(selection)) return {};
  return {
    wants: async (number) => number >= firstSegment && mayHold(selection, await readMeta(path, number)),
  };
}
