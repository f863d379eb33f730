import { type Breach, lineOf, type Source } from "./sources.ts";

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
    // Where an isolate that has used it ends by itself, Deno crashes: see native_engine.ts.
    library: /^@duckdb\/node-api|\/store\/native_engine\.ts$/,
    home: /^(runtime\/store\/native_(engine|result)|tests\/support\/duckdb_worker)\.ts$/,
    instead: "ask it in a worker, by openStore or tests/support/duckdb.ts",
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
    const rule = HOMES.find(({ library }) => library.test(specifier));
    if (rule === undefined || rule.home.test(path)) return [];
    return [{ path, line: lineOf(text, match.index), message: `imports "${specifier}": ${rule.instead}` }];
  });
}
