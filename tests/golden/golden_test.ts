import { assertEquals } from "@std/assert";
import { fallbackGoldenReader } from "./fallback_golden_reader.ts";
import { goldenCases } from "./golden_cases.ts";
import { loadImage } from "./golden_files.ts";
import { goldenSuite } from "./golden_suite.ts";
import { typescriptGoldenReader } from "./typescript_golden_reader.ts";

for (const [name, build] of Object.entries(goldenCases)) {
  Deno.test(`the committed image ${name} is the one that its sentence builds`, async () => {
    assertEquals(build(), await loadImage(name));
  });
}

goldenSuite(typescriptGoldenReader("the TypeScript reader"));
goldenSuite(typescriptGoldenReader("the TypeScript reader, entry by entry", { bytesPerRing: 1 }));
goldenSuite(fallbackGoldenReader);
