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

function readProcess(pid: string): ProcessFacts | null {
  const stat = readSpecialFile(`/proc/${pid}/stat`);
  const line = readSpecialFile(`/proc/${pid}/cmdline`);
  if (stat === null || line === null) return null;
  const decoder = new TextDecoder();
  return parseStat(decoder.decode(stat), decoder.decode(line));
}
