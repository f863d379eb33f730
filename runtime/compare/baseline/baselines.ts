/**
 * Named baselines: a folder with one folder for each, and a file that tells which one is used when nobody names one.
 *
 * @module
 */
import { basename, join } from "@std/path";
import { CaptureError } from "../../errors.ts";
import { replaceFile } from "../../capture/durable_file.ts";
import { type Baseline, readBaseline, writeBaseline } from "./baseline_file.ts";

/** The file that names the baseline that is used. No baseline can have this name. */
const CHOSEN = ".use";
const NAME = /^[A-Za-z0-9_][\w.+-]{0,99}$/;

/** A baseline in a list. */
export interface ListedBaseline {
  /** That it is called by. */
  readonly name: string;
  /** Null when it cannot be read; `problem` says why. */
  readonly baseline: Baseline | null;
  /** Why it cannot be read. */
  readonly problem: string | null;
  /** Whether it is the one that is used when nobody names one. */
  readonly isChosen: boolean;
}

/**
 * Saves a baseline, in place of the one of that name that may be there.
 *
 * @throws {RangeError} The name is none that every file system takes.
 * @throws {CaptureError} It cannot be written.
 */
export async function saveBaseline(dir: string, baseline: Baseline): Promise<string> {
  checkName(baseline.name);
  const folder = join(dir, baseline.name);
  const aside = join(dir, `.${baseline.name}.${Deno.pid}.part`);
  try {
    await Deno.mkdir(dir, { recursive: true });
    await Deno.mkdir(aside);
    await writeBaseline(aside, baseline);
    await removeFolder(folder);
    await Deno.rename(aside, folder);
  } catch (error) {
    await Deno.remove(aside, { recursive: true }).catch(() => {});
    throw cannot(`save the baseline ${folder}`, error);
  }
  return folder;
}

/** Whether there is a baseline of that name. */
export async function hasBaseline(dir: string, name: string): Promise<boolean> {
  checkName(name);
  try {
    return (await Deno.stat(join(dir, name))).isDirectory;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) return false;
    throw cannot(`look for the baseline ${join(dir, name)}`, error);
  }
}

/** The names of all of them; none where `dir` does not exist. */
export async function listBaselineNames(dir: string): Promise<string[]> {
  const names: string[] = [];
  try {
    for await (const entry of Deno.readDir(dir)) {
      if (entry.isDirectory && NAME.test(entry.name)) names.push(entry.name);
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw cannot(`list the baselines in ${dir}`, error);
  }
  return names.sort();
}

/** All of them, by name; none where `dir` does not exist. */
export async function listBaselines(dir: string): Promise<ListedBaseline[]> {
  const names = await listBaselineNames(dir);
  const chosen = await chosenBaseline(dir);
  return await Promise.all(
    names.map(async (name) => {
      const isChosen = name === chosen;
      try {
        return { name, baseline: await readBaseline(join(dir, name)), problem: null, isChosen };
      } catch (error) {
        if (!(error instanceof CaptureError)) throw error;
        return { name, baseline: null, problem: error.message, isChosen };
      }
    }),
  );
}

/**
 * Reads a baseline by its name.
 *
 * @throws {CaptureError} There is none, or it cannot be read.
 */
export async function loadBaseline(dir: string, name: string): Promise<Baseline> {
  await expectBaseline(dir, name);
  return await readBaseline(join(dir, name));
}

/**
 * Removes a baseline.
 *
 * @throws {CaptureError} There is none, or it cannot be removed.
 */
export async function removeBaseline(dir: string, name: string): Promise<void> {
  await expectBaseline(dir, name);
  await removeFolder(join(dir, name));
  if (await chosenBaseline(dir) === name) await Deno.remove(join(dir, CHOSEN));
}

/**
 * Makes a baseline the one that is used when nobody names one.
 *
 * @throws {CaptureError} There is none of that name.
 */
export async function chooseBaseline(dir: string, name: string): Promise<void> {
  await expectBaseline(dir, name);
  await replaceFile(join(dir, CHOSEN), `${name}\n`);
}

/** The name of the baseline that is used when nobody names one; null when none was chosen. */
export async function chosenBaseline(dir: string): Promise<string | null> {
  try {
    const name = (await Deno.readTextFile(join(dir, CHOSEN))).trim();
    return NAME.test(name) ? name : null;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) return null;
    throw cannot(`read ${join(dir, CHOSEN)}`, error);
  }
}

/**
 * Makes sure that there is a baseline of that name.
 *
 * @throws {CaptureError} There is none; the message names those that there are.
 */
export async function expectBaseline(dir: string, name: string): Promise<void> {
  if (await hasBaseline(dir, name)) return;
  const names = await listBaselineNames(dir);
  const hint = names.length === 0
    ? `there is none in ${dir} yet: save one with "baseline save ${name} CAPTURE…"`
    : `in ${dir} there ${names.length === 1 ? "is" : "are"} ${names.join(", ")}`;
  throw new CaptureError(`there is no baseline "${name}": ${hint}`);
}

function checkName(name: string): void {
  if (NAME.test(name)) return;
  throw new RangeError(
    `"${name}" is no name of a baseline: letters, digits and _ . + -, at most 100, no point first`,
  );
}

/** First out of the way, so that nobody meets half of it. */
async function removeFolder(folder: string): Promise<void> {
  const aside = join(folder, "..", `.${basename(folder)}.${Deno.pid}.gone`);
  try {
    await Deno.rename(folder, aside);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return;
    throw error;
  }
  await Deno.remove(aside, { recursive: true });
}

function cannot(what: string, error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof Deno.errors.NotCapable || error instanceof RangeError) {
    return error;
  }
  return new CaptureError(`${what}: ${error.message}`, { cause: error });
}
