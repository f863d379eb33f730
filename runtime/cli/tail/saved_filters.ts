/**
 * Filter sets under a name, each a JSON file in the user's folder for settings, so that they can be copied and shared.
 * @module
 */
import { join } from "@std/path";
import { CliError } from "../../errors.ts";
import { filterJson, type FilterSet, parseFilterJson } from "./filter_set.ts";

const ENDING = ".json";

/** Where they are kept. */
export function filterFolder(): string {
  const given = Deno.env.get("XDG_CONFIG_HOME");
  const home = Deno.env.get("HOME") ?? Deno.env.get("USERPROFILE") ?? ".";
  // A relative path is to be ignored, says the XDG Base Directory Specification.
  const folder = given !== undefined && given.startsWith("/") ? given : join(home, ".config");
  return join(folder, "ringscope", "filters");
}

/**
 * Reads the name of a filter set.
 *
 * @throws {RangeError} It cannot be a file's.
 */
export function parseFilterName(name: string): string {
  if (/^\w[\w.-]{0,63}$/.test(name)) return name;
  throw new RangeError(
    `a filter is named with letters, digits, _ . and -, at most 64, not ${JSON.stringify(name)}`,
  );
}

/** Keeps a set under a name, in place of what was there. */
export async function saveFilter(name: string, set: FilterSet): Promise<string> {
  const folder = filterFolder();
  const path = join(folder, `${name}${ENDING}`);
  try {
    await Deno.mkdir(folder, { recursive: true });
    await Deno.writeTextFile(path, `${JSON.stringify(filterJson(set), null, 2)}\n`);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    throw new CliError(`cannot save the filter ${name} in ${folder}: ${error.message}`, {
      cause: error,
      exitCode: 1,
    });
  }
  return path;
}

/**
 * The set of a name.
 *
 * @throws {CliError} There is none, or its file is damaged.
 */
export async function loadFilter(name: string): Promise<FilterSet> {
  const path = join(filterFolder(), `${name}${ENDING}`);
  try {
    return parseFilterJson(await Deno.readTextFile(path));
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    if (error instanceof Deno.errors.NotFound) {
      const names = await listFilters();
      const there = names.length === 0 ? "none is saved yet (--save NAME)" : `there are ${names.join(", ")}`;
      throw new CliError(`there is no filter "${name}": ${there}`, { cause: error });
    }
    throw new CliError(`cannot use the filter ${path}: ${error.message}; correct the file or save it again`, {
      cause: error,
    });
  }
}

/** The names of all sets, in order. */
export async function listFilters(): Promise<string[]> {
  const names: string[] = [];
  try {
    for await (const { name, isFile } of Deno.readDir(filterFolder())) {
      if (isFile && name.endsWith(ENDING)) names.push(name.slice(0, -ENDING.length));
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  return names.sort();
}
