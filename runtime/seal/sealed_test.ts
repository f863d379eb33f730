import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { askDuckDb } from "../../tests/support/duckdb.ts";
import { makeBatch, makeCapture, makeGaps } from "../../tests/support/make_capture.ts";
import { sealCapture } from "../../tests/support/seal_capture.ts";
import { crc32c } from "../arrow/crc32c.ts";
import type { WireBatch } from "../arrow/wire.ts";
import { openCapture } from "../mod.ts";
import { CaptureSource } from "../store/capture_source.ts";
import { readCaptureInfo } from "../store/folder.ts";
import { openStore, type Store } from "../store/store.ts";
import { SEALED } from "./columns.ts";
import { writeParquet } from "./parquet_writer.ts";
import { sealSegment } from "./seal_segment.ts";
import { isThere, segmentPath } from "./segment_paths.ts";

const BIG = 2n ** 63n;
/** Every kind of entry and value that has a column to get lost in. */
const FIRST = makeBatch([
  { idx: BIG, seq: BIG, ticks: 1_000, severity: 4, pid: 7, tid: 8, payload: "Größe\0\n" },
  {
    idx: BIG + 1n,
    seq: 0,
    ticks: 2_001,
    processor: 65535,
    kind: "data",
    type: 4294967295,
    remarks: 6,
    payload: Uint8Array.of(0xff, 0xfe),
  },
  { idx: BIG + 2n, seq: 1, ticks: 2_000, processor: 65535, flags: 2, payload: Uint8Array.of(0xff, 0x41) },
  { idx: BIG + 4n, seq: BIG + 1n, ticks: 4_000, severity: 0, payload: "" },
], {
  rounds: [{ rows: 2, readTicks: 0n }, { rows: 2, readTicks: 5_000n }],
  counters: [
    { processor: 0, attempts: 2, read: 2 },
    { processor: 65535, attempts: 6, read: 2, lost_full: 3, too_big: 1 },
  ],
});
const SNAPSHOT = makeBatch([], {
  batch: 1,
  counters: [{ processor: 0, attempts: 2, read: 2 }, {
    processor: 65535,
    attempts: 7,
    read: 2,
    lost_full: 4,
    too_big: 1,
  }],
});
const GAPS = [
  makeGaps([
    { processor: 65535, cause: "lost_full", lost: 3, next: { seq: 4, idx: 1, ticks: 2_001 } },
    { processor: 65535, cause: "too_big", lost: 1, prev: { seq: 1, idx: 2, ticks: 2_000 } },
  ], 0),
  makeGaps([{ processor: 65535, cause: "lost_full", lost: 1 }], 1),
];
const SECOND = makeBatch(
  Array.from({ length: 300 }, (_, n) => ({
    idx: BIG + 5n + BigInt(n),
    seq: BIG + 2n + BigInt(n),
    ticks: 5_000 + 7 * n,
    payload: `line ${n}`,
  })),
  { batch: 2, counters: [{ processor: 0, attempts: 302, read: 302 }] },
);

const SEGMENTS: WireBatch[][] = [[FIRST, SNAPSHOT], [SECOND]];
/** The same capture in three forms, below one folder each, so that all have the same name. */
const dir = await Deno.makeTempDir({ prefix: "ringscope-test-" });
const [open, mixed, sealed] = await Promise.all(
  ["open", "mixed", "sealed"].map((form) =>
    makeCapture(join(dir, form), "same", { logs: SEGMENTS, gaps: GAPS })
  ),
) as [string, string, string];
await sealCapture(mixed, [1]);
await sealCapture(sealed);
Deno.test.afterAll(() => Deno.remove(dir, { recursive: true }));

async function copyCapture(from: string): Promise<string> {
  const path = join(await Deno.makeTempDir({ dir }), "same");
  for (const folder of ["", "logs", "gaps", "rings"]) {
    if (!await isThere(join(from, folder))) continue;
    await Deno.mkdir(join(path, folder));
    for await (const { name, isFile } of Deno.readDir(join(from, folder))) {
      if (isFile) await Deno.copyFile(join(from, folder, name), join(path, folder, name));
    }
  }
  return path;
}

