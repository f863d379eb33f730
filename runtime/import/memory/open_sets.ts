/**
 * Opens an image in which ring sets are looked for, whatever it has of them.
 *
 * @module
 */
import { openImageBytes } from "./image_bytes.ts";
import { openImage } from "./open_image.ts";
import { openPagedSets } from "./paged_sets.ts";
import type { SetSource } from "./set_source.ts";
import type { Steps } from "./steps.ts";
import { isMinidump, openMinidump } from "./windows/minidump.ts";

/**
 * Opens an image and looks for ring sets.
 *
 * @throws {CaptureError} It cannot be read, or is of a form that has to be converted first; the message says how.
 */
export async function openSets(path: string, steps: Steps): Promise<SetSource> {
  using bytes = openImageBytes(path);
  if (isMinidump(bytes)) return await openMinidump(bytes, steps);
  const source = await openImage(path, steps);
  try {
    return await openPagedSets(source, steps);
  } catch (error) {
    source[Symbol.dispose]();
    throw error;
  }
}
