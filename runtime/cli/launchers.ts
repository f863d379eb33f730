/**
 * Notices when the processes that started this one are gone.
 *
 * `npx deno task capture` is a chain: npm, a shell, `deno task`, and this process. A SIGTERM to npm ends npm and the
 * shell and reaches nobody else, so the rest of the chain would record for ever.
 * @module
 */
import { basename } from "@std/path";
import { readSpecialFile } from "../ffi/special_files.ts";

const POLL_MS = 250;
const LONGEST_CHAIN = 8;

/** A process as /proc shows it. */
export interface ProcessFacts {
  pid: number;
  parent: number;
  /** Clock ticks since boot; a later process with the same number has another. */
  start: string;
  /** `Z` is a process that has ended and was not waited for. */
  state: string;
  arguments: string[];
}

/**
 * Calls `onGone` once when one of the launchers has ended. Does nothing on a system without /proc, or when this
 * process was started by hand.
 */
export function watchLaunchers(onGone: () => void): Disposable {
  const chain = findLaunchers(readProcess, Deno.ppid);
  if (chain.length === 0) return { [Symbol.dispose]() {} };
  const timer = setInterval(() => {
    if (chain.every((one) => isAlive(readProcess(one.pid), one))) return;
    clearInterval(timer);
    onGone();
  }, POLL_MS);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}

/** The processes from `parent` upwards that exist only to start us, nearest first. */
export function findLaunchers(read: (pid: number) => ProcessFacts | null, parent: number): ProcessFacts[] {
  const chain: ProcessFacts[] = [];
  let sure = 0;
  for (let pid = parent; chain.length < LONGEST_CHAIN;) {
    const facts = read(pid);
    const role = facts === null ? null : roleOf(facts.arguments);
    if (facts === null || role === null) break;
    chain.push(facts);
    // A shell counts only below npm: one that a user wrote may end early on purpose (`deno task capture &`).
    if (role !== "shell") sure = chain.length;
    pid = facts.parent;
  }
  return chain.slice(0, sure);
}

function roleOf(given: readonly string[]): "deno" | "npm" | "shell" | null {
  const program = basename(given[0] ?? "");
  if (program === "deno" && given.includes("task")) return "deno";
  // npm replaces its arguments by a title of one text.
  if (/^(npm exec|npx)( |$)/.test(given[0] ?? "")) return "npm";
  if (
    program === "node" && given.some((one) => /(npx|npm)(-cli\.js)?$|deno\/bin\.cjs$|\.bin\/deno$/.test(one))
  ) {
    return "npm";
  }
  if (/^(sh|dash|bash|ash)$/.test(program) && given[1] === "-c" && /\bdeno\b/.test(given[2] ?? "")) {
    return "shell";
  }
  return null;
}

function isAlive(now: ProcessFacts | null, then: ProcessFacts): boolean {
  return now !== null && now.start === then.start && now.state !== "Z";
}

function readProcess(pid: number): ProcessFacts | null {
  const stat = readSpecialFile(`/proc/${pid}/stat`);
  const line = readSpecialFile(`/proc/${pid}/cmdline`);
  if (stat === null || line === null) return null;
  const decoder = new TextDecoder();
  return parseStat(decoder.decode(stat), decoder.decode(line));
}

/** Reads /proc/PID/stat and /proc/PID/cmdline. The name in parentheses may itself hold spaces and parentheses. */
export function parseStat(stat: string, line: string): ProcessFacts | null {
  const end = stat.lastIndexOf(")");
  const [state, parent, ...others] = stat.slice(end + 2).trim().split(" ");
  const start = others[17]; // field 22; `others` begins with field 5
  if (end < 0 || state === undefined || parent === undefined || start === undefined) return null;
  return {
    pid: parseInt(stat, 10),
    parent: Number(parent),
    start,
    state,
    arguments: line.split("\0").filter((part, at, all) => part !== "" || at < all.length - 1),
  };
}
