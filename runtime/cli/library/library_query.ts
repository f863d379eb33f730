import { CliError } from "../../errors.ts";
import type { LibraryFile } from "./library_file.ts";
import { type LibraryParameter, PARAMETER_KINDS, parseParameter } from "./library_parameters.ts";
import { nearestNames } from "./nearest_names.ts";

/** A query with the values that are bound to it. */
export interface LibraryQuery {
  readonly text: string;
  readonly params: readonly unknown[];
  /** Which of the values have to be names of captures. */
  readonly captures: readonly string[];
}

/**
 * The query that asks a view or macro of the library for all its rows.
 *
 * @param given The parameters, each as `name=value`.
 * @throws {CliError} It gives no rows, or a parameter is unknown, missing, given twice or of the wrong kind.
 */
export function libraryQuery(
  { name, kind, parameters }: LibraryFile,
  given: readonly string[],
): LibraryQuery {
  if (kind === "macro") {
    throw new CliError(
      `${name} gives one value, not rows: use it within a query (queries ${name} explains it)`,
    );
  }
  const values = new Map<string, unknown>();
  for (const assignment of given) {
    const [key, text] = splitAssignment(assignment);
    const parameter = parameters.find((one) => one.name === key);
    if (parameter === undefined) throw new CliError(unknownParameter(name, key, parameters));
    if (values.has(key)) throw new CliError(`--param ${key} is given twice: leave one of them out`);
    try {
      values.set(key, parseParameter(parameter, text));
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      throw new CliError(`cannot run ${name}: ${error.message}`, { cause: error });
    }
  }
  const missing = parameters.filter((one) => one.fallback === null && !values.has(one.name));
  if (missing.length > 0) {
    const wanted = missing.map((one) => `--param ${one.name}=… (${PARAMETER_KINDS[one.kind].what})`);
    throw new CliError(`cannot run ${name} without ${wanted.join(" and ")}`);
  }
  const named = [...values.keys()].map((key, at) => `${key} := $${at + 1}`);
  return {
    text: `SELECT * FROM ${name}${kind === "view" ? "" : `(${named.join(", ")})`}`,
    params: [...values.values()],
    captures: parameters.filter((one) => one.kind === "capture" && values.has(one.name))
      .map((one) => String(values.get(one.name))),
  };
}

/**
 * Refuses a parameter that names a capture which is not asked.
 *
 * @throws {CliError} There is one; the message says which captures are.
 */
export function checkCaptures(query: LibraryQuery, open: readonly string[]): void {
  const unknown = query.captures.find((name) => !open.includes(name));
  if (unknown === undefined) return;
  throw new CliError(
    `no capture "${unknown}" is asked, but ${
      open.join(", ")
    }: name it before --query, or correct the parameter`,
  );
}

function splitAssignment(assignment: string): [string, string] {
  const cut = assignment.indexOf("=");
  if (cut < 1) {
    throw new CliError(`--param is written name=value; ${JSON.stringify(assignment)} is not of this form`);
  }
  return [assignment.slice(0, cut).trim(), assignment.slice(cut + 1)];
}

function unknownParameter(name: string, key: string, known: readonly LibraryParameter[]): string {
  if (known.length === 0) return `${name} has no parameters: leave --param ${key}=… out`;
  const names = nearestNames(key, known.map((one) => one.name), known.length);
  return `${name} has no parameter "${key}": it has ${names.join(", ")}`;
}
