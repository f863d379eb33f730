/**
 * The options that choose entries by what is in them, of every command that shows or writes entries.
 * @module
 */
import { CliError, QueryError } from "../errors.ts";
import { parsePattern } from "../live/pattern.ts";
import type { WhereFilter } from "../live/where_filter.ts";
import { repeated, text } from "./command.ts";
import { oneLine } from "./sql/describe_query_error.ts";

/** Patterns, and a condition in SQL. */
export const patternOptions = {
  match: repeated(
    "--match <pattern>",
    "only entries in which this is found; several: any of them",
    parsePattern,
  ),
  exclude: repeated("--exclude <pattern>", "no entries in which this is found", parsePattern),
  where: text("--where <condition>", "only entries for which this is true: SQL over the columns of logs"),
};

/**
 * Starts the engine for `--where`.
 *
 * @throws {CliError} The text is no condition.
 */
export async function startWhere(condition: string, capture: string): Promise<WhereFilter> {
  // The engine takes a second to start and is for this alone.
  const { WhereFilter } = await import("../live/where_filter.ts");
  try {
    return await WhereFilter.start(condition, capture);
  } catch (error) {
    if (!(error instanceof QueryError)) throw error;
    throw new CliError(
      `--where needs a condition over the columns of logs: ${oneLine(error.message, condition)}`,
      {
        cause: error,
      },
    );
  }
}
