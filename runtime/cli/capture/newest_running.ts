import { isBeingRecorded } from "../../capture/recording_lock.ts";
import { CliError } from "../../errors.ts";
import { listCaptures } from "../../store/folder.ts";

/**
 * The newest capture below `dir` that is being recorded.
 *
 * @param otherwise What to do where there is none, beside starting one.
 * @throws {CliError} There is none.
 */
export async function newestRunning(dir: string, otherwise: string): Promise<string> {
  for (const { path, info } of await listCaptures(dir)) {
    if (info !== null && await isBeingRecorded(path)) return path;
  }
  throw new CliError(`nothing is being recorded in ${dir}: start "capture", or ${otherwise}`);
}
