import { delay } from "@std/async";
import { join } from "@std/path";
import { projectRoot } from "../../../runtime/build/place.ts";
import { QueryError } from "../../../runtime/errors.ts";
import { readSpecialFile } from "../../../runtime/ffi/special_files.ts";

/** What a question cost that a new process was started for. */
export interface ProcessAnswer {
  /** From the start of the process to its end. */
  readonly seconds: number;
  /** The most memory that it had resident. */
  readonly memoryBytes: number;
}

const PERMISSIONS = ["read", "write", "env", "sys", "ffi"].map((name) => `--allow-${name}`);
const LOOK_MS = 20;

/**
 * Asks a capture as a user does, in a `sql` command of its own.
 *
 * @throws {QueryError} The command failed, with what it said.
 */
export async function askInProcess(
  path: string,
  query: string,
  options: readonly string[] = [],
): Promise<ProcessAnswer> {
  const main = join(projectRoot(), "runtime/cli/main.ts");
  const startedMs = performance.now();
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--no-prompt",
      "--no-check",
      ...PERMISSIONS,
      "--deny-net",
      main,
      "sql",
      path,
      "--json",
      ...options,
      query,
    ],
    cwd: projectRoot(),
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  let hasEnded = false;
  const output = child.output().finally(() => hasEnded = true);
  let memoryBytes = 0;
  // Its last words are those that count; that of a process which is gone is 0.
  while (!hasEnded) {
    memoryBytes = Math.max(memoryBytes, peakMemory(child.pid));
    await Promise.race([output, delay(LOOK_MS)]);
  }
  const seconds = (performance.now() - startedMs) / 1e3;
  const { code, stdout, stderr } = await output;
  if (code !== 0) {
    const said = new TextDecoder().decode(stderr).trim();
    throw new QueryError(`ask ${path} in a process of its own: it ended with ${code}: ${said}`);
  }
  if (stdout.length === 0) throw new QueryError(`ask ${path} in a process of its own: it answered nothing`);
  return { seconds, memoryBytes };
}

function peakMemory(pid: number): number {
  const status = new TextDecoder().decode(readSpecialFile(`/proc/${pid}/status`) ?? new Uint8Array());
  return Number(/^VmHWM:\s*(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1024;
}
