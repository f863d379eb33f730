/**
 * Whether a thread that once wrote into a ring set still lives.
 * @module
 */
import { listSpecialFolder, readSpecialFile } from "../ffi/special_files.ts";
import { readLink } from "./libc.ts";

/** A writer by the numbers that it leaves in a ring set. */
export interface Writer {
  /** Number of its process; 0 when it is not known. */
  readonly pid: number;
  /** Number of the thread; 0: any thread of the process. */
  readonly tid: number;
  /** Start time of the process in the unit of the system; 0 when it is not known. */
  readonly start: bigint;
  /** Where these numbers mean something; 0: everywhere. */
  readonly namespace: bigint;
}

/** Answers for one system. */
export interface Liveness {
  /** False only when it is certain that this writer has ended. */
  isAlive(writer: Writer): boolean;
  /** The machine of the rings has stopped: nobody writes, not even somebody who left no number. */
  readonly isOver?: boolean;
}

/** For images: whoever wrote into the ring set has ended. */
export const nobodyLives: Liveness = { isAlive: () => false, isOver: true };

/** What proc(5) says of a process or of one of its threads. */
interface Stat {
  readonly state: string;
  readonly threads: number;
  readonly start: bigint;
}

/** Null when the system says nothing. */
function readStat(path: string): Stat | null {
  const bytes = readSpecialFile(path);
  if (bytes === null || bytes.length === 0) return null;
  const text = new TextDecoder().decode(bytes);
  // The name is in parentheses and may hold anything; field 3 follows it.
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  const [state, threads, start] = [fields[0], fields[17], fields[19]];
  if (state === undefined || threads === undefined || start === undefined) return null;
  return { state, threads: Number(threads), start: BigInt(start) };
}

/** A zombie waits for its parent only: it writes no more. */
const hasEnded = ({ state }: Stat) => state === "Z" || state === "X";

function isProcessAlive(pid: number, start: bigint): boolean {
  const stat = readStat(`/proc/${pid}/stat`);
  // Process 1 always lives: where it is not shown, other processes may be hidden as well.
  if (stat === null) return readStat("/proc/1/stat") === null;
  // The state is that of the first thread, which may have ended before the others.
  return !(hasEnded(stat) && stat.threads <= 1) && (start === 0n || stat.start === start);
}

function isThreadAlive(pid: number, tid: number): boolean {
  const path = `/proc/${pid}/task/${tid}/stat`;
  const stat = readStat(path);
  // A first thread that has ended stays a zombie for as long as the others run.
  if (stat !== null) return tid !== pid || !hasEnded(stat);
  // It is gone if the others can be seen; asked twice, since a limit on open files may have hidden it.
  return listSpecialFolder(`/proc/${pid}/task`).length === 0 || readStat(path) !== null;
}

let ownNamespace: bigint | null = null;

/** The inode of this process's PID namespace; 0 when it cannot be known. */
export function processNamespace(): bigint {
  ownNamespace ??= BigInt(/^pid:\[(\d+)\]$/.exec(readLink("/proc/self/ns/pid") ?? "")?.[1] ?? 0);
  return ownNamespace;
}

/** For rings of this machine, by /proc. Whatever that does not show counts as alive. */
export const linuxThreads: Liveness = {
  isOver: false,
  isAlive({ pid, tid, start, namespace }) {
    // The number of a process in another container says nothing here.
    if (namespace !== 0n && namespace !== processNamespace()) return true;
    if (pid === 0) return true;
    return isProcessAlive(pid, start) && (tid === 0 || isThreadAlive(pid, tid));
  },
};
