/**
 * Writes `queries/README.md` from the comments in the database.
 *
 * @module
 */
import { queriesFolder } from "../../runtime/store/sql_library.ts";
import { readLibrary } from "./library_objects.ts";
import { openLibrary } from "./open_library.ts";
import { formatMarkdown, renderReadme } from "./render_readme.ts";

if (import.meta.main) {
  const objects = await readLibrary(await openLibrary({}));
  await Deno.writeTextFile(`${queriesFolder()}/README.md`, await formatMarkdown(renderReadme(objects)));
}
