import { CaptureError, CliError } from "../../errors.ts";
import { listCaptures, resolveCapture } from "../../store/folder.ts";

/** Which captures to ask, and the query when it stood among the arguments. */
export interface SplitOperands {
  paths: string[];
  query: string | null;
}

/**
 * Takes the arguments of `sql` apart: the last one is the query unless it names a capture, or unless the query comes from a
 * file; every other must name a capture. Without any, the newest below `dir` is meant.
 */
export async function splitOperands(
  operands: readonly string[],
  dir: string,
  queryInFile: boolean,
): Promise<SplitOperands> {
  const last = operands.at(-1);
  const lastIsQuery = last !== undefined && !queryInFile && !await namesCapture(last, dir);
  const names = lastIsQuery ? operands.slice(0, -1) : operands;
  const paths: string[] = [];
  for (const name of names) {
    const path = await resolveCapture(name, dir);
    if (!paths.includes(path)) paths.push(path);
  }
  return {
    paths: paths.length > 0 ? paths : [await newestCapture(dir)],
    query: lastIsQuery ? last : null,
  };
}

/** The path of the newest capture below `dir` that can be read. */
export async function newestCapture(dir: string): Promise<string> {
  const newest = (await listCaptures(dir)).find(({ info }) => info !== null);
  if (newest === undefined) {
    throw new CliError(
      `there is no capture in ${dir} yet: record one with "capture", or name the folder with --dir`,
    );
  }
  return newest.path;
}

async function namesCapture(text: string, dir: string): Promise<boolean> {
  if (/\s/.test(text.trim()) && text.length > 255) return false; // longer than any file name
  try {
    await resolveCapture(text, dir);
    return true;
  } catch (error) {
    if (error instanceof CaptureError) return false;
    throw error;
  }
}
