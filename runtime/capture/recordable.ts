/**
 * Whether the preloaded library can see what a program does: told from the program's file before it is started.
 * @module
 */
import { basename, isAbsolute, join, resolve } from "@std/path";
import { type ElfFacts, readElf } from "./elf_facts.ts";

/** How deep a script may name a script as its interpreter; what Linux allows. */
const SCRIPT_DEPTH_MAX = 4;
const SET_USER = 0o4000;
const SET_GROUP = 0o2000;
const MACHINES: Readonly<Record<string, number>> = { x86_64: 62, aarch64: 183 };

/** What is known about a program that is to be started. */
export interface Recordable {
  /** Why nothing of it will be seen, naming the program, and what to do; null when it will be. */
  readonly warning: string | null;
  /** Whether preloading does no harm: the program may start others that can be recorded. */
  readonly preload: boolean;
}

/** Where a program is looked for. */
export interface ProgramPlace {
  readonly path: string | undefined;
  readonly cwd: string;
  readonly uid: number | null;
  readonly gid: number | null;
  /** ASAN_OPTIONS of the program. */
  readonly asanOptions: string;
}

const FINE: Recordable = { warning: null, preload: true };

/**
 * Judges a command by its file. A script is judged by its interpreter, and one that `env` looks up by what it finds.
 * A program that is not found or cannot be read gets no verdict: starting it will tell.
 */
export async function judgeProgram(
  program: string,
  args: readonly string[],
  place: ProgramPlace,
): Promise<Recordable> {
  let words = [program, ...args];
  for (let depth = 0; depth <= SCRIPT_DEPTH_MAX; depth++) {
    const path = await findProgram(words[0] ?? "", place);
    if (path === null) return FINE;
    const interpreter = await interpreterOf(path);
    const verdict = interpreter === null ? await judgeFile(path, place) : null;
    if (verdict !== null) return verdict;
    const next = interpreter ?? commandOfEnv(path, words.slice(1));
    if (next === null) return FINE;
    words = next;
  }
  return FINE;
}

/** Null when the file is nothing that needs a warning. */
async function judgeFile(path: string, place: ProgramPlace): Promise<Recordable | null> {
  const { mode, uid, gid } = await Deno.stat(path);
  const changesUser = ((mode ?? 0) & SET_USER) !== 0 && uid !== place.uid;
  const changesGroup = ((mode ?? 0) & SET_GROUP) !== 0 && gid !== place.gid;
  if (changesUser || changesGroup) {
    return cannot(
      path,
      "it runs with another user's rights (setuid or setgid), and the system's loader then preloads nothing",
      "run the capture as that user",
    );
  }
  const facts = await readElf(path);
  return facts === null ? null : judgeElf(path, facts, place.asanOptions);
}

function judgeElf(path: string, facts: ElfFacts, asanOptions: string): Recordable | null {
  const { machine, bits, interpreter, isGo, hasDynamic, isAsanShared } = facts;
  const own = MACHINES[Deno.build.arch];
  if (own !== undefined && (machine !== own || bits !== 64)) {
    return cannot(
      path,
      `it is made for another processor (${bits} bits, ELF machine ${machine})`,
      `record a build of it for ${Deno.build.arch}`,
      false,
    );
  }
  if (isGo) {
    return cannot(
      path,
      "it is a Go program, which calls the system past the C library",
      "let it log through driver/include/rs_log.h, or record what it starts",
    );
  }
  if (interpreter === null) {
    if (hasDynamic && /^ld[-.].*\.so/.test(basename(path))) return null;
    return cannot(
      path,
      "it is linked statically, so that nothing can be preloaded into it",
      "link it dynamically, or let it log through driver/include/rs_log.h",
    );
  }
  if (basename(interpreter).startsWith("ld-musl-")) {
    return cannot(
      path,
      `it is loaded by ${interpreter}, with another C library than the recording one`,
      "record a build of it for glibc",
      false,
    );
  }
  if (isAsanShared && !/\bverify_asan_link_order=0\b/.test(asanOptions)) {
    return cannot(
      path,
      "its AddressSanitizer (libasan.so) refuses to start behind a preloaded library",
      "set ASAN_OPTIONS=verify_asan_link_order=0, or link it with -static-libasan",
      false,
    );
  }
  return null;
}

function cannot(path: string, why: string, remedy: string, preload = true): Recordable {
  return { warning: `the calls of ${path} are not recorded: ${why}; ${remedy}`, preload };
}

/** As the system finds it: a name with a slash is a path, another one is looked up. */
async function findProgram(name: string, { path, cwd }: ProgramPlace): Promise<string | null> {
  if (name.includes("/")) return await isProgram(resolve(cwd, name)) ? resolve(cwd, name) : null;
  for (const folder of (path ?? "/usr/local/bin:/usr/bin:/bin").split(":")) {
    const candidate = join(isAbsolute(folder) ? folder : resolve(cwd, folder), name);
    if (name !== "" && await isProgram(candidate)) return candidate;
  }
  return null;
}

async function isProgram(path: string): Promise<boolean> {
  try {
    const { isFile, mode } = await Deno.stat(path);
    return isFile && ((mode ?? 0) & 0o111) !== 0;
  } catch {
    // Not there, or behind a folder that cannot be entered: not for the loader either.
    return false;
  }
}

/** The words of a script's first line; null when it is no script. */
async function interpreterOf(path: string): Promise<string[] | null> {
  let start: string;
  try {
    using file = await Deno.open(path);
    const bytes = new Uint8Array(256);
    start = new TextDecoder().decode(bytes.subarray(0, await file.read(bytes) ?? 0));
  } catch {
    return null;
  }
  const line = /^#![ \t]*([^\n]*)/.exec(start)?.[1]?.trim();
  return line === undefined || line === "" ? null : line.split(/[ \t]+/);
}

/** What `env` looks up: the first word that is neither an option nor a variable. */
function commandOfEnv(path: string, args: readonly string[]): string[] | null {
  if (basename(path) !== "env") return null;
  const at = args.findIndex((word) => !word.startsWith("-") && !word.includes("="));
  return at < 0 ? null : args.slice(at);
}
