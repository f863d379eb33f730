/**
 * Whether a process that once wrote into a ring set still lives.
 * @module
 */
import { readSpecialFile } from "../ffi/special_files.ts";

/** Answers for one system. */
export interface Liveness {
  /**
   * False only when it is certain that the process which had this number and start time has ended.
   *
   * @param start Start time in the unit of the system; 0 when it is not known.
   */
  isAlive(pid: number, start: bigint): boolean;
}

/** For images: whoever wrote into the ring set has ended. */
export const nobodyLives: Liveness = { isAlive: () => false };

/** What the system says of a process; null when it says nothing. */
function readStat(pid: number): string | null {
  const bytes = readSpecialFile(`/proc/${pid}/stat`);
  return bytes === null ? null : new TextDecoder().decode(bytes);
}

/** For rings of this machine, by /proc. Where that shows nothing, every process counts as alive. */
export const linuxProcesses: Liveness = {
  isAlive(pid, start) {
    if (pid === 0) return true;
    const stat = readStat(pid);
    // Process 1 always lives: where it is not shown, other processes may be hidden as well.
    if (stat === null) return readStat(1) === null;
    // proc(5): the name is in parentheses and may hold anything; field 3 follows it, field 22 is the start time.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const [state, startTime] = [fields[0], fields[19]];
    // A zombie waits for its parent only: its threads write no more.
    if (state === "Z" || state === "X") return false;
    return start === 0n || startTime === undefined || BigInt(startTime) === start;
  },
};
