/**
 * One suite over every reader of ring sets: each golden image against what stands beside it.
 * @module
 */
import { assertEquals } from "@std/assert";
import { goldenCases } from "./golden_cases.ts";
import { type Golden, type GoldenError, type GoldenResult, parseGolden, sortGaps } from "./golden_result.ts";
import { loadImage } from "./golden_files.ts";
import type { EntryFilter } from "../../runtime/reader/wanted_entries.ts";

/** A reader that can take a whole image. */
export interface GoldenReader {
  /** As it stands in the names of the tests: "the TypeScript reader". */
  readonly name: string;
  /** It holds the machine of the rings for running; else what it reads is an image. */
  readonly isLive?: boolean;
  /** The class of an error that it throws, null when that is not one an image is refused with. */
  classify(error: unknown): GoldenError | null;
  /** Reads an image to its end and keeps what the filter wants, by default everything. The bytes may be changed. */
  read(image: Uint8Array<ArrayBuffer>, filter?: EntryFilter): Promise<GoldenResult>;
}

/** What stands beside an image. */
export function loadGolden(name: string): Golden {
  return parseGolden(Deno.readTextFileSync(new URL(`images/${name}.json`, import.meta.url)));
}

/** The tests of one reader, one for each image. */
export function goldenSuite(reader: GoldenReader): void {
  for (const name of Object.keys(goldenCases)) {
    const golden = loadGolden(name);
    Deno.test(`${reader.name}: ${golden.about} (${name})`, async () => {
      let result: GoldenResult;
      try {
        result = await reader.read(await loadImage(name), golden.filter);
      } catch (error) {
        const found = reader.classify(error);
        if (found === null) throw error;
        assertEquals<GoldenError | null>(found, golden.error, `it refused the image: ${error}`);
        return;
      }
      assertEquals<GoldenError | null>(golden.error, null, "it took an image that is to be refused");
      assertEquals({ ...result, gaps: sortGaps(result.gaps) }, reader.isLive ? golden.live : golden.result);
    });
  }
}