/** Entries, counters and holes that a look gives, and the warnings after it. */
async function look(
  path: string,
): Promise<{ idx: bigint[]; snapshots: number; gaps: number; warnings: string[] }> {
  using source = await CaptureSource.open(path, crc32c);
  const seen = { idx: [] as bigint[], snapshots: 0, gaps: 0 };
  for await (const item of source.look()) {
    if (item.kind === "entries") seen.idx.push(...item.expand().idx);
    else if (item.kind === "counters") seen.snapshots += item.counters.counters.length;
    else if (item.kind === "snapshots") seen.snapshots += item.rows.rows;
    else if (item.kind === "gaps") seen.gaps += item.rows.rows;
  }
  return { ...seen, warnings: source.warnings };
}

const WHOLE = await look(open);

async function* noRows(): AsyncGenerator<never> {}

async function rowsOf(store: Store, query: string): Promise<unknown[]> {
  return (await store.query(query)).rows.map((row) => [...row]);
}

Deno.test("every view gives the same rows for the open, the sealed and the mixed form of a capture, in both engines", async () => {
  await using a = await openStore([open], { engine: "wasm" });
  const others = new AsyncDisposableStack();
  await using _closed = others;
  const stores: [name: string, store: Store][] = [];
  for (const engine of ["wasm", "native"] as const) {
    for (const path of engine === "wasm" ? [sealed, mixed] : [open, sealed, mixed]) {
      const store = others.use(await openStore([path], { engine }));
      assertEquals(store.engine, engine);
      stores.push([`${engine} ${path}`, store]);
    }
  }
  const names = (await a.query(
    `SELECT view_name FROM duckdb_views() WHERE NOT internal AND view_name NOT IN ('_captures', 'captures')
     ORDER BY view_name`,
  )).rows.map(([name]) => String(name));
  assert(
    names.includes("accounting") && names.includes("order_violations") && names.includes("capture_health"),
  );
  for (const name of names) {
    const query = `SELECT * FROM ${name} ORDER BY ALL`;
    const expected = await rowsOf(a, query);
    for (const [what, store] of stores) {
      assertEquals(await rowsOf(store, query), expected, `${name}, ${what}`);
    }
  }
  assertEquals((await rowsOf(a, "FROM _entries")).length, 304);
});

Deno.test("a native DuckDB reads sealed files by a plain read_parquet, with the types and rows of the store", async () => {
  await using store = await openStore([sealed]);
  for (const [view, folder] of [["logs", "logs"], ["_gaps", "gaps"], ["_snapshots", "rings"]] as const) {
    const files = `read_parquet('${join(sealed, folder)}/*.parquet')`;
    const describe = (from: string) =>
      `SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM ${from})`;
    const wanted = (await rowsOf(store, describe(view))).slice(1) as string[][];
    assertEquals((await askDuckDb(describe(files))).rows, wanted, folder);
    const text = wanted.map(([name, type]) =>
      type === "TIMESTAMP_NS"
        ? `epoch_ns("${name}")::VARCHAR`
        : type === "BLOB"
        ? `hex("${name}")`
        : `"${name}"::VARCHAR`
    ).join(", ");
    const native = await askDuckDb(`SELECT ${text} FROM ${files} ORDER BY ALL`);
    const expected = await rowsOf(store, `SELECT ${text} FROM ${view} ORDER BY ALL`);
    assert(expected.length > 0);
    assertEquals<unknown>(native.rows, expected, folder);
  }
  const keys = await askDuckDb(
    `SELECT decode(key) AS k, decode(value) AS v FROM parquet_kv_metadata('${
      join(sealed, "logs/000001.parquet")
    }')`,
  );
  const values = Object.fromEntries(keys.rows as [string, string][]);
  assertEquals(
    ["format_version", "capture", "capture_id", "segment", "table", "anchors"].map((key) =>
      values[`ringscope.${key}`]
    ),
    [
      "1",
      "same",
      "00000000-0000-4000-8000-000000000001",
      "1",
      "logs",
      '[["0","1000000000000000000","1000000000"]]',
    ],
  );
});

Deno.test("scripts get the same entries and batches from the sealed form", async () => {
  await using a = await openCapture(open);
  await using b = await openCapture(sealed);
  assertEquals(await Array.fromAsync(b.entries()), await Array.fromAsync(a.entries()));
  const text = async (log: typeof a) =>
    (await Array.fromAsync(log.batches())).flatMap((batch) => batch.toArray().map(String));
  assertEquals(await text(b), await text(a));
});

