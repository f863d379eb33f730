/**
 * The options of `capture` that choose what is stored.
 * @module
 */
import type { RecordFilter } from "../../capture/record_types.ts";
import { LEVELS } from "../../log_entry.ts";
import { parseSitePattern } from "../../sites/site_pattern.ts";
import { optionalChoice, type OptionValues, repeated } from "../command.ts";

/** Patterns of call sites, and a level. */
export const filterOptions = {
  only: repeated(
    "--only <pattern>",
    "store only typed events of this name (nvme_*) or place (queue.c:*); several: any of them",
    checkPattern,
  ),
  exclude: repeated("--exclude <pattern>", "store no typed events of this name or place", checkPattern),
  minSeverity: optionalChoice("--min-severity <level>", "store only entries of this level and above", LEVELS),
};

/** What they say; nothing where none is given. */
export function readFilter(
  given: OptionValues<typeof filterOptions>,
): { filter: RecordFilter } | Record<string, never> {
  const { only, exclude, minSeverity } = given;
  if (only.length === 0 && exclude.length === 0 && minSeverity === undefined) return {};
  return { filter: { only, exclude, ...(minSeverity === undefined ? {} : { minSeverity }) } };
}

/** @throws {RangeError} It can be no pattern. */
export function checkPattern(text: string): string {
  parseSitePattern(text);
  return text;
}
