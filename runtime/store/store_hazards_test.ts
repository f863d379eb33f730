import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import {
  CLOCK,
  type EntryInput,
  logsBytes,
  makeBatch,
  makeCapture,
  makeGaps,
  segmentPath,
  T0,
} from "../../tests/support/make_capture.ts";
import { lockRecording } from "../capture/recording_lock.ts";
import { QueryError } from "../errors.ts";
import { CANCEL_MS, openStore, type Store } from "./store.ts";

/** Runs with a new folder. */
async function withFolder(run: (dir: string) => Promise<void>): Promise<void> {
  const dir = await Deno.makeTempDir();
  try {
    await run(dir);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

const entry = (idx: number, other: Partial<EntryInput> = {}): EntryInput => ({
  idx,
  seq: idx,
  ticks: 10 * idx,
  payload: `entry ${idx}`,
  ...other,
});
const FIRST = makeBatch([entry(0), entry(1)], {
  batch: 0,
  counters: [{ processor: 0, attempts: 2, read: 2 }],
});
const SECOND = makeBatch([entry(2)], {
  batch: 1,
  counters: [{ processor: 0, attempts: 5, read: 3, too_big: 2 }],
});

async function rowsOf(store: Store, text: string, params: unknown[] = []): Promise<unknown[][]> {
  return (await store.query(text, params)).rows;
}

async function refusalOf(store: Store, text: string): Promise<string> {
  return (await assertRejects(() => store.query(text), QueryError)).message;
}

for (const engine of ["wasm", "native"] as const) {
  Deno.test(`an empty store (${engine})`, async (t) => {
    await using store = await openStore([], { engine });

    await t.step("has every internal object", async () => {
      for (const name of ["_entries", "_gaps", "_snapshots", "_captures"]) {
        assertEquals(await rowsOf(store, `SELECT count(*) FROM ${name}`), [[0n]]);
      }
    });

    await t.step("gives every type as the value that it is", async () => {
      const values: [expression: string, type: string, value: unknown][] = [
        ["NULL::INTEGER", "INTEGER", null],
        ["true", "BOOLEAN", true],
        ["-7::TINYINT", "TINYINT", -7],
        ["9007199254740993", "BIGINT", 9007199254740993n],
        ["18446744073709551615::UBIGINT", "UBIGINT", 18446744073709551615n],
        ["-170141183460469231731687303715884105727::HUGEINT", "HUGEINT", -(2n ** 127n) + 1n],
        ["12.34", "DECIMAL(4,2)", 12.34],
        ["-0.5::DOUBLE", "DOUBLE", -0.5],
        ["'grün'", "VARCHAR", "grün"],
        ["'\\xFF\\x00'::BLOB", "BLOB", Uint8Array.of(255, 0)],
        ["make_timestamp_ns(1795479692548123457)", "TIMESTAMP_NS", 1795479692548123457n],
        ["[1, NULL, 3]", "INTEGER[]", [1, null, 3]],
        ["{'a': 1::UBIGINT, 'b': ['x']}", "STRUCT(a UBIGINT, b VARCHAR[])", { a: 1n, b: ["x"] }],
      ];
      for (const [expression, type, value] of values) {
        const result = await store.query(`SELECT ${expression} AS x`);
        assertEquals(result, { columns: [{ name: "x", type }], rows: [[value]] }, expression);
      }
    });

    await t.step("binds parameters with their types, and never as SQL", async () => {
      const text = "'); DROP TABLE _captures; --";
      const params = [text, 2n ** 63n, Uint8Array.of(0, 39), null, 1.5, true, "a\0b", [1, 2]];
      assertEquals(await rowsOf(store, "SELECT ?, ?, ?, ?, ?, ?, ?, ?", params), [params]);
      assertEquals(await rowsOf(store, "SELECT $2 || $1 WHERE $1 = 'b'", ["b", "a"]), [["ab"]]);
      assertEquals(await rowsOf(store, "SELECT count(*) FROM _captures"), [[0n]]);
      await assertRejects(() => store.query("SELECT ?", [{}]), TypeError, "parameter");
    });

    await t.step("shows the place of a mistake, with and without parameters", async () => {
      for (const params of [[], [1]]) {
        const { message } = await assertRejects(
          () => store.query("SELECT 1,\n  nonsense", params),
          QueryError,
        );
        assert(/nonsense[^]*LINE 2: {3}nonsense\n +\^$/.test(message), message);
      }
      assertStringIncludes(
        await refusalOf(store, "SELEC 1"),
        `Parser Error: syntax error at or near "SELEC"`,
      );
    });

    await t.step("runs several statements and gives the last one's result", async () => {
      assertEquals(await rowsOf(store, "CREATE TABLE t AS SELECT 'a;b' AS x; -- c;\nSELECT x FROM t;"), [[
        "a;b",
      ]]);
      const message = await refusalOf(store, "SELECT 'ü;';\nSELECT nonsense");
      assert(/LINE 2: SELECT nonsense\n +\^$/.test(message), message);
    });

    await t.step("answers what would reach outside at once, with a clear refusal", async () => {
      const outside = [
        // What is built into the native engine needs no extension.
        ...(engine === "wasm"
          ? ["SELECT now() AT TIME ZONE 'UTC'", "SELECT to_json(1)", "SET TimeZone = 'UTC'"]
          : ["COPY _captures TO '/dev/stdout'", "EXPORT DATABASE '.'"]),
        "SELECT * FROM read_parquet('x')",
        "SELECT * FROM read_json('x')",
        "INSTALL httpfs",
        "FORCE INSTALL httpfs FROM 'http://localhost:1'",
        "SELECT 1; INSTALL httpfs",
        "LOAD json",
        "LOAD './x.duckdb_extension'",
        "COPY (SELECT 1) TO 'x.csv'",
        "COPY (SELECT 1) TO 'http://localhost:1/x.csv'",
        "ATTACH 'x.db'",
        "ATTACH 'https://localhost:1/a.db'",
        "ATTACH 'postgres:dbname=x' AS p (TYPE postgres)",
        "SELECT * FROM 'http://localhost:1/x.csv'",
        "SELECT * FROM 'x.csv'",
        "SELECT * FROM read_csv('deno.json')",
        "SELECT * FROM read_text('deno.json')",
        "SELECT * FROM glob('*')",
        "EXPORT DATABASE 'x'",
        "IMPORT DATABASE 'x'",
        "CREATE SECRET (TYPE s3)",
      ];
      for (const text of outside) {
        assertStringIncludes(await refusalOf(store, text), "loads no extensions", text);
      }
      for (
        const text of [
          "UPDATE EXTENSIONS",
          "FROM 's3://bucket/x.parquet'",
          "SET enable_external_access = true",
        ]
      ) {
        await refusalOf(store, text);
      }
    });

    await t.step("stops a query that is cancelled and goes on", async () => {
      // A process that has stood still for so long may have replaced an engine that was about to answer.
      const tookLong = async (): Promise<boolean> => {
        const stop = new AbortController();
        const endless = store.query("SELECT count(*) FROM range(100000000000)", [], { signal: stop.signal });
        const { rows } = await Promise.race([endless, Promise.resolve({ rows: [["running"]] })]);
        assertEquals(rows, [["running"]]);
        const abortedMs = performance.now();
        stop.abort();
        await assertRejects(() => endless, QueryError, "cancelled");
        return performance.now() - abortedMs >= CANCEL_MS;
      };
      for (let tries = 1; await tookLong(); tries++) {
        assert(tries < 5, "each time the engine took too long to stop");
        await store.query("CREATE OR REPLACE TABLE t AS SELECT 'a;b' AS x");
      }
      assertEquals(await rowsOf(store, "SELECT count(*) FROM t"), [[1n]], "the engine is the same");
      await assertRejects(
        () => store.query("SELECT 1", [], { signal: AbortSignal.abort() }),
        QueryError,
        "cancelled",
      );
    });

    await t.step("refuses every query when it is closed", async () => {
      await store.close();
      assertStringIncludes(await refusalOf(store, "SELECT 1"), "closed");
    });
  });

  Deno.test(`captures in a store (${engine})`, async (t) => {
    await withFolder(async (dir) => {
      const boot = await makeCapture(dir, "boot", {
        logs: [[FIRST], [SECOND]],
        gaps: [
          makeGaps([{ cause: "too_big", lost: 2, prev: { seq: 1, idx: 1, ticks: 10 } }], 1),
          makeGaps([{ cause: "corrupt", lost: 9 }], 2),
        ],
      });
      const broken = Uint8Array.of(0x61, 0xff);
      const idle = await makeCapture(dir, "idle", {
        logs: [[
          makeBatch([entry(7, { kind: "data", payload: "raw", type: 5 }), entry(8, { payload: broken })], {
            rounds: [{ rows: 1, readTicks: 500n }, { rows: 1, readTicks: 0n }],
            anchor: { ...CLOCK, unixNs: T0 + 1n },
          }),
        ]],
        info: { warnings: ["the disk was full for a while"] },
      });
      await using store = await openStore([boot, idle], { engine });

      await t.step("are summed up", () => {
        assertEquals(
          store.captures.map(({ name, path, complete, loadedRows }) => [name, path, complete, loadedRows]),
          [
            ["boot", boot, true, 3],
            ["idle", idle, true, 2],
          ],
        );
      });

      await t.step("show their entries, each with its capture's name", async () => {
        const text =
          `SELECT capture, idx, ts, ticks, processor, seq, severity, kind, type, message, data, read_ts, flags
        FROM _entries ORDER BY capture, idx`;
        assertEquals(await rowsOf(store, text), [
          ["boot", 0n, T0, 0n, 0, 0n, 3, 0, 0, "entry 0", null, T0 + 1_010n, 0],
          ["boot", 1n, T0 + 10n, 10n, 0, 1n, 3, 0, 0, "entry 1", null, T0 + 1_010n, 0],
          ["boot", 2n, T0 + 20n, 20n, 0, 2n, 3, 0, 0, "entry 2", null, T0 + 1_020n, 0],
          ["idle", 7n, T0 + 71n, 70n, 0, 7n, 3, 1, 5, null, new TextEncoder().encode("raw"), T0 + 501n, 0],
          ["idle", 8n, T0 + 81n, 80n, 0, 8n, 3, 0, 0, "a\ufffd", broken, null, 2],
        ]);
      });

      await t.step("show their counters at each batch", async () => {
        assertEquals(
          await rowsOf(
            store,
            "SELECT batch, ts, processor, attempts, read, too_big FROM _snapshots ORDER BY batch",
          ),
          [
            [0n, T0 + 1_010n, 0, 2n, 2n, 0n],
            [1n, T0 + 1_020n, 0, 5n, 3n, 2n],
          ],
        );
      });

      await t.step("show their holes, but none of a batch that is not there", async () => {
        assertEquals(
          await rowsOf(store, "SELECT capture, cause, lost, prev_seq, prev_ts, next_seq, next_ts FROM _gaps"),
          [
            ["boot", "too_big", 2n, 1n, T0 + 10n, null, null],
          ],
        );
      });

      await t.step("show what capture.json says", async () => {
        const text =
          "SELECT capture, complete, started, loaded_from_idx, loaded_rows, warnings FROM _captures ORDER BY 1";
        assertEquals(await rowsOf(store, text), [
          ["boot", true, T0, 0n, 3n, []],
          ["idle", true, T0, 7n, 2n, ["the disk was full for a while"]],
        ]);
      });
    });
  });
}

Deno.test("a growing capture is loaded on by refresh, also after a query broke the engine and it was replaced", async () => {
  await withFolder(async (dir) => {
    const path = await makeCapture(dir, "live", {
      logs: [[FIRST]],
      closed: false,
      info: { complete: false, stopped: null },
    });
    await using _recording = await lockRecording(path);
    await using store = await openStore([path], { engine: "wasm" });
    const count = async () => (await rowsOf(store, "SELECT count(*) FROM _entries"))[0]?.[0];
    assertEquals([await count(), store.warnings], [2n, []]);
    await Deno.writeFile(segmentPath(path, "logs", 1), await logsBytes([FIRST, SECOND], false));
    assertEquals([await store.refresh(), await count(), await store.refresh()], [1, 3n, 0]);
    // More than is left of what WASM can address.
    assertStringIncludes(await refusalOf(store, "SELECT list_sum(range(400000000))"), "broke the engine");
    assertEquals(await count(), 3n);
  });
});
