import { basename, dirname, join, resolve } from "@std/path";
import { chosenBaseline } from "../../compare/baseline/baselines.ts";
import { CaptureError, CliError } from "../../errors.ts";
import { matchesText } from "../../sites/site_pattern.ts";
import { listCaptures, resolveCapture } from "../../store/folder.ts";

/** What is compared with what. */
export interface Sides {
  /** Folders of captures, or the name of a baseline. */
  readonly base: readonly string[] | { readonly baseline: string };
  readonly candidate: readonly string[];
}

/** What the user said of the sides. */
export interface GivenSides {
  readonly operands: readonly string[];
  /** Behind `--`; null: there is none. */
  readonly rest: readonly string[] | null;
  /** Values of `--base`. */
  readonly base: readonly string[];
  readonly baseline: string | undefined;
  /** Folder of the captures. */
  readonly dir: string;
  /** Folder of the baselines. */
  readonly baselines: string;
}

const HOW = `compare BASE CANDIDATE, compare BASE… -- CANDIDATE…, or compare --baseline NAME CANDIDATE…`;

/**
 * Tells the two sides apart: by `--`, `--base` or `--baseline`; of two arguments the first is the base; and where a baseline is in use
 * ("baseline use"), one argument is the candidate.
 *
 * @throws {CliError} They cannot be told apart, or one is empty.
 * @throws {CaptureError} A name is that of no capture.
 */
export async function splitSides(given: GivenSides): Promise<Sides> {
  const { operands, rest, base, baseline } = given;
  const ways = [rest !== null && "--", base.length > 0 && "--base", baseline !== undefined && "--baseline"]
    .filter((way) => way !== false);
  if (ways.length > 1) throw new CliError(`the base is given twice, by ${ways.join(" and ")}: ${HOW}`);
  const option = rest?.find((word) => word.startsWith("-"));
  if (option !== undefined) {
    throw new CliError(`${option} stands behind "--", where captures are: put it before`);
  }
  if (rest !== null) return await namedSides(operands, rest, given);
  if (base.length > 0) return await namedSides(base, operands, given);
  if (baseline !== undefined) return await withBaseline(baseline, operands, given);
  if (operands.length === 2) return await namedSides(operands.slice(0, 1), operands.slice(1), given);
  if (operands.length === 1) {
    const chosen = await chosenBaseline(given.baselines);
    if (chosen !== null) return await withBaseline(chosen, operands, given);
    throw new CliError(
      `there is nothing to compare ${
        operands[0]
      } with: name the base before it, or use a baseline ("baseline use NAME")`,
    );
  }
  throw new CliError(
    operands.length === 0
      ? `no capture is named: ${HOW} ("list" shows the captures)`
      : `of ${operands.length} captures it is not clear which are the base: ${HOW}`,
  );
}

async function namedSides(
  base: readonly string[],
  candidate: readonly string[],
  { dir }: GivenSides,
): Promise<Sides> {
  return { base: await findSide("base", base, dir), candidate: await findSide("candidate", candidate, dir) };
}

async function withBaseline(name: string, candidate: readonly string[], { dir }: GivenSides): Promise<Sides> {
  return { base: { baseline: name }, candidate: await findSide("candidate", candidate, dir) };
}

async function findSide(side: string, words: readonly string[], dir: string): Promise<string[]> {
  const paths = await findCaptures(words, dir);
  if (paths.length === 0) throw new CliError(`no capture of the ${side} is named: ${HOW}`);
  return paths;
}

/**
 * The captures that words mean: a name below `dir` or a path, a folder that holds captures, or a pattern with `*` and `?` for names
 * below `dir` or, with a folder before it, below that. In the order of the words, those of one by their names.
 *
 * @throws {CaptureError} A word means none.
 */
export async function findCaptures(words: readonly string[], dir: string): Promise<string[]> {
  const paths: string[] = [];
  for (const word of words) {
    for (const path of await capturesOf(word, dir)) {
      if (!paths.includes(path)) paths.push(path);
    }
  }
  return paths;
}

async function capturesOf(word: string, dir: string): Promise<string[]> {
  try {
    return [await resolveCapture(word, dir)];
  } catch (error) {
    if (!(error instanceof CaptureError)) throw error;
    const within = await capturesIn(resolve(word), "*");
    if (within.length > 0) return within;
    if (!/[*?]/.test(word)) throw error;
    const folder = /[\\/]/.test(word) ? resolve(dirname(word)) : dir;
    const found = await capturesIn(folder, basename(word));
    if (found.length > 0) return found;
    throw new CaptureError(`there is no capture "${word}": no name in ${folder} is like it`, {
      cause: error,
    });
  }
}

async function capturesIn(folder: string, pattern: string): Promise<string[]> {
  const names = (await listCaptures(folder)).map(({ name }) => name).filter((name) =>
    matchesText(pattern, name)
  );
  return names.sort((a, b) => a.localeCompare(b, "en", { numeric: true })).map((name) => join(folder, name));
}
