/**
 * The files of `queries/`, which every store runs when it starts.
 *
 * @module
 */
import { fromFileUrl, join } from "@std/path";
import { QueryError } from "../errors.ts";
import type { Engine } from "./engine.ts";

/** What everything stands on, and what stands on everything. */
const FIRST_FOLDER = "prelude", LAST_FOLDER = "health";

/** Queries that comparing asks (runtime/compare/metrics/), which define nothing. */
export const METRICS_FOLDER = "metrics";

/** Where the library lies. */
export function queriesFolder(): string {
  return fromFileUrl(new URL("../../queries", import.meta.url));
}

/** Paths of the SQL files, in the order in which they are run: `prelude/`, the other folders by name, `health/`. */
export async function listQueryFiles(root: string = queriesFolder()): Promise<string[]> {
  const folders: string[] = [];
  for await (const entry of Deno.readDir(root)) {
    if (entry.isDirectory && entry.name !== METRICS_FOLDER) folders.push(entry.name);
  }
  const rank = (name: string) => `${name === FIRST_FOLDER ? 0 : name === LAST_FOLDER ? 2 : 1}${name}`;
  folders.sort((a, b) => (rank(a) < rank(b) ? -1 : 1));
  const files: string[] = [];
  for (const folder of folders) {
    const names: string[] = [];
    for await (const entry of Deno.readDir(join(root, folder))) {
      if (entry.isFile && entry.name.endsWith(".sql")) names.push(entry.name);
    }
    files.push(...names.sort().map((name) => join(root, folder, name)));
  }
  return files;
}

/**
 * Runs the library over the internal objects, which have to be there.
 *
 * @throws {QueryError} A file is wrong; the message names it.
 */
export async function runLibrary(engine: Engine, root: string = queriesFolder()): Promise<void> {
  for (const path of await listQueryFiles(root)) {
    try {
      await engine.run(await Deno.readTextFile(path));
    } catch (error) {
      if (!(error instanceof QueryError)) throw error;
      throw new QueryError(`${path}: ${error.message}`, { cause: error });
    }
  }
}
