/**
 * What a power cut leaves: of the open segment everything up to the last sync, and behind it nothing, a part, or zeros where the
 * file had its length but not yet its bytes; of a segment that was being sealed any of the steps up to the one that was
 * not forced to the disk. Whatever it is, everything before is read, nothing is made up, and what is wrong is said.
 * @module
 */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { crc32c } from "../../runtime/arrow/crc32c.ts";
import { segmentPath } from "../../runtime/seal/segment_paths.ts";
import { CaptureSource } from "../../runtime/store/capture_source.ts";
import { openStore } from "../../runtime/store/store.ts";
import { logsBytes, makeBatch, makeCapture } from "../support/make_capture.ts";
import { closeSegment, sealCapture } from "../support/seal_capture.ts";

const ROWS = 40;
const batches = [0, 1, 2].map((batch) =>
  makeBatch(
    Array.from({ length: ROWS }, (_, n) => {
      const idx = batch * ROWS + n;
      return { idx, seq: idx, ticks: 10 * idx, payload: `line ${idx}` };
    }),
    { batch, counters: [{ attempts: (batch + 1) * ROWS, read: (batch + 1) * ROWS }] },
  )
);
/** Where each batch ends in the open segment. */
const ends = await Promise.all(
  [0, 1, 2, 3].map(async (count) => (await logsBytes(batches.slice(0, count), false)).length),
);
const CUT = { closed: false, info: { complete: false, stopped: null } };

const dir = await Deno.makeTempDir({ prefix: "ringscope-test-" });
Deno.test.afterAll(() => Deno.remove(dir, { recursive: true }));

async function look(path: string): Promise<{ idx: number[]; warnings: string[] }> {
  using source = await CaptureSource.open(path, crc32c);
  const idx: number[] = [];
  for await (const item of source.look()) {
    if (item.kind === "entries") idx.push(...[...item.expand().idx].map(Number));
  }
  return { idx, warnings: source.warnings };
}

const upTo = (count: number) => Array.from({ length: count * ROWS }, (_, idx) => idx);

Deno.test("whatever is left of an open segment, its whole batches are read and the rest is named with its bytes", async () => {
  const path = await makeCapture(dir, "cut", { logs: [batches], ...CUT });
  const file = segmentPath(path, "logs", 1, "arrows");
  const whole = await Deno.readFile(file);
  const places = [...ends, ...ends.map((end) => end + 1), ...ends.map((end) => end - 1)];
  for (let at = 8; at < whole.length; at += 331) places.push(at);
  for (const at of places.filter((at) => at > 0 && at <= whole.length)) {
    for (const isZeroed of [false, true]) {
      const left = isZeroed ? whole.slice() : whole.slice(0, at);
      if (isZeroed) left.fill(0, at);
      await Deno.writeFile(file, left);
      const { idx, warnings } = await look(path);
      // A message may end with zeros, so that some of what is gone is there all the same.
      const count = ends.findLastIndex((end) =>
        end <= left.length && whole.subarray(0, end).every((byte, n) => byte === left[n])
      );
      assertEquals(idx, upTo(Math.max(count, 0)), `cut at ${at}, zeros ${isZeroed}`);
      assertStringIncludes(warnings.join("\n"), "the capture was cut short");
      const isClean = ends[count] === left.length;
      const torn = warnings.filter((warning) => warning.startsWith("torn: "));
      assertEquals(torn.length, isClean ? 0 : 1, `${at} ${isZeroed}: ${warnings}`);
      const [place] = torn;
      if (place !== undefined && count >= 0) {
        assertStringIncludes(place, `logs/000001.arrows bytes ${ends[count]} to ${left.length}`);
      }
    }
  }
});

