import { parseStat, type ProcessFacts } from "../../runtime/cli/launchers.ts";
import { listSpecialFolder, readSpecialFile } from "../../runtime/ffi/special_files.ts";

/** Every process of this machine that has not ended. */
export function listProcesses(): ProcessFacts[] {
  return listSpecialFolder("/proc").filter((name) => /^\d+$/.test(name)).flatMap((name) =>
    readProcess(name) ?? []
  )
    .filter(({ state }) => state !== "Z");
}

/** Whether a process is there and has not ended. */
export function isRunning(pid: number): boolean {
  const facts = readProcess(String(pid));
  return facts !== null && facts.state !== "Z";
}

/** Whether a process is a task, or below one, of the user who stands in `folder`; others may run tasks of the same words. */
export function isTaskOf(folder: string, pid: number): boolean {
  const environment = readSpecialFile(`/proc/${pid}/environ`);
  if (environment === null) return false;
  return new TextDecoder().decode(environment).split("\0").includes(`INIT_CWD=${folder}`);
}

function readProcess(pid: string): ProcessFacts | null {
  const stat = readSpecialFile(`/proc/${pid}/stat`);
  const line = readSpecialFile(`/proc/${pid}/cmdline`);
  if (stat === null || line === null) return null;
  const decoder = new TextDecoder();
  return parseStat(decoder.decode(stat), decoder.decode(line));
}
