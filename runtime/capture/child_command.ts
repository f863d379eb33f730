/**
 * The program that a capture starts, and how it ends.
 * @module
 */
import { CaptureError } from "../errors.ts";
import type { RecordCommand } from "./record_types.ts";

/** How long a program may take after SIGTERM before it gets SIGKILL, in ms. */
const TERM_PATIENCE_MS = 5_000;
/** How long output is passed on after the program's end, in ms: something that it started may hold it open for ever. */
const OUTPUT_PATIENCE_MS = 1_000;

/** The program could not be started. */
export class CommandError extends CaptureError {
  /** 127: there is no such program; 126: it cannot be run; as `env` and shells have it. */
  readonly code: 126 | 127;

  /** With the status that `env` would end with. */
  constructor(message: string, code: 126 | 127, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** How a program ended: its code, or 128 + n and the signal's name. */
export interface CommandStatus {
  readonly code: number;
  readonly signal: string | null;
}

/** A running program. */
export interface ChildCommand {
  readonly pid: number;
  /** Settles when the program has ended and its output is passed on; never rejects. */
  readonly ended: Promise<CommandStatus>;
  /**
   * Ends the program: waits `patienceMs` for it to end by itself, then sends SIGTERM, and SIGKILL 5 s later. Only this process
   * is meant, not what it started. An input that was held ends first, and is given 5 s: it reaches also a program that is only
   * starting and would die of the signal.
   */
  end(patienceMs: number): Promise<CommandStatus>;
}

/**
 * Starts a program with this process's terminal.
 *
 * @param input Its standard input: this process's, or one in which nothing ever comes and that ends with this process.
 * @throws {CommandError} It is missing or cannot be run.
 */
export function startCommand(
  command: RecordCommand,
  env: Readonly<Record<string, string>>,
  input: "inherit" | "held" = "inherit",
): ChildCommand {
  const toStderr = command.stdout === "stderr";
  let child: Deno.ChildProcess;
  try {
    child = new Deno.Command(command.program, {
      args: [...command.args],
      env: { ...command.env, ...env },
      ...(command.cwd === undefined ? {} : { cwd: command.cwd }),
      stdin: input === "held" ? "piped" : "inherit",
      stdout: toStderr ? "piped" : "inherit",
      stderr: "inherit",
    }).spawn();
  } catch (error) {
    throw commandError(command, error);
  }
  const ended = (toStderr ? passOutput(child) : child.status).then(async ({ code, signal }) => {
    if (input === "held") await endInput(child);
    return { code, signal };
  });
  const end = async (patienceMs: number) => {
    if (input === "inherit") return await endChild(child, ended, patienceMs);
    await endInput(child);
    return await endChild(child, ended, Math.max(patienceMs, TERM_PATIENCE_MS));
  };
  return { pid: child.pid, ended, end };
}

async function endInput(child: Deno.ChildProcess): Promise<void> {
  await child.stdin.close().catch(() => {}); // one of both ends is closed already
}

async function passOutput(child: Deno.ChildProcess): Promise<CommandStatus> {
  const stop = new AbortController();
  const output = child.stdout
    .pipeTo(Deno.stderr.writable, { preventClose: true, signal: stop.signal })
    // Where nobody reads our output any more the program is still recorded.
    .catch(() => {});
  const status = await child.status;
  if (!await endsWithin(output, OUTPUT_PATIENCE_MS)) stop.abort();
  await output;
  return status;
}

async function endChild(
  child: Deno.ChildProcess,
  ended: Promise<CommandStatus>,
  patienceMs: number,
): Promise<CommandStatus> {
  for (const [wait, signal] of [[patienceMs, "SIGTERM"], [TERM_PATIENCE_MS, "SIGKILL"]] as const) {
    if (await endsWithin(child.status, wait)) return await ended;
    kill(child, signal);
  }
  await child.status;
  return await ended;
}

async function endsWithin(status: Promise<unknown>, ms: number): Promise<boolean> {
  const { promise: late, resolve } = Promise.withResolvers<boolean>();
  const timer = setTimeout(() => resolve(false), ms);
  try {
    return await Promise.race([status.then(() => true), late]);
  } finally {
    clearTimeout(timer);
  }
}

function kill(child: Deno.ChildProcess, signal: Deno.Signal): void {
  try {
    child.kill(signal);
  } catch (error) {
    // It ended in this moment.
    if (!(error instanceof TypeError)) throw error;
  }
}

function commandError(command: RecordCommand, error: unknown): unknown {
  const attempted = `start ${command.program}`;
  if (error instanceof Deno.errors.NotFound) {
    return new CommandError(`${attempted}: ${error.message}; check the name and PATH`, 127, { cause: error });
  }
  if (error instanceof Deno.errors.NotCapable || !(error instanceof Error)) return error;
  return new CommandError(`${attempted}: ${error.message}; is it a program that you may run?`, 126, {
    cause: error,
  });
}
