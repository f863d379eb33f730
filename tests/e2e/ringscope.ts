/**
 * What the end-to-end tests share: a user who stands in a folder of their own and runs tasks there.
 * @module
 */
import { stripAnsiCode } from "@std/fmt";
import { fromFileUrl, join } from "@std/path";
import { buildProgram, ensureBuilt } from "../../runtime/build/build.ts";
import { projectRoot } from "../../runtime/build/place.ts";

/** How a command ended. */
export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  /** Without what `deno task` says itself. */
  readonly stderr: string;
}

/** Options of {@link User.run}. */
export interface RunOptions {
  /** Text for standard input; default: nothing. */
  readonly stdin?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** A user with a folder, which goes with them. */
export interface User extends AsyncDisposable {
  readonly folder: string;
  /** Runs `deno task ARGUMENTS…` to its end. */
  run(args: readonly string[], options?: RunOptions): Promise<Outcome>;
  /** Starts `deno task ARGUMENTS…`; its output is piped. */
  start(args: readonly string[], options?: RunOptions): Deno.ChildProcess;
}

/** The words that run a task of this project from any folder. */
export const TASK: readonly string[] = [
  Deno.execPath(),
  "task",
  "--quiet",
  "--config",
  join(projectRoot(), "deno.json"),
];

/** A new user. Builds what the tasks need first, so that no test waits for a compiler unexpectedly. */
export async function newUser(): Promise<User> {
  await ensureBuilt();
  const folder = await Deno.realPath(await Deno.makeTempDir({ prefix: "ringscope e2e " }));
  const start = (args: readonly string[], options: RunOptions = {}) => {
    const [program = "", ...words] = TASK;
    return new Deno.Command(program, {
      args: [...words, ...args],
      cwd: folder,
      clearEnv: true,
      env: { ...userEnvironment(), ...options.env },
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
  };
  return {
    folder,
    start,
    async run(args, options = {}) {
      const child = start(args, options);
      await typeAll(child, options.stdin ?? "");
      return await outcomeOf(child);
    },
    [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }),
  };
}

/** The environment of somebody who has called nothing yet: no INIT_CWD of a task around this test, no colours. */
export function userEnvironment(): Record<string, string> {
  const inherited = Object.entries(Deno.env.toObject()).filter(([name]) =>
    name !== "INIT_CWD" && !name.startsWith("npm_")
  );
  return { ...Object.fromEntries(inherited), NO_COLOR: "1" };
}

/** Waits for the end of a started command. */
export async function outcomeOf(child: Deno.ChildProcess): Promise<Outcome> {
  const { code, stdout, stderr } = await child.output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, stdout: text(stdout), stderr: text(stderr) };
}

/** The compiled producer.c. */
export async function producer(): Promise<string> {
  await ensureBuilt();
  return await buildProgram({
    name: "tests/e2e_producer",
    sources: [here("producer.c")],
    libs: ["ringscope"],
  });
}

/** A program on a terminal of its own. */
export interface Terminal {
  /** Types keys; `\x03` is Ctrl-C. */
  type(keys: string): Promise<void>;
  /** Waits until the terminal has shown a text; moves of the cursor within it do not count. */
  shows(text: string): Promise<void>;
  /** Waits for the end of the program and of everything that has the terminal open. */
  ended(): Promise<{ code: number; shown: string }>;
}

/** Starts a program on a terminal, in the user's folder. */
export async function startOnTerminal(user: User, words: readonly string[]): Promise<Terminal> {
  const onPty = await buildProgram({ name: "tests/on_pty", sources: [here("on_pty.c")], libs: ["util"] });
  const child = new Deno.Command(onPty, {
    args: [...words],
    cwd: user.folder,
    clearEnv: true,
    env: { ...userEnvironment(), TERM: "xterm" },
    stdin: "piped",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  let shown = "";
  const reading = (async () => {
    for await (const piece of child.stdout.pipeThrough(new TextDecoderStream())) shown += piece;
  })();
  return {
    async type(keys) {
      const writer = child.stdin.getWriter();
      await writer.write(new TextEncoder().encode(keys));
      writer.releaseLock();
    },
    shows: async (text) =>
      void await waitFor(() => shown.includes(text) || stripAnsiCode(shown).includes(text) || null),
    async ended() {
      const [{ code }] = await Promise.all([child.status, reading]);
      await child.stdin.close().catch(() => {}); // it is closed when the program has ended first
      return { code, shown };
    },
  };
}

/** Waits until `ask` has an answer. */
export async function waitFor<T>(ask: () => Promise<T | null> | T | null): Promise<T> {
  for (;;) {
    const answer = await ask();
    if (answer !== null) return answer;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function typeAll(child: Deno.ChildProcess, text: string): Promise<void> {
  const writer = child.stdin.getWriter();
  try {
    await writer.write(new TextEncoder().encode(text));
    await writer.close();
  } catch (error) {
    // The command ended without reading it all, which is its right.
    if (!(error instanceof Deno.errors.BrokenPipe)) throw error;
  }
}

function here(name: string): string {
  return fromFileUrl(new URL(`./${name}`, import.meta.url));
}
