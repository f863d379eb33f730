/**
 * The filters of `tail` as the user writes them, and as they are kept under a name.
 * @module
 */
import { parsePattern, type Pattern } from "../../live/pattern.ts";
import { type Level, LEVELS } from "../../log_entry.ts";
import { TIME_FORMS, type TimeForm } from "./time_column.ts";

/** Everything that chooses or colours lines. */
export interface FilterSet {
  readonly severity: Level | undefined;
  readonly processor: readonly number[];
  readonly match: readonly Pattern[];
  readonly exclude: readonly Pattern[];
  readonly where: string | undefined;
  readonly highlight: readonly Pattern[];
  readonly time: TimeForm | undefined;
}

/** What both sets ask for together: lists are joined; of the others that of `over` counts. */
export function joinFilters(base: FilterSet, over: FilterSet): FilterSet {
  return {
    severity: over.severity ?? base.severity,
    processor: over.processor.length > 0 ? over.processor : base.processor,
    match: [...base.match, ...over.match],
    exclude: [...base.exclude, ...over.exclude],
    where: over.where === undefined || base.where === undefined
      ? over.where ?? base.where
      : `(${base.where}\n) AND (${over.where}\n)`,
    highlight: [...base.highlight, ...over.highlight],
    time: over.time ?? base.time,
  };
}

/** The set as JSON; what is not asked for is left out. */
export function filterJson(set: FilterSet): Record<string, unknown> {
  const sources = (patterns: readonly Pattern[]) => patterns.map(({ source }) => source);
  const all = {
    severity: set.severity,
    processor: set.processor,
    match: sources(set.match),
    exclude: sources(set.exclude),
    where: set.where,
    highlight: sources(set.highlight),
    time: set.time,
  };
  return Object.fromEntries(
    Object.entries(all).filter(([, value]) =>
      value !== undefined && !(Array.isArray(value) && value.length === 0)
    ),
  );
}

/**
 * Reads a set from JSON.
 *
 * @throws {SyntaxError} It is none.
 */
export function parseFilterJson(text: string): FilterSet {
  const json: unknown = JSON.parse(text);
  if (typeof json !== "object" || json === null || Array.isArray(json)) {
    throw new SyntaxError("it holds no object");
  }
  const given = new Map(Object.entries(json));
  const take = <T>(key: string, what: string, is: (value: unknown) => value is T): T | undefined => {
    const value = given.get(key);
    given.delete(key);
    if (value === undefined || is(value)) return value;
    throw new SyntaxError(`"${key}" is not ${what}`);
  };
  const patterns = (key: string) => take(key, "a list of texts", isTexts)?.map(toPattern) ?? [];
  const set: FilterSet = {
    severity: take("severity", `one of ${LEVELS.join(", ")}`, isOneOf(LEVELS)),
    processor: take("processor", "a list of processor numbers", isNumbers) ?? [],
    match: patterns("match"),
    exclude: patterns("exclude"),
    where: take("where", "a text", (value) => typeof value === "string"),
    highlight: patterns("highlight"),
    time: take("time", `one of ${TIME_FORMS.join(", ")}`, isOneOf(TIME_FORMS)),
  };
  const [unknown] = given.keys();
  if (unknown !== undefined) throw new SyntaxError(`"${unknown}" is no filter`);
  return set;
}

function toPattern(source: string): Pattern {
  try {
    return parsePattern(source);
  } catch (error) {
    throw error instanceof RangeError ? new SyntaxError(error.message, { cause: error }) : error;
  }
}

function isOneOf<T extends string>(words: readonly T[]): (value: unknown) => value is T {
  return (value): value is T => words.some((word) => word === value);
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((one) => typeof one === "string");
}

function isNumbers(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((one) => Number.isInteger(one) && one >= 0 && one <= 0xffff);
}
