import { dim } from "@std/fmt";
import { csvField } from "../export/csv_field.ts";
import { printable, toJsonValue, toTextValue } from "./format_value.ts";
import { renderTable } from "./table.ts";

/** The forms in which rows can be printed. */
export const ROW_FORMATS = ["table", "csv", "json", "ndjson", "markdown"] as const;
/** One of {@link ROW_FORMATS}. */
export type RowFormat = typeof ROW_FORMATS[number];

/** Rows with the names and DuckDB types of their columns. */
export interface Rows {
  columns: readonly { name: string; type: string }[];
  rows: readonly (readonly unknown[])[];
}

/** Options of {@link formatRows}. */
export interface FormatRowsOptions {
  /** Columns of the terminal, for tables. Default: no limit. */
  width?: number | undefined;
}

/** How many rows a table shows: more than that nobody reads, and it would be laid out in memory. */
export const TABLE_ROWS = 1000;

const NUMBERS = /^(U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?|FLOAT|DOUBLE|DECIMAL.*)$/;

/** The rows as text in pieces; the last one ends with a line break. */
export function* formatRows(
  result: Rows,
  format: RowFormat,
  options: FormatRowsOptions = {},
): Generator<string> {
  switch (format) {
    case "table":
      yield table(result, options);
      break;
    case "csv":
      yield* csv(result);
      break;
    case "json":
      yield* json(result);
      break;
    case "ndjson":
      for (const row of objects(result)) yield `${JSON.stringify(row)}\n`;
      break;
    case "markdown":
      yield* markdown(result);
      break;
  }
}

function table(result: Rows, options: FormatRowsOptions): string {
  if (result.columns.length === 0) return "";
  const columns = result.columns.map(({ name, type }) => ({
    title: printable(name),
    align: NUMBERS.test(type) ? "right" as const : "left" as const,
  }));
  const shown = result.rows.slice(0, TABLE_ROWS);
  const cells = shown.map((row) =>
    result.columns.map(({ type }, at) => {
      const text = toTextValue(row[at], type);
      return text === null ? dim("NULL") : printable(text);
    })
  );
  return `${renderTable(columns, cells, options)}\n`;
}

function* csv(result: Rows): Generator<string> {
  yield `${result.columns.map(({ name }) => csvField(name)).join(",")}\n`;
  for (const row of result.rows) {
    yield `${result.columns.map(({ type }, at) => csvField(toTextValue(row[at], type))).join(",")}\n`;
  }
}

function* json(result: Rows): Generator<string> {
  let before = "[\n";
  for (const row of objects(result)) {
    yield `${before}  ${JSON.stringify(row)}`;
    before = ",\n";
  }
  yield before === "[\n" ? "[]\n" : "\n]\n";
}

function* objects(result: Rows): Generator<Record<string, unknown>> {
  const names = uniqueNames(result.columns.map(({ name }) => name));
  for (const row of result.rows) {
    yield Object.fromEntries(
      result.columns.map(({ type }, at) => [names[at] ?? "", toJsonValue(row[at], type)]),
    );
  }
}

/** `SELECT a, a` has two columns of one name, and an object would keep only the last. */
function uniqueNames(names: readonly string[]): string[] {
  const used = new Set(names);
  const seen = new Set<string>();
  return names.map((name) => {
    let unique = name;
    for (let n = 1; seen.has(unique); n++) {
      const candidate = `${name}_${n}`;
      if (!used.has(candidate)) unique = candidate;
    }
    seen.add(unique);
    used.add(unique);
    return unique;
  });
}

function* markdown(result: Rows): Generator<string> {
  if (result.columns.length === 0) return;
  const line = (cells: string[]) => `| ${cells.join(" | ")} |\n`;
  yield line(result.columns.map(({ name }) => markdownCell(name)));
  yield line(result.columns.map(({ type }) => NUMBERS.test(type) ? "---:" : "---"));
  for (const row of result.rows) {
    yield line(result.columns.map(({ type }, at) => markdownCell(toTextValue(row[at], type) ?? "NULL")));
  }
}

function markdownCell(text: string): string {
  return printable(text).replaceAll("\\", "\\\\").replaceAll("|", "\\|").replaceAll("<", "&lt;");
}
