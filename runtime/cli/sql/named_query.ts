import { CliError } from "../../errors.ts";
import { readLibraryFile } from "../library/library_file.ts";
import { type LibraryQuery, libraryQuery } from "../library/library_query.ts";

/** The options of `sql` that name a query of the library. */
export interface NamedQueryOptions {
  readonly file: string | undefined;
  readonly query: string | undefined;
  readonly param: readonly string[];
}

/**
 * The query that `--query NAME` and `--param` ask; null when there is none.
 *
 * @throws {CliError} The library has none of this name, or the options do not fit together.
 */
export async function namedQuery({ file, query, param }: NamedQueryOptions): Promise<LibraryQuery | null> {
  if (query === undefined) {
    if (param.length > 0) throw new CliError("--param is for --query NAME: name one of the library");
    return null;
  }
  if (file !== undefined) throw new CliError("--query and -f both name a query: leave one out");
  return libraryQuery(await readLibraryFile(query), param);
}