Deno.test("sealing leaves the sealed form alone and nothing aside", async () => {
  const names = async (folder: string) =>
    (await Array.fromAsync(Deno.readDir(join(sealed, folder)), ({ name }) => name)).sort();
  assertEquals(await names("logs"), [
    "000001.meta.json",
    "000001.parquet",
    "000002.meta.json",
    "000002.parquet",
  ]);
  assertEquals(await names("gaps"), ["000001.parquet"]);
  assertEquals(await names("rings"), ["000001.parquet", "000002.parquet"]);
});

Deno.test("where both forms are there, the sealed one is read and nothing twice", async () => {
  const path = await copyCapture(sealed);
  for (const name of ["logs/000001.arrows", "logs/000002.arrows", "gaps/000001.arrows"]) {
    await Deno.copyFile(join(open, name), join(path, name));
  }
  assertEquals(await look(path), WHOLE);
});

Deno.test("a follower sees every entry once while segments are sealed under it", async () => {
  for (const at of [0, 1, 2, 3, 4, 5]) {
    const path = await copyCapture(open);
    using source = await CaptureSource.open(path, crc32c);
    const idx: bigint[] = [];
    let gaps = 0, snapshots = 0, step = 0;
    for (let round = 0; round < 2; round++) {
      for await (const item of source.look()) {
        if (item.kind === "entries") idx.push(...item.expand().idx);
        if (item.kind === "gaps") gaps += item.rows.rows;
        if (item.kind === "counters") snapshots += item.counters.counters.length;
        if (item.kind === "snapshots") snapshots += item.rows.rows;
        if (step++ === at) await sealCapture(path);
      }
    }
    assertEquals({ idx, gaps, snapshots, warnings: source.warnings }, WHOLE, `sealed behind item ${at}`);
  }
});

Deno.test("damage in a sealed segment is told with its place, the rest is read, and nothing is removed", async (t) => {
  const logs = (path: string) => segmentPath(path, "logs", 1, "parquet");
  const damages: Record<string, { spoil: (path: string) => Promise<unknown>; says: string; left?: number }> =
    {
      "cut off": {
        spoil: async (path) => Deno.truncate(logs(path), (await Deno.stat(logs(path))).size - 9),
        says: "damaged: logs/000001.parquet: it has ",
      },
      "cut off, without meta.json": {
        spoil: async (path) => {
          await Deno.remove(segmentPath(path, "logs", 1, "meta.json"));
          await Deno.truncate(logs(path), (await Deno.stat(logs(path))).size - 9);
        },
        says: "damaged: logs/000001.parquet: ",
      },
      "empty": {
        spoil: (path) => Deno.truncate(logs(path), 0),
        says: "damaged: logs/000001.parquet: it has 0 bytes",
      },
      "zeros inside": {
        spoil: async (path) => {
          using file = await Deno.open(logs(path), { write: true });
          await file.seek(100, Deno.SeekMode.Start);
          await file.write(new Uint8Array(50));
        },
        says: "damaged: logs/000001.parquet: bytes 0 to ",
      },
      "another segment's file": {
        spoil: async (path) => {
          await Deno.remove(segmentPath(path, "logs", 1, "meta.json"));
          await Deno.copyFile(segmentPath(path, "logs", 2, "parquet"), logs(path));
        },
        says: "damaged: logs/000001.parquet: it is of another segment: 2 instead of 1",
      },
      "a newer form": {
        spoil: async (path) => {
          await Deno.remove(segmentPath(path, "logs", 1, "meta.json"));
          await writeParquet(logs(path), SEALED.logs, new Map([["ringscope.format_version", "2"]]), noRows());
        },
        says: "damaged: logs/000001.parquet: its format_version is 2, this program reads up to 1",
      },
      "somebody else's Parquet": {
        spoil: async (path) => {
          await Deno.remove(segmentPath(path, "logs", 1, "meta.json"));
          await writeParquet(logs(path), SEALED.gaps, new Map(), noRows());
        },
        says: "damaged: logs/000001.parquet: it is no sealed segment",
      },
      "no Parquet": {
        spoil: async (path) => {
          await Deno.remove(segmentPath(path, "logs", 1, "meta.json"));
          await Deno.writeTextFile(logs(path), "idx,ts\n1,2\n".repeat(100));
        },
        says: "damaged: logs/000001.parquet: ",
      },
      "missing": { spoil: (path) => Deno.remove(logs(path)), says: "missing: logs/000001.parquet" },
      "without rings": {
        spoil: (path) => Deno.remove(segmentPath(path, "rings", 1, "parquet")),
        says: "missing: rings/000001.parquet",
        left: 304,
      },
    };
  for (const [name, { spoil, says, left = 300 }] of Object.entries(damages)) {
    await t.step(name, async () => {
      const path = await copyCapture(sealed);
      await spoil(path);
      const seen = await look(path);
      assertEquals(
        [seen.idx.length, seen.gaps, seen.warnings.length],
        [left, WHOLE.gaps, 1],
        String(seen.warnings),
      );
      assertStringIncludes(seen.warnings[0]!, says);
      assertEquals(seen.snapshots, left === 304 ? 1 : WHOLE.snapshots);
      await using native = await openStore([path], { engine: "native" });
      assertEquals(await rowsOf(native, "SELECT count(*) FROM _entries"), [[BigInt(left)]]);
      assertEquals(native.warnings.map((warning) => warning.slice(warning.indexOf(": ") + 2)), seen.warnings);
    });
  }
});

