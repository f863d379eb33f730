/**
 * The SQL library as text: all of it by folder, or one object in full.
 *
 * @module
 */
import { bold, dim } from "@std/fmt";
import { shellQuote } from "../common_options.ts";
import { wrapText } from "../wrap_text.ts";
import type { ExplainedObject } from "./explained_object.ts";
import type { LibraryObject } from "./library_objects.ts";
import { type LibraryParameter, PARAMETER_KINDS } from "./library_parameters.ts";

/** Columns of the terminal; undefined for no limit. */
export interface ExplainOptions {
  readonly width?: number | undefined;
}

/** The name as it is called: `name`, or `name(first, second := 1)`. */
export function signatureOf(name: string, parameters: readonly LibraryParameter[]): string {
  if (parameters.length === 0) return name;
  return `${name}(${
    parameters.map((one) => one.name + (one.fallback === null ? "" : ` := ${one.fallback}`)).join(", ")
  })`;
}

/** Every public object by folder, each with the first sentence of its comment. */
export function explainLibrary(objects: readonly LibraryObject[], { width }: ExplainOptions): string {
  const shown = objects.filter(({ name }) => !name.startsWith("_"));
  const longest = Math.max(...shown.map(({ name }) => name.length));
  const sections = [...Map.groupBy(shown, ({ folder }) => folder)].map(([folder, within]) => {
    const lines = within.map(({ name, kind, comment }) => {
      const told = `${firstSentence(comment)}${kind === "view" ? "" : ` [${kind}]`}`;
      return `  ${name.padEnd(longest)}  ${wrapText(told, { width, indent: longest + 4 })}`;
    });
    return `${bold(`${folder}/`)}\n${lines.join("\n")}\n`;
  });
  return sections.join("\n");
}

/** One object: what a row of it is, its parameters, its columns, an example, and its SQL where that is wanted. */
export function explainObject(
  object: ExplainedObject,
  options: ExplainOptions & { task: string; sql: boolean },
): string {
  const { name, kind, folder, comment, columns, described, source } = object;
  const { width, task, sql } = options;
  const parts = [
    `${bold(signatureOf(name, described))}  ${dim(`${kind}, ${folder}/`)}`,
    wrapText(comment ?? "", { width }),
  ];
  if (described.length > 0) {
    const rows = described.map((one): [string, string, string] => [
      one.name,
      one.fallback === null ? "" : `default ${one.fallback}`,
      PARAMETER_KINDS[one.kind].what,
    ]);
    parts.push(`${bold("parameters")}\n${layOut(rows, width)}`);
  }
  if (columns.length > 0) {
    const rows = columns.map((one): [string, string, string] => [one.name, one.type, one.comment ?? ""]);
    parts.push(`${bold("columns")}\n${layOut(rows, width)}`);
  }
  const commands = exampleCommands(object, task);
  if (commands.length > 0) {
    parts.push(`${bold("example")}\n${commands.map((command) => `  ${command}`).join("\n")}`);
  }
  if (sql) parts.push(source.trimEnd());
  return `${parts.join("\n\n")}\n`;
}

/** What the user types to see rows, or a value, of an object. */
export function exampleCommands(
  { name, kind, columns, described }: Pick<ExplainedObject, "name" | "kind" | "columns" | "described">,
  task: string,
): string[] {
  if (kind === "macro") return [];
  const given = described.filter(({ fallback }) => fallback === null)
    .map((one) => ` --param ${shellQuote(`${one.name}=${PARAMETER_KINDS[one.kind].sample}`)}`);
  const byName = `${task} sql --query ${name}${given.join("")}`;
  if (kind === "table macro") return [byName];
  const some = columns.slice(0, 4).map((column) => quoteName(column.name)).join(", ");
  return [byName, `${task} sql ${shellQuote(`SELECT ${some} FROM ${name} LIMIT 10`)}`];
}

/** Three columns below each other; the last one, which may be long, in lines that fit. */
function layOut(rows: readonly (readonly [string, string, string])[], width: number | undefined): string {
  const first = Math.max(...rows.map(([name]) => name.length));
  const second = Math.max(...rows.map(([, type]) => type.length));
  const indent = first + second + 6;
  return rows.map(([name, type, text]) =>
    `  ${name.padEnd(first)}  ${type.padEnd(second)}  ${wrapText(text, { width, indent })}`.trimEnd()
  ).join("\n");
}

/** A name as SQL takes it: `order` is a column of captures, and a keyword. */
function quoteName(name: string): string {
  return name === "order" ? `"${name}"` : name;
}

/** The first sentence of a comment. */
export function firstSentence(comment: string | null): string {
  return /^.*?\.(?=\s|$)/s.exec(comment ?? "")?.[0] ?? comment ?? "";
}
