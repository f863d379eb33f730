/**
 * What Linux tells of a process or thread that runs, from /proc.
 *
 * @module
 */
import { readSpecialFile } from "../ffi/special_files.ts";
import { readLink } from "../reader/libc.ts";

/** Clock ticks a second in /proc: the same on every Linux, whatever its kernel's own rate (USER_HZ). */
const TICKS_PER_SECOND = 100;

/** A process or thread as its `stat` shows it. */
export interface ProcStat {
  /** At most 15 bytes: what the thread is called, for a process the beginning of its program's name. */
  readonly name: string;
  readonly parentPid: number;
  /** Clock ticks from the start of the system to its own. */
  readonly start: bigint;
  /** It only waits for its parent. */
  readonly hasEnded: boolean;
}

/** What a process was started as. */
export interface Program {
  /** Of its file; null where it is not this user's to know. */
  readonly path: string | null;
  /** Its arguments with spaces between them; null where it has none. */
  readonly commandLine: string | null;
}

/** Reads a process's `stat`, or that of one of its threads; null when it is not there. */
export function readProcStat(pid: number, tid: number | null = null): ProcStat | null {
  const bytes = readSpecialFile(tid === null ? `/proc/${pid}/stat` : `/proc/${pid}/task/${tid}/stat`);
  if (bytes === null || bytes.length === 0) return null;
  const text = new TextDecoder().decode(bytes);
  // The name is in parentheses and may hold anything; field 3 follows it.
  const nameEnd = text.lastIndexOf(")");
  const fields = text.slice(nameEnd + 2).split(" ");
  const [state, parentPid, threads, start] = [fields[0], fields[1], fields[17], fields[19]];
  if (state === undefined || parentPid === undefined || start === undefined) return null;
  return {
    name: text.slice(text.indexOf("(") + 1, nameEnd),
    parentPid: Number(parentPid),
    start: BigInt(start),
    // The state is that of the first thread, which may have ended before the others.
    hasEnded: (state === "Z" || state === "X") && (tid !== null || Number(threads) <= 1),
  };
}

/** Reads which program a process runs. */
export function readProgram(pid: number): Program {
  const bytes = readSpecialFile(`/proc/${pid}/cmdline`);
  const text = bytes === null
    ? ""
    : new TextDecoder().decode(bytes).replace(/\0+$/, "").replaceAll("\0", " ");
  return { path: readLink(`/proc/${pid}/exe`), commandLine: text === "" ? null : text };
}

/** The Unix time of a moment in clock ticks from the start of the system, in ns, to about 10 ms; null where it cannot be known. */
export function startTime(ticks: bigint): bigint | null {
  const uptime = new TextDecoder().decode(readSpecialFile("/proc/uptime") ?? new Uint8Array());
  const seconds = Number.parseFloat(uptime);
  if (Number.isNaN(seconds)) return null;
  const agoNs = BigInt(Math.round((seconds - Number(ticks) / TICKS_PER_SECOND) * 1e9));
  return Temporal.Now.instant().epochNanoseconds - agoNs;
}
