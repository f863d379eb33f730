/**
 * Parameters of the library's macros. The database knows their names alone: whether one may be left out stands in the file that
 * defines the macro, and what one is, in its default or, as everywhere in the library, in its name.
 *
 * @module
 */
import { LEVELS } from "../../log_entry.ts";
import { parseDuration } from "../parse_duration.ts";

/** What a value for a parameter has to be. */
export type ParameterKind = "integer" | "duration" | "number" | "level" | "capture" | "pattern" | "text";

/** A parameter of a macro. */
export interface LibraryParameter {
  readonly name: string;
  readonly kind: ParameterKind;
  /** As SQL; null when it must be given. */
  readonly fallback: string | null;
}

/** What is told of a kind: to people, and in an example. */
export const PARAMETER_KINDS: Readonly<Record<ParameterKind, { what: string; sample: string }>> = {
  integer: { what: "a whole number", sample: "1000" },
  duration: { what: "nanoseconds, or a duration such as 5ms", sample: "5ms" },
  number: { what: "a number", sample: "0.5" },
  level: { what: `a level: ${LEVELS.join(", ")}`, sample: "warn" },
  capture: { what: "a capture's name", sample: "boot" },
  pattern: { what: "a regular expression", sample: "request (\\d+)" },
  text: { what: "a text", sample: "text" },
};

const MS_PER_NS = 1_000_000n;

/** The parameters in `CREATE MACRO name(…)`, in their order. */
export function readParameters(source: string, macro: string): LibraryParameter[] {
  const list = new RegExp(`MACRO\\s+${macro}\\s*\\(([^)]*)\\)`, "i").exec(source)?.[1] ?? "";
  return list.split(",").map((part) => part.trim()).filter((part) => part !== "").map((part) => {
    const [name = "", fallback = null] = part.split(/\s*:=\s*/);
    return { name, kind: kindOf(name, fallback), fallback };
  });
}

function kindOf(name: string, fallback: string | null): ParameterKind {
  if (name.endsWith("_ns")) return "duration";
  if (name === "level") return "level";
  if (name.endsWith("_pattern")) return "pattern";
  if (/^(of_capture|capture|base|candidate)$/.test(name)) return "capture";
  if (/(^|_)(idx|seq|pid|tid|processor|count)$/.test(name) || /^-?\d+$/.test(fallback ?? "")) {
    return "integer";
  }
  return /^-?\d*\.\d+$/.test(fallback ?? "") ? "number" : "text";
}

/**
 * A value as it is bound, from what the user wrote.
 *
 * @throws {RangeError} It is of another kind.
 */
export function parseParameter(
  { name, kind }: LibraryParameter,
  given: string,
): bigint | number | string {
  const wrong = () =>
    new RangeError(`${name} is ${PARAMETER_KINDS[kind].what}; ${JSON.stringify(given)} is none`);
  if (kind === "integer" || kind === "duration") {
    const digits = given.replaceAll(/(?<=\d)_(?=\d)/g, "");
    if (/^-?\d+$/.test(digits)) return BigInt(digits);
    if (kind === "integer") throw wrong();
    return parseNs(given) ?? raise(wrong());
  }
  if (kind === "number") {
    const value = given.trim() === "" ? NaN : Number(given);
    return Number.isFinite(value) ? value : raise(wrong());
  }
  if (kind === "level" && !LEVELS.some((level) => level === given)) throw wrong();
  return given;
}

function parseNs(given: string): bigint | null {
  const small = /^(\d+)(ns|us|µs)$/.exec(given);
  if (small !== null) return BigInt(small[1] ?? 0) * (small[2] === "ns" ? 1n : 1000n);
  try {
    return BigInt(parseDuration(given)) * MS_PER_NS;
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

function raise(error: Error): never {
  throw error;
}
