/**
 * What `control` is asked to change: rules, in the order in which they stand on the command line, because the last one decides.
 * @module
 */
import { Level as SiteLevel, Severity } from "../../abi/layout.ts";
import type { RuleChange } from "../../ffi/site_control.ts";
import { LEVELS } from "../../log_entry.ts";
import { parseSitePattern } from "../../sites/site_pattern.ts";
import { flag, type OptionValues, repeated } from "../command.ts";

/** A rule to be set, with its place among all that was read. */
export interface Change extends RuleChange {
  readonly place: number;
}

// Options of different names do not know of each other; they are read in the order of the line.
let place = 0;

function change(pattern: string | null, level: number): Change {
  if (pattern !== null) parseSitePattern(pattern);
  return { pattern, level, place: place++ };
}

function parseSeverity(text: string): Change {
  const [name = "", ...rest] = text.split("=");
  const at = LEVELS.findIndex((level) => level === name);
  if (at < 0) {
    throw new RangeError(
      `"${name}" is no level: write one of ${LEVELS.join(", ")}, and for some sites only warn=PATTERN`,
    );
  }
  return change(rest.length === 0 ? null : rest.join("="), Severity.trace + at);
}

/** The options. */
export const changeOptions = {
  enable: repeated(
    "--enable <pattern>",
    "sites that are to write everything",
    (pattern) => change(pattern, Severity.trace),
  ),
  disable: repeated(
    "--disable <pattern>",
    "sites that are to write nothing",
    (pattern) => change(pattern, SiteLevel.off),
  ),
  severity: repeated(
    "--severity <level[=pattern]>",
    "the least level that is written, of the sites that match, or where no pattern does",
    parseSeverity,
  ),
  reset: flag("--reset", "take all rules back first: everything is written"),
};

/** What they say, in order. */
export function readChanges(given: OptionValues<typeof changeOptions>): Change[] {
  return [...given.enable, ...given.disable, ...given.severity].toSorted((a, b) => a.place - b.place);
}
