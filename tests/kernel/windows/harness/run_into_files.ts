/**
 * Runs a program with its output in files: what Wine leaves running keeps a pipe open for ever.
 * @module
 */
import { join } from "@std/path";

/** What a program left behind. */
export interface FileRun {
  readonly code: number;
  readonly output: string;
  readonly errors: string;
}

/** Where and how long. */
export interface FileRunOptions {
  /** Gets the files. */
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
  readonly seconds: number;
}

/** Runs it to its end, or for so many seconds: then it is ended, with 124 or 137 as its status. */
export async function runIntoFiles(words: readonly string[], options: FileRunOptions): Promise<FileRun> {
  const { folder, env, seconds } = options;
  const output = join(folder, "output.txt"), errors = join(folder, "errors.txt");
  const script = 'out=$1 err=$2; shift 2; exec "$@" >"$out" 2>"$err" </dev/null';
  const { code } = await new Deno.Command("sh", {
    args: ["-c", script, "sh", output, errors, "timeout", "-k", "5", String(seconds), ...words],
    stdin: "null",
    stdout: "null",
    stderr: "null",
    env: { ...env },
  }).output();
  return { code, output: await Deno.readTextFile(output), errors: await Deno.readTextFile(errors) };
}
