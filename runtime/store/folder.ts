/**
 * Finds capture folders and reads what stands in front of their rows. Used by the store and by every command that
 * names captures.
 *
 * @module
 */
import { basename, join, resolve } from "@std/path";
import { CaptureError } from "../errors.ts";
import { type CaptureInfo, NewerFormatError, parseCaptureInfo } from "./capture_info.ts";

export type { CaptureInfo } from "./capture_info.ts";

/** A folder below the folder of captures. */
export interface ListedCapture {
  /** Name of the folder. */
  name: string;
  /** The folder. */
  path: string;
  /** Null when `capture.json` cannot be read; `problem` says why. */
  info: CaptureInfo | null;
  /** Why `info` is null. */
  problem: string | null;
  /** Of all its files. */
  bytes: number;
  /** Of its youngest file. */
  modified: Date;
}

/**
 * Reads a capture's `capture.json`.
 *
 * @throws {CaptureError} The folder is no capture, of a newer format, or cannot be read.
 */
export async function readCaptureInfo(path: string): Promise<CaptureInfo> {
  const file = join(path, "capture.json");
  try {
    return parseCaptureInfo(await Deno.readTextFile(file));
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable || !(error instanceof Error)) throw error;
    const problem = error instanceof NewerFormatError
      ? `${error.message}; use a newer ringscope`
      : error instanceof SyntaxError
      ? `${file} is damaged: ${error.message}`
      : isMissing(error)
      ? "there is no capture.json in it, so it is no capture"
      : error.message;
    throw new CaptureError(`open the capture ${path}: ${problem}`, { cause: error });
  }
}

/**
 * The captures below `dir`, newest first; those that cannot be read with their problem. Folders that are no captures
 * are left out; where `dir` does not exist there are none.
 *
 * @throws {CaptureError} `dir` cannot be read.
 * @example
 * ```ts
 * import { captures } from "@ringscope/ringscope";
 *
 * for (const { name, bytes, problem } of await captures("captures")) console.log(name, bytes, problem ?? "");
 * ```
 */
export async function listCaptures(dir: string): Promise<ListedCapture[]> {
  const names: string[] = [];
  try {
    for await (const entry of Deno.readDir(dir)) {
      if (entry.isDirectory || entry.isSymlink) names.push(entry.name);
    }
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable || !(error instanceof Error)) throw error;
    if (error instanceof Deno.errors.NotFound) return [];
    throw new CaptureError(`list the captures in ${dir}: ${error.message}`, { cause: error });
  }
  const found = await Promise.all(names.map((name) => listOne(name, join(dir, name))));
  return found.filter((capture) => capture !== null).sort((a, b) =>
    ageOf(b) - ageOf(a) || (a.name < b.name ? 1 : -1)
  );
}

function ageOf({ info, modified }: ListedCapture): number {
  const started = Date.parse(info?.started ?? "");
  return Number.isNaN(started) ? modified.getTime() : started;
}

async function listOne(name: string, path: string): Promise<ListedCapture | null> {
  const { bytes, modified, isCapture } = await measure(path);
  if (!isCapture) return null;
  try {
    return { name, path, info: await readCaptureInfo(path), problem: null, bytes, modified };
  } catch (error) {
    if (!(error instanceof CaptureError)) throw error;
    const problem = error.message.slice(error.message.indexOf(": ") + 2);
    return { name, path, info: null, problem, bytes, modified };
  }
}

/** Sizes of the files of a capture, which lie in the folder itself, one level below, and two in `events`. */
async function measure(path: string): Promise<{ bytes: number; modified: Date; isCapture: boolean }> {
  let bytes = 0, youngest = 0, isCapture = false;
  const visit = async (folder: string, depth: number): Promise<void> => {
    for await (const entry of Deno.readDir(folder)) {
      const at = join(folder, entry.name);
      if (depth === 0 && (entry.name === "capture.json" || entry.isDirectory && entry.name === "logs")) {
        isCapture = true;
      }
      if (entry.isDirectory) {
        if (depth === 0 || depth === 1 && basename(folder) === "events") await visit(at, depth + 1);
      } else {
        const { size, mtime } = await Deno.lstat(at);
        bytes += size;
        youngest = Math.max(youngest, mtime?.getTime() ?? 0);
      }
    }
  };
  try {
    await visit(path, 0);
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable || !(error instanceof Error)) throw error;
    // A folder that vanishes or may not be read is listed by what was seen of it.
  }
  return { bytes, modified: new Date(youngest), isCapture };
}

/**
 * The path of a capture that is named by its name below `dir` or by a path.
 *
 * @throws {CaptureError} There is no such capture; the message names those with the nearest names.
 */
export async function resolveCapture(nameOrPath: string, dir: string): Promise<string> {
  const candidates = nameOrPath === "" ? [] : [join(dir, nameOrPath), resolve(nameOrPath)];
  if (/[\\/]/.test(nameOrPath)) candidates.reverse();
  let folder: string | null = null;
  for (const path of candidates) {
    if (await isThere(join(path, "capture.json"))) return path;
    if (folder === null && await isThere(path)) folder = path;
  }
  if (folder !== null && /[\\/]|^\.+$/.test(nameOrPath)) {
    throw new CaptureError(
      `open the capture ${nameOrPath}: there is no capture.json in it, so it is no capture`,
    );
  }
  const names = (await listCaptures(dir)).map(({ name }) => name);
  const near = nearest(basename(nameOrPath), names);
  const hint = names.length === 0
    ? `there is none in ${dir} yet`
    : near.length > 0
    ? `did you mean ${near.join(" or ")}?`
    : `in ${dir} there ${names.length === 1 ? "is" : "are"} ${names.slice(0, 3).join(", ")}${
      names.length > 3 ? " …" : ""
    }`;
  throw new CaptureError(`there is no capture "${nameOrPath}": ${hint}`);
}

async function isThere(path: string): Promise<boolean> {
  try {
    await Deno.stat(path);
    return true;
  } catch (error) {
    // Whatever text a user gives may be no path at all: too long, with a zero in it, below a file.
    if (error instanceof Deno.errors.NotCapable || !(error instanceof Error)) throw error;
    return false;
  }
}

function isMissing(error: Error): boolean {
  return error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory;
}

/** At most three names that are written nearly like `wanted`, nearest first. */
function nearest(wanted: string, names: readonly string[]): string[] {
  const furthest = Math.max(2, Math.floor(wanted.length / 3));
  return names
    .map((name) => ({ name, far: name.startsWith(wanted) && wanted !== "" ? 1 : distance(wanted, name) }))
    .filter(({ far }) => far <= furthest)
    .sort((a, b) => a.far - b.far)
    .slice(0, 3)
    .map(({ name }) => name);
}

/** Insertions, removals, replacements and swaps of neighbours that turn one text into the other. */
function distance(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > a.length) return Infinity;
  let before: number[] = [], last: number[] = Array.from({ length: b.length + 1 }, (_, n) => n);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      let least = Math.min(last[j]! + 1, row[j - 1]! + 1, last[j - 1]! + same);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        least = Math.min(least, before[j - 2]! + 1);
      }
      row.push(least);
    }
    before = last;
    last = row;
  }
  return last[b.length]!;
}
