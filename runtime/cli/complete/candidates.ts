/**
 * What a shell may offer at a place of a command line: by the words that the usage texts of the commands use themselves, so that a
 * new option is completed without a word here.
 *
 * @module
 */
import { resolve } from "@std/path";
import { ALLOWABLE } from "../../compare/comparability.ts";
import { listBaselineNames } from "../../compare/baseline/baselines.ts";
import { listCaptures } from "../../store/folder.ts";
import { DEFAULT_BASELINES } from "../compare/measuring_options.ts";
import { DEFAULT_DIR } from "../common_options.ts";
import { listLibraryNames, listRowNames } from "../library/library_file.ts";
import { listFiles } from "./list_files.ts";
import { listSites } from "./list_sites.ts";

/** Lists candidates, by the word that stands for them in a usage text. */
export type Candidates = Readonly<Record<string, readonly string[]>>;

/** Everything that the end of a command line may name. */
export async function readCandidates(words: readonly string[]): Promise<Candidates> {
  const dir = resolve(valueOf("--dir", words) ?? DEFAULT_DIR);
  const captures = await captureNames(dir);
  const baselines = await listBaselineNames(resolve(valueOf("--baselines", words) ?? DEFAULT_BASELINES));
  const library = await listLibraryNames();
  const files = await listFiles(words.at(-1)?.replace(/^--[\w-]+=/, "") ?? "");
  const all = {
    CAPTURE: captures,
    BASE: captures,
    CANDIDATE: captures,
    NAME: library,
    ACTION: ["save", "list", "use", "rm"],
    BASELINE: baselines,
    // Placeholders of options.
    "--query": await listRowNames(),
    "--base": captures,
    "--baseline": baselines,
    "--allow": ALLOWABLE,
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

/** What an option was given earlier on the line. */
function valueOf(option: `--${string}`, words: readonly string[]): string | undefined {
  const joined = words.find((word) => word.startsWith(`${option}=`));
  if (joined !== undefined) return joined.slice(option.length + 1);
  const at = words.indexOf(option);
  return at < 0 || at >= words.length - 2 ? undefined : words[at + 1];
}

/** bash reads candidates as it reads a command: a name with `$(…)` in it would be run, and one with blanks be two. */
function isPlain(name: string): boolean {
  return /^[\w@%+=:,./-]+$/.test(name);
}
