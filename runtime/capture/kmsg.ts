/**
 * The program that passes the Linux kernel's log on into the rings of a capture.
 * @module
 */
import { DriverError } from "../errors.ts";
import { type ChildCommand, startCommand } from "./child_command.ts";

/** Where a recording of the kernel's log begins: with what `dmesg` shows, or with what is logged from now on. */
export type KmsgStart = "all" | "new";

/** What {@link startKmsg} starts. */
export interface KmsgOptions {
  /** Path of ringscope-kmsg. */
  readonly program: string;
  /** The ring set: one ring, the monotonic clock. */
  readonly rings: string;
  readonly start: KmsgStart;
  /** Takes what is there and ends. */
  readonly once: boolean;
}

/**
 * Why this process cannot read the kernel's log, and what to do; null when it can.
 *
 * @param program Path of ringscope-kmsg.
 */
export async function findKmsgProblem(program: string): Promise<string | null> {
  const { success, code, stderr } = await new Deno.Command(program, {
    args: ["--check"],
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).output();
  if (success) return null;
  return new TextDecoder().decode(stderr).trim() || `${program} --check ended with ${code}`;
}

/**
 * Asks for what the recording needs, before anything is made.
 *
 * @param program Path of ringscope-kmsg, or null where it could not be built.
 * @returns The path.
 * @throws {DriverError} The log cannot be read.
 */
export async function requireKmsg(program: string | null, reason: string | null): Promise<string> {
  const attempted = "record the kernel's log";
  if (program === null) {
    throw new DriverError(`${attempted}: the program that reads it is not built: ${reason}`);
  }
  const problem = await findKmsgProblem(program);
  if (problem !== null) throw new DriverError(`${attempted}: ${problem}`);
  return program;
}

/**
 * Starts to pass the log on. The program ends by itself when this process does, however that happens: it waits for the end of its
 * standard input.
 */
export function startKmsg({ program, rings, start, once }: KmsgOptions): ChildCommand {
  return startCommand({ program, args: [rings, start, once ? "once" : "follow"] }, {}, "held");
}
