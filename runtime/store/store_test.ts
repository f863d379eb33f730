import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { makeBatch, makeCapture, makeGaps, segmentPath, T0 } from "../../tests/support/make_capture.ts";
import { encodeLogsBatch } from "../arrow/wire.ts";
import { CaptureError, QueryError } from "../errors.ts";
import { openStore, type Store } from "./store.ts";

const TWO_ENTRIES = makeBatch([
  { idx: 0, seq: 0, ticks: 1_000, severity: 4, pid: 7, tid: 8, payload: "disk is slow" },
  {
    idx: 1,
    seq: 0,
    ticks: 2_000,
    processor: 1,
    kind: "data",
    type: 5,
    remarks: 6,
    payload: Uint8Array.of(1, 2),
  },
], {
  counters: [{ processor: 0, attempts: 1, read: 1 }, { processor: 1, attempts: 4, read: 1, lost_full: 3 }],
});
const LATER = makeBatch([{ idx: 2, seq: 1, ticks: 3_000, payload: "later" }], { batch: 1 });
const LAST = makeBatch([{ idx: 3, seq: 2, ticks: 4_000, payload: "last" }], { batch: 2 });
const CUT_SHORT = { closed: false, info: { complete: false } };

async function flipByte(path: string, at: number): Promise<void> {
  const bytes = await Deno.readFile(path);
  bytes[bytes.length + at]! ^= 1;
  await Deno.writeFile(path, bytes);
}

const warningsOf = ({ warnings }: Store, capture: string) =>
  warnings.filter((warning) => warning.startsWith(`${capture}: `)).join("\n");

