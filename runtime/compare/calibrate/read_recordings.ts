/**
 * The recordings that are kept with the sources.
 * @module
 */
import type { Recordings } from "./recordings.ts";

const NAMES = ["requests", "walk"];

/** All of them, by their names. */
export async function readRecordings(): Promise<Record<string, Recordings>> {
  const all: Record<string, Recordings> = {};
  for (const name of NAMES) {
    const path = new URL(`testdata/${name}.json`, import.meta.url);
    all[name] = JSON.parse(await Deno.readTextFile(path)) as Recordings;
  }
  return all;
}
