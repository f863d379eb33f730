/**
 * Rules of the SQL library (queries/README.md): which folder may stand on which, its statements, its names.
 *
 * @module
 */
import { type Breach, lineOf, type Source } from "./sources.ts";

const FILE = /^queries\/(?<folder>\w+)\/(?<name>\w+)\.sql$/;
const KEYWORDS =
  /\b(select|from|where|group by|order by|union all|join|left join|on|using|with|as|case|when|then|else|end|over|partition by|having|and|or|not|null|create|comment|desc|distinct|is|in|between|limit)\b/g;

/** Breaches of the rules of the SQL library. */
export function checkQueries(sources: readonly Source[]): Breach[] {
  const files = sources.flatMap(({ path, text }) => {
    const { folder, name } = FILE.exec(path)?.groups ?? {};
    return folder === undefined || name === undefined ? [] : [{ path, text, folder, name }];
  });
  const folderOf = new Map(files.map(({ name, folder }) => [name, folder]));
  return files.flatMap(({ path, text, folder, name }) => {
    const breach = (index: number, message: string): Breach => ({ path, line: lineOf(text, index), message });
    const code = blank(text);
    const breaches: Breach[] = [];
    for (const match of code.matchAll(/\b[a-z_]\w*\b/g)) {
      const used = folderOf.get(match[0]);
      if (used === undefined || match[0] === name || mayUse(folder, used)) continue;
      breaches.push(
        breach(match.index, `${folder}/ uses ${match[0]} of ${used}/: only prelude/ is for everybody`),
      );
    }
    for (const match of code.matchAll(KEYWORDS)) {
      breaches.push(breach(match.index, `"${match[0]}" is a keyword: write it in upper case`));
    }
    for (
      const match of code.matchAll(/(?<!count\()(?<!\w\s)\*(?=\s*(?:FROM\b|,\s*\w+\s+FROM\b))|SELECT\s+\*/g)
    ) {
      breaches.push(breach(match.index, "SELECT * hides what a view has: name the columns"));
    }
    if (!text.startsWith("-- ")) {
      breaches.push(breach(0, "the file begins with a comment that says why it is there"));
    }
    if (folder !== "metrics" && !code.includes("COMMENT ON")) {
      breaches.push(breach(0, `there is no COMMENT ON ${name}`));
    }
    return breaches;
  });
}

/** Generic things below, domains beside each other, health above all of them; metrics ask them all and define nothing. */
function mayUse(folder: string, used: string): boolean {
  return used === "prelude" || used === folder || folder === "health" || folder === "metrics" ||
    used === "metrics";
}

/** Comments, texts and quoted names as spaces, so that places stay. */
function blank(text: string): string {
  return text.replace(/--.*|'(?:[^']|'')*'|"[^"]*"/g, (found) => found.replace(/[^\n]/g, " "));
}
