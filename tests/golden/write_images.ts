/**
 * Writes the golden images anew, after golden_cases.ts has changed:
 *
 *     deno run --allow-read --allow-write tests/golden/write_images.ts
 *
 * The expectations beside them are written by hand.
 * @module
 */
import { equals } from "@std/bytes";
import { goldenCases } from "./golden_cases.ts";
import { loadImage, storeImage } from "./golden_files.ts";

for (const [name, build] of Object.entries(goldenCases)) {
  const image = build();
  const old = await loadImage(name).catch(() => null);
  if (old && equals(old, image)) continue;
  await storeImage(name, image);
  console.log(`${old ? "changed" : "new"}: ${name}`);
}
