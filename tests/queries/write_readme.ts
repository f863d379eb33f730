/**
 * Writes `queries/README.md` from the comments in the database.
 *
 * @module
 */
import { queriesFolder } from "../../runtime/store/sql_library.ts";
import { readLibrary } from "../../runtime/cli/library/library_objects.ts";
import { openLibrary } from "./open_library.ts";
import { formatMarkdown, renderReadme } from "./render_readme.ts";

if (import.meta.main) {
  const library = await openLibrary({});
  const objects = await readLibrary((query) => library.rows(query));
  await Deno.writeTextFile(`${queriesFolder()}/README.md`, await formatMarkdown(renderReadme(objects)));
}
