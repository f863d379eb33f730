/**
 * What the tests of recording share: a folder, a program that keeps its own account, conditions to wait for.
 * @module
 */
import { fromFileUrl, join } from "@std/path";
import { ensureBuilt } from "../build/build.ts";
import { buildProgram } from "../build/build_program.ts";
import { listSpecialFolder } from "../ffi/special_files.ts";
import type { RecordCommand, RecordStatus } from "./record_types.ts";

/** What producer.c counted itself. */
export interface OwnAccount {
  readonly pid: number;
  readonly attempts: number;
  readonly ok: number;
  readonly full: number;
  readonly tooBig: number;
}

/** A folder for one test, gone at its end. */
export async function makeTestFolder(): Promise<{ readonly path: string } & AsyncDisposable> {
  const path = await Deno.makeTempDir({ prefix: "ringscope-test-" });
  return { path, [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }) };
}

/** Path of the compiled testdata/producer.c. */
export async function producerProgram(): Promise<string> {
  await ensureBuilt();
  return await buildProgram({
    name: "tests/producer",
    sources: [fromFileUrl(new URL("./testdata/producer.c", import.meta.url))],
    libs: ["ringscope"],
  });
}

/** A command that logs and writes its own account to `report`. */
export async function producerCommand(
  folder: string,
  options: { count: number; length?: number; end?: string; rings?: string },
): Promise<RecordCommand & { readonly report: string }> {
  const report = join(folder, `report-${crypto.randomUUID()}`);
  const { count, length = 64, end = "exit:0", rings } = options;
  const args = [report, String(count), String(length), end, ...(rings === undefined ? [] : [rings])];
  return { program: await producerProgram(), args, report };
}

/** Reads the program's account; null when it has not written it yet. */
export async function readOwnAccount(report: string): Promise<OwnAccount | null> {
  let text: string;
  try {
    text = await Deno.readTextFile(report);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
  const [pid = NaN, attempts = NaN, ok = NaN, full = NaN, tooBig = NaN] = text.trim().split(" ").map(Number);
  return { pid, attempts, ok, full, tooBig };
}

/** Waits until a question is answered with something other than null. */
export async function waitFor<T>(ask: () => Promise<T | null> | T | null): Promise<T> {
  for (;;) {
    const answer = await ask();
    if (answer !== null) return answer;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** An `onStatus` that aborts as soon as a status fits. */
export function abortWhen(
  fits: (status: RecordStatus) => boolean,
  reason: string,
): { signal: AbortSignal; onStatus: (status: RecordStatus) => void } {
  const controller = new AbortController();
  return {
    signal: controller.signal,
    onStatus: (status) => {
      if (status.phase === "recording" && fits(status)) controller.abort(reason);
    },
  };
}

/** Names in a folder, sorted; none when there is no folder. */
export async function listFolder(path: string): Promise<string[]> {
  try {
    return (await Array.fromAsync(Deno.readDir(path), (entry) => entry.name)).sort();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}

/** Ring sets of this process that are still in memory. */
export function ownRingFiles(): string[] {
  return listSpecialFolder("/dev/shm").filter((name) => name.startsWith(`ringscope-${Deno.pid}-`));
}
