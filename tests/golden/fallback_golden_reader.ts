/**
 * The capture that needs no native library, for the golden suite: from the image's file into a folder, and from there back.
 * @module
 */
import { join } from "@std/path";
import { FallbackCapture } from "../../runtime/reader/fallback_capture.ts";
import { FolderWriter } from "../../runtime/reader/folder_writer.ts";
import { EVERYTHING } from "../../runtime/reader/wanted_entries.ts";
import { readCapturedFolder } from "./captured_folder.ts";
import type { GoldenReader } from "./golden_suite.ts";
import { classifyRefusal } from "./golden_result.ts";

/** See {@link GoldenReader}. */
export const fallbackGoldenReader: GoldenReader = {
  name: "the fallback capture",
  isLive: true,
  classify: classifyRefusal,
  async read(image, filter = EVERYTHING) {
    const folder = await Deno.makeTempDir();
    try {
      const rings = join(folder, "rings");
      await Deno.writeFile(rings, image);
      using capture = new FallbackCapture(rings);
      capture.tune({ stallMs: 600_000, reorderBytes: 2 ** 28, filter });
      using writer = new FolderWriter(folder);
      await capture.finish(writer, 0);
      writer.finish();
      return await readCapturedFolder(folder);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
};
