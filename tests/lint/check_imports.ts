import { join } from "@std/path";
import { type Breach, lineOf, type Source } from "./sources.ts";

/** Deno crashes where an isolate ends that has used native DuckDB: see native_engine.ts. */
const NATIVE_INSTEAD = "ask it in a worker, by openStore or tests/support/duckdb.ts";
/** Libraries that may be exchanged, or crash elsewhere, each with the only place that may know it. */
const HOMES: readonly { readonly library: RegExp; readonly home: RegExp; readonly instead: string }[] = [
  {
    library: /^(commander|@commander-js\/)/,
    home: /^runtime\/cli\/command\.ts$/,
    instead: "use runtime/cli/command.ts",
  },
  { library: /^cli-table3/, home: /^runtime\/cli\/table\.ts$/, instead: "use runtime/cli/table.ts" },
  {
    library: /^(@observablehq\/plot|linkedom)/,
    home: /^runtime\/report\/charts\/plot\.ts$/,
    instead: "use runtime/report/charts/plot.ts",
  },
  {
    library: /^@duckdb\/node-api/,
    home: /^(runtime\/store\/native_(engine|result)|tests\/support\/duckdb_worker)\.ts$/,
    instead: NATIVE_INSTEAD,
  },
  {
    library: /^runtime\/store\/native_engine\.ts$/,
    home: /^runtime\/store\/(open_engine|loaded_captures|attached_capture)\.ts$/,
    instead: NATIVE_INSTEAD,
  },
  { library: /^deno-std\//, home: /^runtime\/std\//, instead: "use the typed wrapper, @std/…" },
  { library: /^(npm|jsr|https?):/, home: /^$/, instead: "name it in the import map of deno.json" },
];
const IMPORT = /\b(?:from|import)\s*\(?\s*["']([^"']+)["']/g;

/** Breaches of the rule that each of these libraries is imported at its home only. */
export function checkImports({ path, text }: Source): Breach[] {
  if (!path.endsWith(".ts")) return [];
  return [...text.matchAll(IMPORT)].flatMap((match) => {
    const specifier = match[1] ?? "";
    const imported = specifier.startsWith(".") ? join(path, "..", specifier) : specifier;
    const rule = HOMES.find(({ library }) => library.test(imported));
    if (rule === undefined || rule.home.test(path)) return [];
    return [{ path, line: lineOf(text, match.index), message: `imports "${specifier}": ${rule.instead}` }];
  });
}
