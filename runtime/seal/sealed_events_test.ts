import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { askDuckDb } from "../../tests/support/duckdb.ts";
import { type EntryInput, makeBatch, makeCapture, T0 } from "../../tests/support/make_capture.ts";
import { sealCapture } from "../../tests/support/seal_capture.ts";
import { COUNTER_NAMES } from "../arrow/wire.ts";
import { makeTestFolder } from "../capture/test_support.ts";
import { ArgumentType } from "../events/argument_type.ts";
import { number, type SiteParts, text } from "../events/test_support.ts";
import { Retainer } from "../retain/retainer.ts";
import { SegmentClaims } from "../retain/segment_claims.ts";
import { openStore } from "../store/store.ts";
import { listEventTables } from "./event_files.ts";
import { readMeta } from "./segment_meta.ts";
import { isThere, segmentPath } from "./segment_paths.ts";

const LONG = `long_${"x".repeat(300)}`;
const SITES = new Map<number, SiteParts>([
  [2, {
    name: "io_done",
    format: "bytes=%u path=%s",
    arguments: [{ type: ArgumentType.u32, key: "bytes" }, { type: ArgumentType.text, key: "path" }],
  }],
  [5, { name: LONG, format: "" }],
]);
const io = (idx: number): EntryInput => ({
  idx,
  seq: idx,
  ticks: idx,
  kind: "event",
  type: 2,
  pid: 7,
  tid: 8,
  payload: Uint8Array.from([...number(100 + idx, 4), ...text(`p${idx}`)]),
});
const long = (idx: number): EntryInput => ({ idx, seq: idx, ticks: idx, kind: "event", type: 5 });
/** The second segment has no long event, the third none at all. */
const INPUT = {
  logs: [
    [makeBatch([io(0), long(1)]), makeBatch([io(2)], { batch: 1 })],
    [makeBatch([io(3)], { batch: 2 })],
    [makeBatch([{ idx: 4, seq: 4, ticks: 4, payload: "text" }], { batch: 3, counters: [{ processor: 0 }] })],
  ],
  sites: SITES,
};

const ask = async (query: string) => (await askDuckDb(query)).rows;

Deno.test("a native DuckDB reads the files of events by a plain read_parquet", async () => {
  await using folder = await makeTestFolder();
  const path = await makeCapture(folder.path, "one", INPUT);
  await sealCapture(path);
  assertEquals(
    await ask(
      `SELECT idx, epoch_ns(ts) - ${T0}, processor, severity, pid, tid, site, bytes, path FROM read_parquet('${path}/events/io_done/*.parquet') ORDER BY idx`,
    ),
    [0n, 2n, 3n].map((idx) => [idx, idx, 0, 3, 7, 8, 2, 100 + Number(idx), `p${idx}`]),
  );
  const keys = await ask(
    `SELECT decode(key), decode(value) FROM parquet_kv_metadata('${path}/events/io_done/000002.parquet')`,
  );
  const { "ringscope.table": table, "ringscope.segment": segment } = Object.fromEntries(keys);
  assertEquals([table, segment], ["events/io_done", "2"]);
});

Deno.test("each segment has files of the events that are in it, and of no other", async () => {
  await using folder = await makeTestFolder();
  const path = await makeCapture(folder.path, "one", INPUT);
  await sealCapture(path);
  const long = `events/${LONG.slice(0, 200)}~5` as const;
  assertEquals(await listEventTables(path), ["events/io_done", long]);
  const sealed = async (number: number) =>
    Object.keys((await readMeta(path, number))!.sealed as object).filter((key) => key.startsWith("events/"))
      .sort();
  assertEquals(await sealed(1), ["events/io_done", long]);
  assertEquals(await sealed(2), ["events/io_done"]);
  assertEquals(await sealed(3), []);
  assertEquals((await Array.fromAsync(Deno.readDir(join(path, long)), ({ name }) => name)).sort(), [
    "000001.parquet",
  ]);
  await using store = await openStore([path], { engine: "wasm" });
  assertEquals((await store.query(`SELECT count(*) FROM event_${LONG}`)).rows, [[1n]]);
  assertEquals(store.warnings, []);
});

