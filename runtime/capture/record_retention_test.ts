import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { openStore } from "../store/store.ts";
import { Tail } from "../live/tail.ts";
import { record, type RecordOptions } from "./record.ts";
import { abortWhen, listFolder, makeTestFolder, producerCommand, waitFor } from "./test_support.ts";

/** Segments that close many times a second. */
const SMALL = { segmentAgeMs: 50, keepSegments: 2, ringBytes: 4096 } as const;

for (const engine of ["native", "typescript"] as const) {
  for (const format of ["arrow", "parquet"] as const) {
    Deno.test(`a recording (${engine}) keeps the newest segments as ${format}, and its account stays right`, async () => {
      await using folder = await makeTestFolder();
      const command = await producerCommand(folder.path, { count: 20_000, end: "log" });
      const controller = new AbortController();
      const recorded = record({
        dir: folder.path,
        name: "kept",
        command,
        format,
        engine,
        ...SMALL,
        signal: controller.signal,
      });
      const path = join(folder.path, "kept");
      await waitFor(async () => (await listFolder(path)).includes("capture.json") || null);
      const tail = new Tail(path, {
        lines: 1,
        follow: true,
        conditions: { processors: [], match: [], exclude: [] },
      });
      const tailed = (async () => {
        let last = -1n;
        for await (const items of tail.items()) {
          for (const item of items) {
            if (item.kind !== "entry") continue;
            assert(item.entry.idx > last);
            last = item.entry.idx;
          }
        }
        return last;
      })();
      const follows = format === "parquet" && engine === "native" ? "native" : "wasm";
      await using follower = await openStore([path], { engine: follows });
      await waitFor(async () => {
        await follower.refresh();
        const { rows: [row] } = await follower.query("SELECT retired_segments FROM captures");
        return Number(row?.[0]) >= 4 || null;
      });
      controller.abort("SIGTERM");
      const result = await recorded;
      assertEquals(result.warnings.filter((warning) => !warning.includes("the disk was behind")), []);
      assert(result.complete && result.balanced && result.retiredEntries > 0 && result.lost > 0);
      assert(await tailed >= 0n);
      assertEquals(tail.warnings.filter((warning) => !warning.includes("were retired before")), []);
      await follower.refresh();
      assertEquals(follower.warnings.filter((warning) => !warning.includes("were retired before")), []);

      const logs = await listFolder(join(path, "logs"));
      assertEquals(logs.filter((name) => name.endsWith(".meta.json")).length, 2);
      assertEquals(
        logs.filter((name) => name.endsWith(format === "arrow" ? ".arrows" : ".parquet")).length,
        2,
      );
      await using store = await openStore([path]);
      assertEquals(store.warnings, []);
      const { rows: [row] } = await store.query(`
        SELECT retired_entries, loaded_rows, (SELECT bool_and(balanced) FROM accounting),
          (SELECT sum(lost) FROM loss_by_processor), (SELECT sum(lost) FROM gaps),
          (SELECT min(ts) > retired_until FROM logs)
        FROM captures`);
      assertEquals(Number(row?.[0]), result.retiredEntries);
      assertEquals(Number(row?.[1]), result.entries - result.retiredEntries);
      assertEquals(row?.slice(2).map(Number), [1, result.lost, result.lost, 1]);
    });
  }
}

Deno.test("a folder stays below its size, everything in it counted", async () => {
  await using folder = await makeTestFolder();
  const keepBytes = 64 * 2 ** 20;
  const command = await producerCommand(folder.path, { count: 10, length: 20_000, end: "log" });
  const path = join(folder.path, "sized");
  const stop = abortWhen((status) => status.bytes > 2 * keepBytes, "SIGTERM");
  // A record that is never as large as a segment, and rings that refuse rather than outrun the disk.
  const options: RecordOptions = {
    dir: folder.path,
    name: "sized",
    command,
    keepBytes,
    bufferBytes: 8 * 2 ** 20,
  };
  const seen: { readonly size: number; readonly stored: number }[] = [];
  const result = await record({
    ...options,
    ringBytes: 2 ** 20,
    signal: stop.signal,
    onStatus: (status) => {
      seen.push({ size: folderBytes(path), stored: status.bytes });
      stop.onStatus(status);
    },
  });
  assertEquals(result.warnings.filter((warning) => !warning.includes("the disk was behind")), []);
  assert(result.retiredEntries > 0);
  // The bound is met a moment late, and more than that where a disk or the machine stood still; what is stored in all is far beyond it.
  const sizes = seen.filter(({ stored }) => stored > keepBytes).map(({ size }) => size).sort((a, b) => a - b);
  const median = sizes[Math.floor(sizes.length / 2)] ?? Infinity;
  assert(median <= 1.5 * keepBytes, `it grew to ${sizes.join(", ")} bytes`);
  assert(folderBytes(path) <= keepBytes);
});

Deno.test("bounds that cannot be kept are refused with what would do", async () => {
  await using folder = await makeTestFolder();
  const dir = join(folder.path, "captures");
  const wrong: [Partial<RecordOptions>, string][] = [
    [{ keepBytes: 1000 }, "use a size to keep of 1000 bytes: it is a whole number from 67108864"],
    [{ keepAgeMs: 10 }, "use a time to keep of 10 ms"],
    [{ keepSegments: 0 }, "use a number of segments to keep of 0"],
    [{ keepBytes: 2 ** 27, segmentBytes: 2 ** 26 }, "a segment is at most an eighth"],
    [{ keepAgeMs: 60_000, segmentAgeMs: 60_000 }, "a segment is at most an eighth"],
    [{ segmentAgeMs: 0 }, "use a segment age of 0 ms"],
  ];
  for (const [options, message] of wrong) {
    const error = await assertRejects(() => record({ dir, once: true, ...options }), RangeError);
    assertStringIncludes(error.message, message);
  }
  assertEquals(await listFolder(dir), []);
});

function folderBytes(path: string): number {
  let bytes = 0;
  for (const entry of Deno.readDirSync(path)) {
    const at = join(path, entry.name);
    try {
      bytes += entry.isDirectory ? folderBytes(at) : Deno.lstatSync(at).size;
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
  return bytes;
}
