import { CliError } from "../../errors.ts";
import { toLiteral } from "../../store/sql_literal.ts";
import { describeObject } from "../library/explained_object.ts";
import { explainLibrary, explainObject } from "../library/explain_library.ts";
import { type AskRows, type LibraryObject, readLibrary } from "../library/library_objects.ts";
import { nearestNames } from "../library/nearest_names.ts";
import { taskCommand } from "../user_folder.ts";

/** `\d`: what there is; the user's own tables and views last. */
export async function explainAll(ask: AskRows, width: number | undefined): Promise<string> {
  const objects = (await readLibrary(ask)).filter(isOfLibrary);
  const own = await ownTables(ask, objects.map(({ name }) => name));
  const library = explainLibrary(objects, { width });
  return own.length === 0 ? library : `${library}\nyours\n${own.map((name) => `  ${name}`).join("\n")}\n`;
}

/**
 * `\d NAME`: one of the library with its comments, or any other table or view with its columns.
 *
 * @throws {CliError} There is none of this name; the message names the nearest ones.
 */
export async function explainName(name: string, ask: AskRows, width: number | undefined): Promise<string> {
  const wanted = name.toLowerCase();
  const objects = await readLibrary(ask);
  const found = objects.find((one) => one.name === wanted && isOfLibrary(one));
  if (found !== undefined) {
    return explainObject(await describeObject(found, ask), { width, task: taskCommand(), sql: false });
  }
  const columns = await ask(
    `SELECT column_name, data_type FROM duckdb_columns() WHERE lower(table_name) = ${
      toLiteral(wanted)
    } AND NOT internal
     ORDER BY column_index`,
  );
  if (columns.length > 0) {
    return `${name}\n${columns.map(([column, type]) => `  ${column}  ${type}`).join("\n")}\n`;
  }
  const known = [...objects.map((one) => one.name), ...await ownTables(ask, [])];
  const near = nearestNames(wanted, known.filter((one) => !one.startsWith("_")));
  throw new CliError(
    `there is no table, view or macro "${name}": the nearest are ${near.join(", ")} (\\d lists all)`,
  );
}

/** No file defines what the user has made. */
function isOfLibrary({ folder }: LibraryObject): boolean {
  return folder !== ".";
}

async function ownTables(ask: AskRows, library: readonly string[]): Promise<string[]> {
  const rows = await ask(
    "SELECT DISTINCT table_name FROM duckdb_columns() WHERE NOT internal AND NOT starts_with(table_name, '_') ORDER BY 1",
  );
  return rows.map(([name]) => String(name)).filter((name) => !library.includes(name));
}
