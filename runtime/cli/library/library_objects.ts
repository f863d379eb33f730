/**
 * What the SQL library consists of, as the database itself tells it.
 *
 * @module
 */
import { basename, dirname } from "@std/path";
import { listQueryFiles } from "../../store/sql_library.ts";

/** A column of a view. */
export interface LibraryColumn {
  readonly name: string;
  readonly type: string;
  /** Null when nobody has written one. */
  readonly comment: string | null;
}

/** A view, a macro that gives a value, or one that gives rows. */
export interface LibraryObject {
  readonly kind: "view" | "macro" | "table macro";
  readonly name: string;
  /** The folder below `queries/` that holds its file. */
  readonly folder: string;
  readonly comment: string | null;
  /** Those of a view. The database knows none of a macro before it is called. */
  readonly columns: readonly LibraryColumn[];
  readonly parameters: readonly string[];
}

/** Asks the database; gives the rows. */
export type AskRows = (query: string) => Promise<readonly (readonly unknown[])[]>;

/** Views that the store makes itself; the library stands on them. */
const BASE = ["_entries", "_gaps", "_snapshots"];

/** All objects of the library in the order of their files; each is defined by the file of its name. */
export async function readLibrary(ask: AskRows): Promise<LibraryObject[]> {
  const columns = Map.groupBy(
    await ask(`
      SELECT table_name, column_name, data_type, comment FROM duckdb_columns() WHERE NOT internal
      ORDER BY table_name, column_index`) as [string, string, string, string | null][],
    ([view]) => view,
  );
  const views = await ask(
    "SELECT 'view', view_name, comment, [] FROM duckdb_views() WHERE NOT internal ORDER BY view_name",
  );
  const macros = await ask(
    "SELECT replace(function_type, '_', ' '), function_name, comment, parameters FROM duckdb_functions() WHERE NOT internal AND function_type LIKE '%macro' ORDER BY function_name",
  );
  const found = [...views, ...macros] as [LibraryObject["kind"], string, string | null, string[]][];
  const files = await listQueryFiles();
  const placeOf = (name: string) => files.findIndex((file) => basename(file, ".sql") === name);
  return found
    .filter(([, name]) => !BASE.includes(name))
    .sort(([, a], [, b]) => placeOf(a) - placeOf(b))
    .map(([kind, name, comment, parameters]) => ({
      kind,
      name,
      folder: basename(dirname(files[placeOf(name)] ?? "")),
      comment,
      columns: (columns.get(name) ?? []).map(([, name, type, comment]) => ({ name, type, comment })),
      parameters,
    }));
}
