/**
 * Writes what is told by the comments in the database: `queries/README.md` and the types of the rows.
 *
 * @module
 */
import { fromFileUrl } from "@std/path";
import { queriesFolder } from "../../runtime/store/sql_library.ts";
import { readLibrary } from "../../runtime/cli/library/library_objects.ts";
import { readMetrics } from "../../runtime/compare/metrics/read_metrics.ts";
import { openStore } from "../../runtime/store/store.ts";
import { formatText, renderReadme } from "./render_readme.ts";
import { renderTables } from "./render_tables.ts";

/** Where the types of the rows lie. */
export const TABLES_FILE = fromFileUrl(new URL("../../runtime/tables.ts", import.meta.url));

if (import.meta.main) {
  await using store = await openStore([]);
  const objects = await readLibrary(async (query) => (await store.query(query)).rows);
  await Deno.writeTextFile(
    `${queriesFolder()}/README.md`,
    await formatText(renderReadme(objects, await readMetrics()), "md"),
  );
  await Deno.writeTextFile(TABLES_FILE, await formatText(renderTables(objects), "ts"));
}
