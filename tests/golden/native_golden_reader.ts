/**
 * The native reader, for the golden suite: the image is captured into a folder, and the folder is read.
 * @module
 */
import { equals } from "@std/bytes";
import { join } from "@std/path";
import { loadNative } from "../../runtime/ffi/native.ts";
import { Status } from "../../runtime/ffi/status.ts";
import { type EntryFilter, EVERYTHING } from "../../runtime/reader/wanted_entries.ts";
import { readCapturedFolder } from "./captured_folder.ts";
import { classifyRefusal } from "./golden_result.ts";
import type { GoldenReader } from "./golden_suite.ts";

const bufferBytes = 16 * 2 ** 20;

interface NativeReading {
  readonly libraryPath: string;
  /** The file is opened as an image, and may not be written. */
  readonly isImage: boolean;
  readonly filter: EntryFilter;
}

/** Records everything that an image holds into a folder that exists, and leaves in the image what the reader has left. */
async function captureImage(
  image: Uint8Array<ArrayBuffer>,
  folder: string,
  reading: NativeReading,
): Promise<void> {
  const rings = join(folder, "rings");
  await Deno.writeFile(rings, image);
  recordFile(rings, folder, reading);
  const left = await Deno.readFile(rings);
  if (reading.isImage && !equals(left, image)) throw new Error("reading it as an image has changed it");
  image.set(left);
  await Deno.remove(rings);
}

function recordFile(rings: string, folder: string, { libraryPath, isImage, filter }: NativeReading): void {
  using library = loadNative(libraryPath);
  using capture = library.openCapture(rings, { isImage });
  capture.setFilter(filter);
  capture.tuneDrain(600_000, 2 ** 28);
  capture.openDrain(bufferBytes, 0);
  capture.openStore(folder, 0);
  capture.finishDrain(0);
  let step = capture.runStore(1000);
  while (step.status === Status.again) step = capture.runStore(1000);
  if (step.status === Status.end) step = capture.finishStore();
  if (step.status !== Status.ok) throw new Error(`status ${step.status}: ${step.message}`);
}

/**
 * @param libraryPath Where the reader library is.
 * @param options.isImage Whether images are opened as such; default: as rings of this machine.
 */
export function nativeGoldenReader(libraryPath: string, { isImage = false } = {}): GoldenReader {
  return {
    name: isImage ? "the native reader of images" : "the native reader",
    isLive: !isImage,
    classify: classifyRefusal,
    async read(image, filter = EVERYTHING) {
      const folder = await Deno.makeTempDir();
      try {
        await captureImage(image, folder, { libraryPath, isImage, filter });
        return await readCapturedFolder(folder);
      } finally {
        await Deno.remove(folder, { recursive: true });
      }
    },
  };
}
