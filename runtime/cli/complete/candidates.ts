/**
 * What a shell may offer at a place of a command line: by the words that the usage texts of the commands use themselves, so that a
 * new option is completed without a word here.
 *
 * @module
 */
import { resolve } from "@std/path";
import { listCaptures } from "../../store/folder.ts";
import { DEFAULT_DIR } from "../common_options.ts";
import { listLibraryNames, listRowNames } from "../library/library_file.ts";
import { listFiles } from "./list_files.ts";
import { listSites } from "./list_sites.ts";

/** Lists candidates, by the word that stands for them in a usage text. */
export type Candidates = Readonly<Record<string, readonly string[]>>;

/** Everything that the end of a command line may name. */
export async function readCandidates(words: readonly string[]): Promise<Candidates> {
  const dir = resolve(dirOf(words) ?? DEFAULT_DIR);
  const captures = await captureNames(dir);
  const library = await listLibraryNames();
  const files = await listFiles(words.at(-1)?.replace(/^--[\w-]+=/, "") ?? "");
  const all = {
    CAPTURE: captures,
    BASE: captures,
    CANDIDATE: captures,
    NAME: library,
    // Placeholders of options.
    "--query": await listRowNames(),
    ...await listSites(words, dir),
    path: files,
    file: files,
    folder: files.filter((path) => path.endsWith("/")),
  };
  return Object.fromEntries(Object.entries(all).map(([word, names]) => [word, names.filter(isPlain)]));
}

async function captureNames(dir: string): Promise<string[]> {
  return (await listCaptures(dir)).filter(({ info }) => info !== null).map(({ name }) => name);
}

/** The folder of captures that was named earlier on the line. */
function dirOf(words: readonly string[]): string | undefined {
  const joined = words.find((word) => word.startsWith("--dir="));
  if (joined !== undefined) return joined.slice("--dir=".length);
  const at = words.indexOf("--dir");
  return at < 0 || at >= words.length - 2 ? undefined : words[at + 1];
}

/** bash reads candidates as it reads a command: a name with `$(…)` in it would be run, and one with blanks be two. */
function isPlain(name: string): boolean {
  return /^[\w@%+=:,./-]+$/.test(name);
}