Deno.test("a segment that was being sealed is there once, whichever step the power cut came behind", async () => {
  const open = await makeCapture(dir, "open", { logs: [batches] });
  const sealed = await makeCapture(dir, "sealed", { logs: [batches] });
  await sealCapture(sealed);
  const part = "parquet.part";
  /** The files that are there after each step; the meta.json of a closed segment always is. */
  const steps: Record<string, (path: string) => Promise<unknown>> = {
    "nothing written aside": () => Promise.resolve(),
    "a part of a file aside": (path) =>
      Deno.writeFile(segmentPath(path, "logs", 1, part), new Uint8Array(99)),
    "all aside, nothing renamed": (path) => take(path, "logs", part),
    "meta.json replaced": async (path) => {
      await take(path, "logs", part);
      await take(path, "logs", "meta.json");
    },
    "the counters renamed": async (path) => {
      await take(path, "logs", "meta.json");
      await take(path, "rings", "parquet");
      await take(path, "logs", part);
    },
    "everything renamed, the open form still there": async (path) => {
      for (const table of ["rings", "logs"] as const) await take(path, table, "parquet");
      await take(path, "logs", "meta.json");
    },
    "the old meta.json with the new files": async (path) => {
      for (const table of ["rings", "logs"] as const) await take(path, table, "parquet");
    },
  };
  async function take(path: string, table: "logs" | "rings", ending: string): Promise<void> {
    await Deno.mkdir(join(path, table), { recursive: true });
    const from = segmentPath(sealed, table, 1, ending === part ? "parquet" : ending);
    await Deno.copyFile(from, segmentPath(path, table, 1, ending));
  }
  for (const [step, leave] of Object.entries(steps)) {
    const path = await makeCapture(dir, step, { logs: [batches] });
    await closeSegment(path, 1);
    await leave(path);
    assertEquals(await look(path), { idx: upTo(3), warnings: [] }, step);
  }
  assertEquals(await look(open), { idx: upTo(3), warnings: [] });
});

Deno.test("capture_health says that a capture was cut short, and the account is that of what is left", async () => {
  const path = await makeCapture(dir, "health", { logs: [batches], ...CUT });
  await Deno.truncate(segmentPath(path, "logs", 1, "arrows"), ends[2]! + 17);
  for (const engine of ["wasm", "native"] as const) {
    await using store = await openStore([path], { engine });
    const [health] = (await store.query("SELECT trustworthy, reasons::VARCHAR FROM capture_health")).rows;
    assertEquals(health?.[0], false);
    assert(
      /cut short/.test(String(health?.[1])) && /torn: logs\/000001/.test(String(health?.[1])),
      String(health?.[1]),
    );
    const { rows } = await store.query("SELECT read, rows_stored, balanced FROM accounting");
    assertEquals(rows, [[BigInt(2 * ROWS), BigInt(2 * ROWS), true]]);
  }
});

Deno.test("a clock that was set back is told with the processor and the step, and nothing is left out", async () => {
  const anchor = { ticks: 0n, unixNs: 0n, ticksPerSecond: 1_000_000_000n };
  const hour = 3_600_000_000_000n;
  const path = await makeCapture(dir, "set_back", {
    logs: [[0, 1].map((batch) =>
      makeBatch(
        Array.from({ length: ROWS * 4 }, (_, n) => ({
          idx: batch * ROWS * 4 + n,
          seq: batch * ROWS * 4 + n,
          ticks: 1_000_000 * (batch * ROWS * 4 + n),
          payload: "tick",
        })),
        {
          batch,
          anchor: { ...anchor, unixNs: 10n * hour - BigInt(batch) * hour },
          counters: [{ attempts: (batch + 1) * ROWS * 4, read: (batch + 1) * ROWS * 4 }],
        },
      )
    )],
  });
  for (const engine of ["wasm", "native"] as const) {
    await using store = await openStore([path], { engine });
    const [health] = (await store.query("SELECT trustworthy, reasons::VARCHAR FROM capture_health")).rows;
    assertStringIncludes(String(health?.[1]), "time goes back on processor 0, by up to 3599");
    assertEquals((await store.query("SELECT count(*) FROM logs")).rows, [[BigInt(8 * ROWS)]]);
    // Both stretches of the hour that was there twice.
    await using part = await openStore([path], { engine, selection: { untilNs: 10n * hour } });
    assertEquals((await part.query("SELECT min(idx), count(*) FROM logs")).rows, [[
      BigInt(4 * ROWS),
      BigInt(4 * ROWS),
    ]]);
  }
});