Deno.test("a segment without entries is sealed with its counters", async () => {
  const path = await makeCapture(dir, "idle", { logs: [[{ ...SNAPSHOT, batch: 0 }]] });
  await sealCapture(path);
  assertEquals(await look(path), { idx: [], snapshots: 2, gaps: 0, warnings: [] });
});

Deno.test("one damaged row group hides no other", async () => {
  const rows = 130_000;
  const batches = Array.from({ length: 5 }, (_, batch) =>
    makeBatch(
      Array.from({ length: rows / 5 }, (_, n) => {
        const idx = batch * rows / 5 + n;
        return { idx, seq: idx, ticks: 100 * idx, payload: `entry ${idx} of ${idx * 7919 % 10007}` };
      }),
      { batch, counters: [{ attempts: (batch + 1) * rows / 5, read: (batch + 1) * rows / 5 }] },
    ));
  const path = await makeCapture(dir, "row_groups", { logs: [batches] });
  await sealCapture(path);
  assertEquals((await look(path)).idx.length, rows);
  using file = await Deno.open(segmentPath(path, "logs", 1, "parquet"), { read: true, write: true });
  await file.seek(1000, Deno.SeekMode.Start);
  await file.write(new Uint8Array(64));
  const seen = await look(path);
  assertEquals(seen.idx.map(Number), Array.from({ length: rows - 122_880 }, (_, n) => 122_880 + n));
  assertStringIncludes(seen.warnings[0]!, "damaged: logs/000001.parquet row group 0: bytes 0 to 262144");
  await using native = await openStore([path], { engine: "native" });
  assertEquals(await rowsOf(native, "SELECT min(idx), count(*) FROM _entries"), [[122_880n, 7_120n]]);
  assertEquals(native.warnings, [`row_groups: ${seen.warnings[0]}`]);
});

Deno.test("a sealed segment that is damaged is read from its open form as long as that is there", async () => {
  const path = await copyCapture(sealed);
  await Deno.copyFile(join(open, "logs/000001.arrows"), join(path, "logs/000001.arrows"));
  await Deno.truncate(join(path, "logs/000001.parquet"), 100);
  const { warnings, ...rows } = await look(path);
  const { warnings: _, ...whole } = WHOLE;
  assertEquals(rows, whole);
  assertStringIncludes(warnings[0]!, "damaged: logs/000001.parquet: it has 100 bytes");
});

Deno.test("a segment that is damaged is not sealed and stays as it is", async () => {
  const path = await copyCapture(open);
  const file = join(path, "logs/000001.arrows");
  const bytes = await Deno.readFile(file);
  bytes[bytes.length - 30]! ^= 1;
  await Deno.writeFile(file, bytes);
  await Deno.writeTextFile(join(path, "logs/000001.meta.json"), "{}");
  await assertRejects(
    async () => sealSegment(path, await readCaptureInfo(path), 1),
    Error,
    "logs/000001.arrows bytes",
  );
  assertEquals(await Deno.readFile(file), bytes);
  assertEquals(
    (await Array.fromAsync(Deno.readDir(join(path, "logs")), ({ name }) => name)).sort(),
    ["000001.arrows", "000001.meta.json", "000002.arrows"],
  );
});
