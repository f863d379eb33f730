import { record } from "../../runtime/capture/record.ts";
import type { RecordResult } from "../../runtime/capture/record_types.ts";

/**
 * Records rings to a folder of its own in `dir` while `work` is under way, and removes the folder.
 *
 * @returns What the recording ended with.
 */
export async function whileRecorded(
  rings: string,
  dir: string,
  work: () => Promise<void>,
): Promise<RecordResult> {
  const folder = await Deno.makeTempDir({ dir, prefix: ".bench-" });
  const ending = new AbortController();
  const { promise: begun, resolve: begin } = Promise.withResolvers<void>();
  try {
    const recording = record({ dir: folder, rings, signal: ending.signal, onStatus: () => begin() });
    // Only what is written from then on is counted.
    await Promise.race([begun, recording]);
    try {
      await work();
    } finally {
      ending.abort();
      await recording.catch(() => {});
    }
    return await recording;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
