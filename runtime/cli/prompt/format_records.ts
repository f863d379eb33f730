import { dim } from "@std/fmt";
import { type Rows, TABLE_ROWS } from "../format_rows.ts";
import { printable, toTextValue } from "../format_value.ts";

/** Rows one below the other, a line for each column: what is too wide for a table. At most {@link TABLE_ROWS} of them. */
export function* formatRecords({ columns, rows }: Rows): Generator<string> {
  const names = columns.map(({ name }) => printable(name));
  const width = Math.max(0, ...names.map((name) => name.length));
  for (const [at, row] of rows.slice(0, TABLE_ROWS).entries()) {
    yield `${dim(`─[ row ${at + 1} ]─`)}\n`;
    for (const [column, name] of names.entries()) {
      const text = toTextValue(row[column], columns[column]?.type ?? "");
      yield `${name.padEnd(width)} │ ${text === null ? dim("NULL") : printable(text)}\n`;
    }
  }
}
