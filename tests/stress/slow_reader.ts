/**
 * The slow reader (drain.c) as a process: started, attached, ended in order or killed.
 * @module
 */
import { TextLineStream } from "@std/streams";
import { buildReader, type Flavor } from "./programs.ts";
import { stressSeed } from "./stress_seed.ts";

/**
 * Longer than the machine lets a writer stand still inside an entry, in ms. What a reader has passed is late and not delivered, which an
 * oracle that wants every entry would call missing.
 */
export const PATIENT_STALL_MS = 60_000;

/** How the reader drains. */
export interface SlowReaderOptions {
  /** Longest pause between two looks, in ms. */
  readonly pauseMs: number;
  /** Bytes of its pool; default 256 MiB. */
  readonly bufferBytes?: number;
  /** Rows of a batch; default 65,536. */
  readonly batchRows?: number;
  /** When the entry of a writer that stands still is passed, in ms; default: {@link PATIENT_STALL_MS}. */
  readonly stallMs?: number;
  /** The least severity that it stores; default: every one. */
  readonly least?: number | undefined;
}

/** A reader that is attached to a ring set and writes a folder. */
export interface SlowReader {
  /**
   * Lets it take what is there, and end in order.
   *
   * @throws {Error} It ended with a failure; the message holds what it wrote to standard error.
   */
  finish(): Promise<void>;
  /** Kills it where it is. */
  kill(): Promise<void>;
}

/**
 * Starts a reader that writes `folder`, which exists, and waits until it is attached.
 *
 * @throws {Error} It could not attach.
 */
export async function startSlowReader(
  rings: string,
  folder: string,
  { pauseMs, bufferBytes = 0, batchRows = 0, stallMs = PATIENT_STALL_MS, least = 1 }: SlowReaderOptions,
  flavor: Flavor = "plain",
): Promise<SlowReader> {
  const reader = await buildReader(flavor);
  const [program = "", ...leading] = reader.command;
  const child = new Deno.Command(program, {
    args: [
      ...leading,
      rings,
      folder,
      ...[stressSeed(), pauseMs, bufferBytes, batchRows, stallMs, least].map(String),
    ],
    env: reader.env,
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const complaint = new Response(child.stderr).text();
  const lines = child.stdout.pipeThrough(new TextDecoderStream()).pipeThrough(new TextLineStream())
    .getReader();
  const end = async () => {
    await child.stdin.close();
    await lines.cancel();
    return { ...await child.status, text: await complaint };
  };
  if ((await lines.read()).value !== "ready") {
    const { code, signal, text } = await end();
    throw new Error(`the reader ended with ${signal ?? code}:\n${text}`);
  }
  return {
    finish: async () => {
      const { success, code, signal, text } = await end();
      if (!success) throw new Error(`the reader ended with ${signal ?? code}:\n${text}`);
    },
    kill: async () => {
      child.kill("SIGKILL");
      await end();
    },
  };
}