for (const engine of ["wasm", "native"] as const) {
  Deno.test(`damage in a file of events is told, and the rest is read (${engine})`, async () => {
    await using folder = await makeTestFolder();
    const path = await makeCapture(folder.path, "one", INPUT);
    await sealCapture(path);
    const damaged = segmentPath(path, "events/io_done", 1, "parquet");
    const bytes = await Deno.readFile(damaged);
    bytes[10]! ^= 1;
    await Deno.writeFile(damaged, bytes);
    await using store = await openStore([path], { engine });
    assertEquals((await store.query("SELECT idx FROM event_io_done")).rows, [[3n]]);
    assertEquals((await store.query("SELECT count(*) FROM logs")).rows, [[5n]]);
    assertEquals(store.warnings.length, 1);
    assertStringIncludes(store.warnings[0]!, "damaged: events/io_done/000001.parquet");
  });

  Deno.test(`a file of events that is gone is told (${engine})`, async () => {
    await using folder = await makeTestFolder();
    const path = await makeCapture(folder.path, "one", INPUT);
    await sealCapture(path);
    await Deno.remove(segmentPath(path, "events/io_done", 2, "parquet"));
    await using store = await openStore([path], { engine });
    assertEquals((await store.query("SELECT idx FROM event_io_done ORDER BY idx")).rows, [[0n], [2n]]);
    assertEquals(store.warnings, ["one: missing: events/io_done/000002.parquet"]);
  });

  Deno.test(`sealed events are shown where their sites are lost (${engine})`, async () => {
    await using folder = await makeTestFolder();
    const path = await makeCapture(folder.path, "one", INPUT);
    await sealCapture(path);
    await Deno.remove(join(path, "events", "sites.ndjson"));
    await using store = await openStore([path], { engine });
    assertEquals(
      (await store.query("SELECT idx, bytes, path FROM event_io_done ORDER BY idx LIMIT 1")).rows,
      [[0n, 100, "p0"]],
    );
    assertEquals((await store.query("SELECT event, message FROM logs WHERE idx = 0")).rows, [
      ["io_done", "bytes=100 path=p0"],
    ]);
  });
}

Deno.test("what an interrupted sealing of events left aside is removed, and written again", async () => {
  await using folder = await makeTestFolder();
  const path = await makeCapture(folder.path, "one", INPUT);
  const aside = segmentPath(path, "events/io_done", 1, "parquet.part");
  await Deno.mkdir(join(path, "events", "io_done"));
  await Deno.writeTextFile(aside, "half");
  // A folder where a file is to be: sealing fails, and takes back what it wrote.
  await Deno.mkdir(segmentPath(path, "rings", 1, "parquet"), { recursive: true });
  await assertRejects(() => sealCapture(path, [1]), Error, "seal the segment");
  assertEquals([await isThere(aside), await isThere(segmentPath(path, "logs", 1, "arrows"))], [false, true]);
  await Deno.remove(segmentPath(path, "rings", 1, "parquet"));
  await sealCapture(path, [1]);
  assertEquals(await isThere(segmentPath(path, "events/io_done", 1, "parquet")), true);
});

Deno.test("files of events go with their segment, and count as long as they are there", async () => {
  await using folder = await makeTestFolder();
  const path = await makeCapture(folder.path, "one", INPUT);
  await sealCapture(path);
  for (const number of [1, 2, 3]) {
    const file = segmentPath(path, "logs", number, "meta.json");
    const meta = JSON.parse(await Deno.readTextFile(file));
    const counters = [COUNTER_NAMES.map(() => 0)];
    const facts = { rows: 1, batches: 1, bytes: 1, last_batch: number, counters_ns: "0", counters, lost: [] };
    await Deno.writeTextFile(file, JSON.stringify({ ...meta, ...facts }));
  }
  const retainer = new Retainer({
    folder: path,
    bounds: { bytes: null, ageMs: null, segments: 2 },
    segmentBytes: 1,
    claims: new SegmentClaims(),
    commit: () => Promise.resolve(),
  });
  await retainer.look();
  assertEquals([retainer.problem, retainer.retired.segments], [null, 1]);
  for (const table of await listEventTables(path)) {
    assertEquals(await isThere(segmentPath(path, table, 1, "parquet")), false);
  }
  assertEquals(await isThere(segmentPath(path, "events/io_done", 2, "parquet")), true);
});
