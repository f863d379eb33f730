import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { makeBatch, makeCapture } from "../../tests/support/make_capture.ts";
import { sealCapture } from "../../tests/support/seal_capture.ts";
import { crc32c } from "../arrow/crc32c.ts";
import { readCaptureInfo } from "../store/folder.ts";
import { openStore } from "../store/store.ts";
import { LATER_COUNTERS } from "../store/table_rows.ts";
import type { TableRows } from "../store/table_writer.ts";
import { SEALED } from "./columns.ts";
import { keyValuesOf } from "./key_values.ts";
import { writeParquet } from "./parquet_writer.ts";
import { SealedFile } from "./sealed_file.ts";
import { readMeta } from "./segment_meta.ts";
import { segmentPath } from "./segment_paths.ts";

/** Two segments of one batch each, which have filtered 3 and 5 entries. */
async function makeSealed(dir: string): Promise<string> {
  const batch = (number: number, read: number, filtered: number) =>
    makeBatch([{ idx: number, seq: read - 1, ticks: number }], {
      batch: number,
      counters: [{ attempts: read, read, filtered }],
    });
  const path = await makeCapture(dir, "same", { logs: [[batch(0, 4, 3)], [batch(1, 7, 5)]] });
  await sealCapture(path);
  return path;
}

/** Writes the counters of a sealed segment as they were written before there were filters. */
async function makeEarlier(path: string, segment: number): Promise<void> {
  const info = await readCaptureInfo(path);
  let tables: TableRows[];
  {
    using file = await SealedFile.open(path, info, "rings", segment, crc32c);
    tables = await file.read(0);
  }
  const { columns, dictionaries, ...rest } = SEALED.rings;
  const isEarlier = (name: string) => !LATER_COUNTERS.includes(name);
  const layout = {
    ...rest,
    columns: columns.filter(({ name }) => isEarlier(name)),
    dictionaries: dictionaries.filter(isEarlier),
  };
  async function* rows() {
    for (const table of tables) yield { ...table, columns: table.columns.slice(0, layout.columns.length) };
  }
  const meta = await readMeta(path, segment) ?? {};
  await writeParquet(
    segmentPath(path, "rings", segment, "parquet"),
    layout,
    keyValuesOf(info, "rings", segment, meta, []),
    rows(),
  );
  // It says what the bytes were.
  await Deno.remove(segmentPath(path, "logs", segment, "meta.json"));
}

for (const engine of ["wasm", "native"] as const) {
  for (
    const [what, segments, filtered] of [
      ["all segments", [1, 2], [0n, 0n]],
      ["the first segment", [1], [0n, 5n]],
      ["no segment", [], [3n, 5n]],
    ] as const
  ) {
    Deno.test(`${engine} reads counters where ${what} is from before captures had filters`, async () => {
      const dir = await Deno.makeTempDir({ prefix: "ringscope-test-" });
      try {
        const path = await makeSealed(join(dir, "captures"));
        for (const segment of segments) await makeEarlier(path, segment);
        await using store = await openStore([path], { engine });
        const { rows } = await store.query("SELECT capture, attempts, read, filtered FROM rings ORDER BY ts");
        assertEquals(rows, [["same", 4n, 4n, filtered[0]], ["same", 7n, 7n, filtered[1]]]);
        assertEquals(store.warnings, []);
      } finally {
        await Deno.remove(dir, { recursive: true });
      }
    });
  }
}
