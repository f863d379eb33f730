/**
 * The project's own rules, as part of `deno task lint`. Prints each breach as `file:line: what and what instead`.
 * @module
 */
import { projectRoot } from "../../runtime/build/place.ts";
import { checkImports } from "./check_imports.ts";
import { checkOrderLabels } from "./check_order_labels.ts";
import { checkQueries } from "./check_queries.ts";
import { checkText } from "./check_text.ts";
import { readSources } from "./sources.ts";

if (import.meta.main) {
  const sources = await readSources(projectRoot());
  const breaches = [
    ...sources.flatMap(checkImports),
    ...sources.flatMap(checkText),
    ...checkOrderLabels(sources),
    ...checkQueries(sources),
  ];
  for (const { path, line, message } of breaches) console.error(`${path}:${line}: ${message}`);
  console.log(`${sources.length} files, ${breaches.length} breaches of the project's own rules`);
  Deno.exit(breaches.length === 0 ? 0 : 1);
}
