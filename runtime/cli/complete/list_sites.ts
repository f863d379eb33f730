/**
 * The names of call sites that a command line may mean.
 * @module
 */
import { findRings } from "../control/find_rings.ts";
import { readRingSites } from "../../sites/ring_sites.ts";

/** The options that take a pattern of call sites, by command. */
const OPTIONS: Readonly<Record<string, readonly string[]>> = {
  control: ["--enable", "--disable"],
  capture: ["--only", "--exclude"],
};

/** Candidates for the options of the line that take them; none where there are no rings to ask. */
export async function listSites(
  words: readonly string[],
  dir: string,
): Promise<Record<string, readonly string[]>> {
  const options = OPTIONS[words[0] ?? ""] ?? [];
  const current = words.at(-1)?.startsWith("--") ? words.at(-1) : words.at(-2);
  if (!options.some((option) => current === option || current?.startsWith(`${option}=`))) return {};
  const names = await readNames(words[0] === "capture" ? valueOf("--rings", words) : operandOf(words), dir);
  return Object.fromEntries(options.map((option) => [option, names]));
}

async function readNames(named: string | undefined, dir: string): Promise<string[]> {
  try {
    const { path, header } = await findRings(named, dir);
    return [...new Set(readRingSites(path, header).sites.map(({ name }) => name))].sort();
  } catch (error) {
    // Nothing is running, or it is not ours, or this shell's completion was made without the right: there is nothing to offer.
    if (error instanceof Error) return [];
    throw error;
  }
}

/** What was named before the last option. */
function operandOf(words: readonly string[]): string | undefined {
  const takesValue = [...OPTIONS.control!, "--severity", "--dir", "--color"];
  return words.slice(1, -1).find((word, at, all) =>
    !word.startsWith("-") && !takesValue.includes(all[at - 1] ?? "")
  );
}

function valueOf(option: string, words: readonly string[]): string | undefined {
  const at = words.indexOf(option);
  return at < 0
    ? words.find((word) => word.startsWith(`${option}=`))?.slice(option.length + 1)
    : words[at + 1];
}
