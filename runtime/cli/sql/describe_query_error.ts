import { CaptureError, type QueryError } from "../../errors.ts";
import { resolveCapture } from "../../store/folder.ts";

/** Where a query came from, for a better hint. */
export interface QueryOrigin {
  dir: string;
  /** The query when it was an argument, null when it came from elsewhere. */
  argument: string | null;
}

/**
 * One line about a query that the engine refused: its message, the place in the query, and, for a query of one word,
 * that no capture has this name.
 */
export async function describeQueryError(
  error: QueryError,
  query: string,
  origin: QueryOrigin,
): Promise<string> {
  const line = oneLine(error.message, query);
  if (origin.argument === null || !/^[\w./-]+$/.test(origin.argument)) return line;
  try {
    await resolveCapture(origin.argument, origin.dir);
  } catch (unknown) {
    if (unknown instanceof CaptureError) return `${unknown.message}; and as a query: ${line}`;
    throw unknown;
  }
  return line;
}

/** DuckDB shows the place as a line of the query and a caret below it, at times twice; this says the same in words. */
export function oneLine(message: string, query: string): string {
  let place = "";
  const said = message.replace(
    /^LINE (\d+): (.*)\n( *)\^ *$/gm,
    (_whole, line: string, excerpt: string, blank: string) => {
      place ||= ` (${describePlace(Number(line), excerpt, blank.length - `LINE ${line}: `.length, query)})`;
      return "";
    },
  );
  return said.split("\n").map((line) => line.trim()).filter((line) => line !== "").join(" ") + place;
}

/** `inExcerpt` is the caret's column, from 0, in what the engine shows of the line; it shortens long lines by `...`. */
function describePlace(line: number, excerpt: string, inExcerpt: number, query: string): string {
  const cut = excerpt.startsWith("...") ? "...".length : 0;
  const whole = query.split("\n")[line - 1] ?? "";
  const from = cut === 0 ? 0 : whole.indexOf(excerpt.slice(cut).replace(/\.\.\.$/, ""));
  return `line ${line}, column ${Math.max(from, 0) + inExcerpt - cut + 1}`;
}
