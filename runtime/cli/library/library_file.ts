import { basename } from "@std/path";
import { CliError } from "../../errors.ts";
import { listQueryFiles } from "../../store/sql_library.ts";
import type { LibraryObject } from "./library_objects.ts";
import { type LibraryParameter, readParameters } from "./library_parameters.ts";
import { nearestNames } from "./nearest_names.ts";

/** What the file of a view or macro tells, without asking a database. */
export interface LibraryFile {
  readonly name: string;
  readonly kind: LibraryObject["kind"];
  readonly parameters: readonly LibraryParameter[];
  readonly source: string;
}

/** The names of the public views and macros. */
export async function listLibraryNames(): Promise<string[]> {
  return (await listNames()).filter((name) => !name.startsWith("_"));
}

/** Those of them that give rows. */
export async function listRowNames(): Promise<string[]> {
  const files = await Promise.all((await listLibraryNames()).map(readLibraryFile));
  return files.filter(({ kind }) => kind !== "macro").map(({ name }) => name);
}

async function listNames(): Promise<string[]> {
  return (await listQueryFiles()).map((path) => basename(path, ".sql"));
}

/**
 * Reads the file that defines a name; an internal one too, for who knows it.
 *
 * @throws {CliError} There is none; the message names the nearest ones.
 */
export async function readLibraryFile(given: string): Promise<LibraryFile> {
  const name = given.toLowerCase();
  const path = (await listQueryFiles()).find((path) => basename(path, ".sql") === name);
  if (path === undefined) {
    const near = nearestNames(name, await listLibraryNames());
    throw new CliError(
      `the SQL library has no "${given}": the nearest are ${near.join(", ")} ("queries" lists all)`,
    );
  }
  const source = await Deno.readTextFile(path);
  return { name, kind: kindOf(source), parameters: readParameters(source, name), source };
}

function kindOf(source: string): LibraryFile["kind"] {
  if (!/^CREATE OR REPLACE MACRO\b/m.test(source)) return "view";
  return /^CREATE OR REPLACE MACRO[^;]*?\)\s*AS TABLE\b/m.test(source) ? "table macro" : "macro";
}
