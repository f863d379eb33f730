import { type Breach, lineOf, type Source } from "./sources.ts";

/** Libraries that may be exchanged, each with the only place that may know it. */
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
  { library: /^deno-std\//, home: /^runtime\/std\//, instead: "use the typed wrapper, @std/…" },
  { library: /^(npm|jsr|https?):/, home: /^$/, instead: "name it in the import map of deno.json" },
];
const IMPORT = /\b(?:from|import)\s*\(?\s*["']([^"']+)["']/g;

/** Breaches of the rule that each exchangeable library is imported in one place. */
export function checkImports({ path, text }: Source): Breach[] {
  if (!path.endsWith(".ts")) return [];
  return [...text.matchAll(IMPORT)].flatMap((match) => {
    const specifier = match[1] ?? "";
    const rule = HOMES.find(({ library }) => library.test(specifier));
    if (rule === undefined || rule.home.test(path)) return [];
    return [{ path, line: lineOf(text, match.index), message: `imports "${specifier}": ${rule.instead}` }];
  });
}
