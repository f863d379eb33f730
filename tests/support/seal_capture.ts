/**
 * Seals capture folders that make_capture.ts made.
 *
 * @module
 */
import { join } from "@std/path";
import { sealSegment } from "../../runtime/seal/seal_segment.ts";
import { segmentNumber } from "../../runtime/seal/segment_paths.ts";
import { readCaptureInfo } from "../../runtime/store/folder.ts";

/** Writes the `meta.json` that says that a segment is closed. */
export async function closeSegment(
  path: string,
  number: number,
  meta: Record<string, unknown> = {},
): Promise<void> {
  const name = `${String(number).padStart(6, "0")}.meta.json`;
  await Deno.writeTextFile(join(path, "logs", name), JSON.stringify(meta));
}

/** Seals the closed segments of a capture, all or the ones of these numbers. */
export async function sealCapture(path: string, only?: readonly number[]): Promise<void> {
  const info = await readCaptureInfo(path);
  const numbers: number[] = [];
  for await (const { name } of Deno.readDir(join(path, "logs"))) {
    const number = segmentNumber(name, "arrows");
    if (number !== null && (only?.includes(number) ?? true)) numbers.push(number);
  }
  for (const number of numbers.sort((a, b) => a - b)) {
    await closeSegment(path, number);
    await sealSegment(path, info, number);
  }
}
