import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { makeBatch, makeCapture, makeGaps, segmentPath, T0 } from "../../tests/support/make_capture.ts";
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

/** Runs over a store of one capture, which is removed afterwards. */
async function withCapture(
  input: Parameters<typeof makeCapture>[2],
  run: (store: Store, path: string) => Promise<void>,
): Promise<void> {
  const dir = await Deno.makeTempDir();
  try {
    const path = await makeCapture(dir, "one", input);
    await using store = await openStore([path]);
    await run(store, path);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

Deno.test("the store shows entries with their exact times and types", async () => {
  await withCapture({ logs: [[TWO_ENTRIES]] }, async (store) => {
    const { columns, rows } = await store.query(
      "SELECT capture, idx, ts, processor, severity, message, data, read_ts FROM _entries ORDER BY idx",
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
});

Deno.test("the store shows holes and counters", async () => {
  const gaps = makeGaps([
    { processor: 1, cause: "lost_full", lost: 3, prev: { seq: 0, idx: 1, ticks: 2_000 } },
  ], 0);
  await withCapture({ logs: [[TWO_ENTRIES]], gaps: [gaps] }, async (store) => {
    const holes = await store.query(
      "SELECT processor, cause, lost, prev_seq, next_seq, prev_ts, next_ts FROM _gaps",
    );
    assertEquals(holes.rows, [[1, "lost_full", 3n, 0n, null, T0 + 2_000n, null]]);
    const counters = await store.query(
      'SELECT processor, attempts, "read", lost_full FROM _snapshots ORDER BY processor',
    );
    assertEquals(counters.rows, [[0, 1n, 1n, 0n], [1, 4n, 1n, 3n]]);
  });
});

Deno.test("holes of a batch that is not there are not shown", async () => {
  const gaps = makeGaps([{ cause: "lost_full", lost: 3 }], 1);
  await withCapture({ logs: [[TWO_ENTRIES]], gaps: [gaps] }, async (store) => {
    assertEquals((await store.query("SELECT count(*) FROM _gaps")).rows, [[0n]]);
  });
});

Deno.test("parameters are bound, also integers of 64 bits", async () => {
  await withCapture({ logs: [[TWO_ENTRIES]] }, async (store) => {
    const { rows } = await store.query(
      "SELECT idx FROM _entries WHERE ts = make_timestamp_ns(?) AND message = ?",
      [
        T0 + 1_000n,
        "disk is slow",
      ],
    );
    assertEquals(rows, [[0n]]);
  });
});

Deno.test("a growing capture shows what has come after a refresh", async () => {
  const dir = await Deno.makeTempDir();
  try {
    const path = await makeCapture(dir, "one", {
      logs: [[TWO_ENTRIES]],
      closed: false,
      info: { complete: false },
    });
    await using store = await openStore([path]);
    const later = makeBatch([{ idx: 2, seq: 1, ticks: 3_000, payload: "later" }], { batch: 1 });
    const { encodeLogsBatch } = await import("../arrow/wire.ts");
    await Deno.writeFile(segmentPath(path, "logs", 1), encodeLogsBatch(later), { append: true });
    assertEquals(await store.refresh(), 1);
    assertEquals((await store.query("SELECT message FROM _entries WHERE idx = 2")).rows, [["later"]]);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});

Deno.test("a torn tail is left out and reported with file and bytes", async () => {
  const dir = await Deno.makeTempDir();
  try {
    const path = await makeCapture(dir, "one", {
      logs: [[TWO_ENTRIES]],
      closed: false,
      info: { complete: false },
    });
    const segment = segmentPath(path, "logs", 1);
    const { size } = await Deno.stat(segment);
    await Deno.writeFile(segment, Uint8Array.of(0xff, 0xff, 0xff, 0xff, 9), { append: true });
    await using store = await openStore([path]);
    assertEquals(store.captures[0]?.loadedRows, 2);
    assertStringIncludes(store.warnings.join("\n"), `logs/000001.arrows bytes ${size} to ${size + 5}`);
    assertStringIncludes(store.warnings.join("\n"), "cut short");
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});

Deno.test("damage in an earlier segment and a missing one are reported, the rest is loaded", async () => {
  const dir = await Deno.makeTempDir();
  try {
    const more = makeBatch([{ idx: 2, seq: 1, ticks: 3_000, payload: "later" }], { batch: 1 });
    const last = makeBatch([{ idx: 3, seq: 2, ticks: 4_000, payload: "last" }], { batch: 2 });
    const path = await makeCapture(dir, "one", { logs: [[TWO_ENTRIES], [more], [last]] });
    const first = segmentPath(path, "logs", 1);
    const bytes = await Deno.readFile(first);
    bytes[bytes.length - 20]! ^= 1;
    await Deno.writeFile(first, bytes);
    await Deno.remove(segmentPath(path, "logs", 2));
    await using store = await openStore([path]);
    assertEquals((await store.query("SELECT message FROM _entries")).rows, [["last"]]);
    assertStringIncludes(store.warnings.join("\n"), "damaged: logs/000001.arrows bytes");
    assertStringIncludes(store.warnings.join("\n"), "missing: logs/000002.arrows");
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});

Deno.test("two captures show through the same tables, also two of one name", async () => {
  const dir = await Deno.makeTempDir();
  try {
    const paths = [
      await makeCapture(join(dir, "a"), "boot", { logs: [[TWO_ENTRIES]] }),
      await makeCapture(join(dir, "b"), "boot", { logs: [[TWO_ENTRIES]] }),
    ];
    await using store = await openStore(paths);
    assertEquals(
      (await store.query("SELECT capture, count(*) FROM _entries GROUP BY capture ORDER BY capture")).rows,
      [
        ["boot", 2n],
        ["boot (2)", 2n],
      ],
    );
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});

Deno.test("nothing that a user types fetches or hangs", async (test) => {
  await withCapture({}, async (store) => {
    const refused = [
      "SELECT now() AT TIME ZONE 'UTC'",
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
});

Deno.test("bad SQL is refused with the engine's message and the place", async () => {
  await withCapture({}, async (store) => {
    const error = await assertRejects(() => store.query("SELECT nonsense FROM _entries"), QueryError);
    assertStringIncludes(error.message, "nonsense");
    assertStringIncludes(error.message, "LINE 1");
  });
});

Deno.test("a cancelled query ends and leaves the store usable", async () => {
  await withCapture({ logs: [[TWO_ENTRIES]] }, async (store) => {
    const cancel = new AbortController();
    const endless = store.query("SELECT count(*) FROM range(1000000000) a, range(1000) b", [], {
      signal: cancel.signal,
    });
    // The engine is at it once a second query has to wait behind the first.
    queueMicrotask(() => cancel.abort());
    await assertRejects(() => endless, QueryError, "cancelled");
    assertEquals((await store.query("SELECT count(*) FROM _entries")).rows, [[2n]]);
  });
});

Deno.test("a folder that is no capture is refused", async () => {
  const dir = await Deno.makeTempDir();
  try {
    await assertRejects(() => openStore([dir]), CaptureError, "no capture.json");
    await assertRejects(() => openStore([join(dir, "nowhere")]), CaptureError, "it is no capture");
  } finally {
    await Deno.remove(dir);
  }
});
