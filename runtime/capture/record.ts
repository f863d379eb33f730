/**
 * Records: from rings to a capture folder, with a program that is started or one that runs already.
 *
 * Owns the order of things: rings, capture, folder, workers, program; and back again, whatever fails in between. The entries
 * go through the engine (native_engine.ts) and never through this thread.
 * @module
 */
import { checkCaptureFolder, makeCaptureFolder } from "./capture_folder.ts";
import { openEngine } from "./open_engine.ts";
import { type ChildCommand, startCommand } from "./child_command.ts";
import type { KernelRings } from "./kernel/kernel_rings.ts";
import { startKmsg } from "./kmsg.ts";
import { preparePreload } from "./preload.ts";
import { checkRecordOptions } from "./record_settings.ts";
import type { RecordOptions, RecordResult } from "./record_types.ts";
import { Recording } from "./recording.ts";
import { lockRecording } from "./recording_lock.ts";

export type * from "./record_types.ts";
export { CommandError } from "./child_command.ts";

/**
 * Records until the command ends, the duration is over, the signal aborts, or (`once`) what is there is taken.
 *
 * A disk that is full, or a folder that cannot be written any more, ends the recording but not the command, which goes on
 * unrecorded: the result is then not complete, and its warnings say why.
 *
 * @throws {RangeError | TypeError} Options that cannot be.
 * @throws {CommandError} The command could not be started; `code` is 126 or 127. Nothing is left of the capture, unless a kernel's rings
 *   held entries already: these are kept in it, and the message says so.
 * @throws {CaptureError} The name is taken, or the folder cannot be made or written.
 * @throws {DriverError} The rings cannot be made or opened.
 * @throws {AbiMismatchError} The rings are of another major version.
 * @example A program, until it ends
 * ```ts
 * import { capture } from "@ringscope/ringscope";
 *
 * const { path, entries, lost } = await capture({
 *   dir: "captures",
 *   command: { program: "true", args: [], preload: true },
 *   ringBytes: 65536,
 *   format: "parquet",
 * });
 * console.log(`${entries} entries in ${path}, ${lost} lost`);
 * ```
 */
export async function record(options: RecordOptions): Promise<RecordResult> {
  const settings = checkRecordOptions(options);
  await checkCaptureFolder(options.dir, options.name);
  await using open = new AsyncDisposableStack();
  const { engine, rings, preload, kmsg, kernel, warnings } = await openEngine(options, open);
  const preloaded = options.command === undefined ? null : await preparePreload(options.command, preload);
  const folder = await makeCaptureFolder(options.dir, options.name);
  const recording = new Recording({
    options,
    settings,
    engine,
    rings,
    kernel,
    folder,
    start: starterOf(options, { rings, kmsg, kernel, env: preloaded?.env ?? {} }),
    warnings: [...warnings, ...preloaded?.warnings ?? []],
  });
  try {
    open.use(await lockRecording(folder.path));
    await recording.begin();
  } catch (error) {
    const kept = await recording.keep(error);
    if (kept === null) {
      // No folder stays that looks like a capture.
      await Deno.remove(folder.path, { recursive: true }).catch(() => {});
    } else if (error instanceof Error) {
      error.message += `; what the rings held, ${kept.entries} entries, is kept in ${kept.path}`;
    }
    throw error;
  }
  return await recording.run();
}

/** What is started when the capture is ready: the program to record, or what passes the kernel's log on; null when nothing is. */
function starterOf(
  { command, kmsg: start, once = false }: RecordOptions,
  place: {
    rings: string;
    kmsg: string | null;
    kernel: KernelRings | null;
    env: Readonly<Record<string, string>>;
  },
): (() => ChildCommand) | null {
  const { rings, kmsg: program, kernel, env } = place;
  if (start !== undefined && program !== null) return () => startKmsg({ program, rings, start, once });
  if (command === undefined) return null;
  // A kernel's rings are nothing that a program could write into.
  const own = kernel === null ? { RINGSCOPE_RINGS: rings } : {};
  return () => startCommand(command, { ...env, ...own });
}
