/**
 * Candidates for the word at the end of a statement that is being typed. DuckDB's own completion is an extension, which the store
 * does not fetch.
 *
 * @module
 */
import { statementState } from "./statement_state.ts";
import type { Completions } from "./line_editor.ts";
import type { Vocabulary } from "./vocabulary.ts";

/** After these comes something that has rows. */
const BEFORE_TABLE = /\b(?:FROM|JOIN|DESCRIBE|SUMMARIZE|TABLE|VIEW|INTO|UPDATE)\s+$/i;
/** `FROM a, b`: a comma in the list of tables. */
const IN_TABLE_LIST = /\b(?:FROM|JOIN)\s+[\w"]+(?:\s+(?:AS\s+)?\w+)?\s*,\s*$/i;

/** Candidates for the end of `text`, which is everything from the statement's beginning to the cursor. */
export function completeSql(text: string, words: Vocabulary): Completions {
  const state = statementState(text);
  if (state === "in quotes") {
    const replaces = /[^']*$/.exec(text)?.[0] ?? "";
    return pick(replaces, words.captures, (name) => `${name}'`);
  }
  if (state !== "unfinished" && state !== "complete") return { replaces: "", candidates: [] };
  const replaces = /\w*$/.exec(text)?.[0] ?? "";
  const before = text.slice(0, text.length - replaces.length);
  const owner = /(\w+)\.$/.exec(before)?.[1];
  if (owner !== undefined) return pick(replaces, columnsOf(text, owner, words));
  if (BEFORE_TABLE.test(before) || IN_TABLE_LIST.test(before)) {
    return pick(replaces, [...words.tables.keys(), ...words.tableMacros.map((name) => `${name}(`)]);
  }
  const columns = mentionedTables(text, words).flatMap((table) => words.tables.get(table) ?? []);
  // Every word that SQL has is no help.
  if (replaces === "") return pick("", columns);
  const keywords = /^[a-z]/.test(replaces)
    ? words.keywords.map((word) => word.toLowerCase())
    : words.keywords;
  return pick(replaces, [
    ...columns,
    ...words.tables.keys(),
    ...words.functions.map((name) => `${name}(`),
    ...words.tableMacros.map((name) => `${name}(`),
    ...keywords,
  ]);
}

function mentionedTables(text: string, { tables }: Vocabulary): string[] {
  const found = [...text.matchAll(/\b(?:FROM|JOIN|,)\s*"?(\w+)/gi)].map(([, name = ""]) =>
    name.toLowerCase()
  );
  return [...new Set(found)].filter((name) => tables.has(name));
}

/** The columns of a table, by its name or by what the statement calls it. */
function columnsOf(text: string, owner: string, { tables }: Vocabulary): readonly string[] {
  const known = tables.get(owner.toLowerCase());
  if (known !== undefined) return known;
  const alias = new RegExp(`\\b(?:FROM|JOIN|,)\\s*"?(\\w+)"?\\s+(?:AS\\s+)?${owner}\\b`, "i").exec(text)?.[1];
  return tables.get(alias?.toLowerCase() ?? "") ?? [];
}

function pick(
  replaces: string,
  words: readonly string[],
  write: (word: string) => string = (word) => word,
): Completions {
  const start = replaces.toLowerCase();
  const fitting = words.filter((word) => word.toLowerCase().startsWith(start));
  return { replaces, candidates: [...new Set(fitting)].map(write) };
}
