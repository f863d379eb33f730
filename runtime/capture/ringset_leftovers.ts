/**
 * Ring sets that nobody removed: their maker was killed before it could.
 * @module
 */
import { join } from "@std/path";
import process from "node:process";
import { listSpecialFolder, specialFileBytes } from "../ffi/special_files.ts";
import { ringFolders } from "./rings_place.ts";

/** A ring set whose maker has ended. */
export interface RingsetLeftover {
  readonly path: string;
  /** Process that made it. */
  readonly pid: number;
  readonly bytes: number;
}

const NAME = /^ringscope-(\d+)-[0-9a-z]+\.rings$/;

/**
 * Lists files named `ringscope-<pid>-<random>.rings` whose process has ended. Another process may have got the number
 * since: then the file is taken for in use. Needs permission to run programs, to ask for processes.
 *
 * @param folders Where to look; default: where ring sets are made.
 */
export function listRingsetLeftovers(folders: readonly string[] = ringFolders()): RingsetLeftover[] {
  const found: RingsetLeftover[] = [];
  for (const folder of folders) {
    for (const name of listSpecialFolder(folder)) {
      const pid = Number(NAME.exec(name)?.[1] ?? NaN);
      if (!Number.isSafeInteger(pid) || isAlive(pid)) continue;
      const path = join(folder, name);
      const bytes = specialFileBytes(path);
      if (bytes !== null) found.push({ path, pid, bytes });
    }
  }
  return found.sort((a, b) => a.path < b.path ? -1 : 1);
}

function isAlive(pid: number): boolean {
  try {
    // Signal 0 asks without sending; kill(2).
    return process.kill(pid, 0);
  } catch (error) {
    if (!(error instanceof Error) || error instanceof Deno.errors.NotCapable) throw error;
    // Anything but "no such process", such as EPERM, means that there is one.
    return !("code" in error && error.code === "ESRCH");
  }
}