for (const engine of ["wasm", "native"] as const) {
  /** A capture for everything that the tests show, and one store over all of them: starting DuckDB takes seconds. */
  const dir = await Deno.makeTempDir();
  const paths = {
    one: await makeCapture(dir, "one", {
      logs: [[TWO_ENTRIES]],
      gaps: [
        makeGaps(
          [{ processor: 1, cause: "lost_full", lost: 3, prev: { seq: 0, idx: 1, ticks: 2_000 } }],
          0,
        ),
      ],
    }),
    early_hole: await makeCapture(dir, "early_hole", {
      logs: [[TWO_ENTRIES]],
      gaps: [makeGaps([{ cause: "lost_full", lost: 3 }], 1)],
    }),
    growing: await makeCapture(dir, "growing", { logs: [[TWO_ENTRIES]], ...CUT_SHORT }),
    torn: await makeCapture(dir, "torn", { logs: [[TWO_ENTRIES]], ...CUT_SHORT }),
    damaged: await makeCapture(dir, "damaged", { logs: [[TWO_ENTRIES], [LATER], [LAST]] }),
    boot: await makeCapture(join(dir, "a"), "boot", { logs: [[TWO_ENTRIES]] }),
    boot_again: await makeCapture(join(dir, "b"), "boot", { logs: [[TWO_ENTRIES]] }),
  };
  const tornSegment = segmentPath(paths.torn, "logs", 1);
  const { size: tornAt } = await Deno.stat(tornSegment);
  await Deno.writeFile(tornSegment, Uint8Array.of(0xff, 0xff, 0xff, 0xff, 9), { append: true });
  await flipByte(segmentPath(paths.damaged, "logs", 1), -20);
  await Deno.remove(segmentPath(paths.damaged, "logs", 2));

  const store = await openStore(Object.values(paths), { engine });
  Deno.test.afterAll(async () => {
    await store.close();
    await Deno.remove(dir, { recursive: true });
  });

  Deno.test(`the store shows entries with their exact times and types (${engine})`, async () => {
    const { columns, rows } = await store.query(
      `SELECT capture, idx, ts, processor, severity, message, data, read_ts FROM _entries WHERE capture = 'one'
    ORDER BY idx`,
    );
    assertEquals(columns.map(({ type }) => type), [
      "VARCHAR",
      "UBIGINT",
      "TIMESTAMP_NS",
      "USMALLINT",
      "UTINYINT",
      "VARCHAR",
      "BLOB",
      "TIMESTAMP_NS",
    ]);
    assertEquals(rows, [
      ["one", 0n, T0 + 1_000n, 0, 4, "disk is slow", null, T0 + 3_000n],
      ["one", 1n, T0 + 2_000n, 1, 3, null, Uint8Array.of(1, 2), T0 + 3_000n],
    ]);
  });

  Deno.test(`the store shows holes and counters (${engine})`, async () => {
    const holes = await store.query(
      "SELECT processor, cause, lost, prev_seq, next_seq, prev_ts, next_ts FROM _gaps WHERE capture = 'one'",
    );
    assertEquals(holes.rows, [[1, "lost_full", 3n, 0n, null, T0 + 2_000n, null]]);
    const counters = await store.query(
      `SELECT processor, attempts, "read", lost_full FROM _snapshots WHERE capture = 'one' ORDER BY processor`,
    );
    assertEquals(counters.rows, [[0, 1n, 1n, 0n], [1, 4n, 1n, 3n]]);
  });

  Deno.test(`holes of a batch that is not there are not shown (${engine})`, async () => {
    assertEquals((await store.query("SELECT DISTINCT capture FROM _gaps")).rows, [["one"]]);
  });

  Deno.test(`parameters are bound, also integers of 64 bits (${engine})`, async () => {
    const { rows } = await store.query(
      "SELECT idx FROM _entries WHERE capture = ? AND ts = make_timestamp_ns(?) AND message = ?",
      ["one", T0 + 1_000n, "disk is slow"],
    );
    assertEquals(rows, [[0n]]);
  });

  Deno.test(`a growing capture shows what has come after a refresh (${engine})`, async () => {
    await Deno.writeFile(segmentPath(paths.growing, "logs", 1), encodeLogsBatch(LATER), { append: true });
    assertEquals(await store.refresh(), 1);
    assertEquals(
      (await store.query("SELECT message FROM _entries WHERE capture = 'growing' AND idx = 2")).rows,
      [["later"]],
    );
  });

  Deno.test(`a torn tail is left out and reported with file and bytes (${engine})`, () => {
    assertEquals(store.captures.find(({ path }) => path === paths.torn)?.loadedRows, 2);
    const warnings = warningsOf(store, "torn");
    assertStringIncludes(warnings, `logs/000001.arrows bytes ${tornAt} to ${tornAt + 5}`);
    assertStringIncludes(warnings, "cut short");
  });

  Deno.test(`damage in an earlier segment and a missing one are reported, the rest is loaded (${engine})`, async () => {
    assertEquals(
      (await store.query("SELECT message FROM _entries WHERE capture = 'damaged'")).rows,
      [["last"]],
    );
    const warnings = warningsOf(store, "damaged");
    assertStringIncludes(warnings, "damaged: logs/000001.arrows bytes");
    assertStringIncludes(warnings, "missing: logs/000002.arrows");
  });

  Deno.test(`captures show through the same tables, also two of one name (${engine})`, async () => {
    assertEquals(
      (await store.query("SELECT capture, count(*) FROM _entries GROUP BY capture ORDER BY capture")).rows
        .filter(([capture]) => String(capture).startsWith("boot")),
      [["boot", 2n], ["boot (2)", 2n]],
    );
  });

  Deno.test(`nothing that a user types fetches or hangs (${engine})`, async (test) => {
    const refused = [
      ...(engine === "wasm" ? ["SELECT now() AT TIME ZONE 'UTC'"] : []),
      "SELECT * FROM read_parquet('x.parquet')",
      "SELECT * FROM read_json('x.json')",
      "LOAD json",
      "COPY (SELECT 1) TO 'http://127.0.0.1:9/x.csv'",
      "ATTACH 'https://127.0.0.1:9/x.db'",
      "SELECT * FROM 'http://127.0.0.1:9/x.csv'",
      "SELECT * FROM read_csv('https://127.0.0.1:9/x.csv')",
      "SELECT * FROM 's3://bucket/x.parquet'",
      "FORCE INSTALL httpfs FROM 'http://127.0.0.1:9'",
    ];
    for (const text of refused) {
      await test.step(text, async () => {
        const outcome = await store.query(text).then(() => "an answer", (error) => error);
        // INSTALL says yes and does nothing; everything else is a clear error.
        if (outcome !== "an answer") assertEquals(outcome instanceof QueryError, true, String(outcome));
        else assertStringIncludes(text, "INSTALL");
        assertEquals((await store.query("SELECT 1")).rows, [[1]]);
      });
    }
  });

  Deno.test(`bad SQL is refused with the engine's message and the place (${engine})`, async () => {
    const error = await assertRejects(() => store.query("SELECT nonsense FROM _entries"), QueryError);
    assertStringIncludes(error.message, "nonsense");
    assertStringIncludes(error.message, "LINE 1");
  });

  Deno.test(`a cancelled query ends and leaves the store usable (${engine})`, async () => {
    const cancel = new AbortController();
    const endless = store.query("SELECT count(*) FROM range(1000000000) a, range(1000) b", [], {
      signal: cancel.signal,
    });
    // The engine is at it once a second query has to wait behind the first.
    queueMicrotask(() => cancel.abort());
    await assertRejects(() => endless, QueryError, "cancelled");
    assertEquals((await store.query("SELECT count(*) FROM _entries WHERE capture = 'one'")).rows, [[2n]]);
  });
}

Deno.test("a folder that is no capture is refused", async () => {
  const empty = await Deno.makeTempDir();
  try {
    await Promise.all([
      assertRejects(() => openStore([empty]), CaptureError, "no capture.json"),
      assertRejects(() => openStore([join(empty, "nowhere")]), CaptureError, "it is no capture"),
    ]);
  } finally {
    await Deno.remove(empty);
  }
});
