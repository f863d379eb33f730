/**
 * The types of the rows that the SQL library gives, as TypeScript.
 *
 * @module
 */
import type { LibraryColumn, LibraryObject } from "../../runtime/cli/library/library_objects.ts";

const ABOUT = `/**
 * The rows of the tables and views that every store has. Written from the comments in the database, with the page of the SQL library:
 *
 *     deno run --allow-read --allow-write --allow-env --allow-sys --allow-run tests/queries/write_readme.ts
 *
 * A column whose comment speaks of NULL can be null. Times are unix times in ns.
 *
 * @module
 */`;

/** The module, not yet formatted. */
export function renderTables(objects: readonly LibraryObject[]): string {
  const views = objects.filter(({ kind, name }) => kind === "view" && !name.startsWith("_"));
  const rows = views.map(({ name, comment, columns }) =>
    `${doc(comment)}\nexport interface ${rowName(name)} {\n${columns.map(renderColumn).join("\n")}\n}`
  );
  const names = views.map(({ name }) =>
    `/** See {@link ${rowName(name)}}. */\nreadonly ${name}: ${rowName(name)};`
  );
  return [
    ABOUT,
    `/** Every table and view by its name. */\nexport interface Tables {\n${names.join("\n")}\n}`,
    ...rows,
  ].join("\n\n");
}

function renderColumn({ name, type, comment }: LibraryColumn): string {
  const nullable = /\bNULL\b/.test(comment ?? "") ? " | null" : "";
  return `${doc(comment)}\nreadonly ${name}: ${valueType(type)}${nullable};`;
}

/** The type in which a script gets a value; see read_table.ts. */
function valueType(type: string): string {
  if (type.endsWith("[]")) return `readonly ${valueType(type.slice(0, -2))}[]`;
  if (/^(U?BIGINT|U?HUGEINT|TIMESTAMP(_NS)?)$/.test(type)) return "bigint";
  if (/^(U?(TINYINT|SMALLINT|INTEGER)|FLOAT|DOUBLE)$/.test(type)) return "number";
  const others: Record<string, string> = { VARCHAR: "string", BOOLEAN: "boolean", BLOB: "Uint8Array" };
  const found = others[type];
  if (found === undefined) {
    throw new TypeError(`there is no TypeScript type for the SQL type ${type} yet: add it here`);
  }
  return found;
}

function doc(comment: string | null): string {
  return `/** ${(comment ?? "").replaceAll("*/", "* /")} */`;
}

function rowName(view: string): string {
  return `${view.replace(/(?:^|_)(\w)/g, (_, letter: string) => letter.toUpperCase())}Row`;
}
