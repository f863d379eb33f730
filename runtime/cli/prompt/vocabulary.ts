import type { AskRows } from "../library/library_objects.ts";

/** The words that can be completed, as the database itself and the folder of captures have them. */
export interface Vocabulary {
  /** Tables and views, each with its columns. */
  readonly tables: ReadonlyMap<string, readonly string[]>;
  /** Macros that give rows. */
  readonly tableMacros: readonly string[];
  /** Functions, and macros that give a value. */
  readonly functions: readonly string[];
  /** In upper case. */
  readonly keywords: readonly string[];
  /** Captures that are open. */
  readonly captures: readonly string[];
}

/** Asks the database for its words. */
export async function readVocabulary(ask: AskRows, captures: readonly string[]): Promise<Vocabulary> {
  const columns = await ask(
    `SELECT table_name, column_name FROM duckdb_columns() WHERE NOT internal AND NOT starts_with(table_name, '_')
     ORDER BY table_name, column_index`,
  );
  const functions = await ask(
    `SELECT DISTINCT function_name, function_type = 'table_macro' AND NOT internal FROM duckdb_functions()
     WHERE regexp_full_match(function_name, '[a-z][a-z0-9_]*') ORDER BY 1`,
  );
  const keywords = await ask("SELECT upper(keyword_name) FROM duckdb_keywords() ORDER BY 1");
  const named = Map.groupBy(columns, ([table]) => String(table));
  return {
    tables: new Map([...named].map(([table, rows]) => [table, rows.map(([, column]) => String(column))])),
    tableMacros: functions.filter(([, isTable]) => isTable === true).map(([name]) => String(name)),
    functions: functions.filter(([, isTable]) => isTable !== true).map(([name]) => String(name)),
    keywords: keywords.map(([word]) => String(word)),
    captures,
  };
}
