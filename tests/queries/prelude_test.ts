import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { QueryError } from "../../runtime/errors.ts";
import { makeBatch, makeGaps, T0 } from "../support/make_capture.ts";
import { openLibrary } from "./open_library.ts";

const FLAG_INVALID_UTF8 = 2;
const LEVELS = ["trace", "debug", "info", "warn", "error", "fatal"];

const { rows } = await openLibrary({
  kinds: {
    logs: [[
      makeBatch([
        { idx: 5, seq: 0, ticks: 100, severity: 3, pid: 7, tid: 8, payload: "up" },
        {
          idx: 6,
          seq: 0,
          ticks: 200,
          processor: 1,
          flags: FLAG_INVALID_UTF8,
          payload: Uint8Array.of(0x61, 0xff),
        },
        {
          idx: 8,
          seq: 1,
          ticks: 300,
          severity: 4,
          kind: "data",
          type: 9,
          remarks: 2,
          payload: Uint8Array.of(1, 0),
        },
      ], { rounds: [{ rows: 2, readTicks: 1_200n }, { rows: 1, readTicks: 0n }] }),
    ]],
  },
  marked: {
    logs: [[
      makeBatch([
        { idx: 0, seq: 0, ticks: 10, payload: "before" },
        {
          idx: 1,
          seq: 0,
          ticks: 20,
          processor: 1,
          pid: 7,
          type: 1263681869,
          severity: 4,
          payload: "cable pulled",
        },
        { idx: 2, seq: 1, ticks: 30, type: 1263681869, kind: "data", payload: "no text" },
      ]),
    ]],
  },
  levels: { logs: [[makeBatch(LEVELS.map((_, at) => ({ idx: at, seq: at, ticks: at, severity: at + 1 })))]] },
  counted: {
    logs: [[
      makeBatch([], {
        batch: 0,
        drainTicks: 50n,
        counters: [{ processor: 1, attempts: 4, read: 2, pending: 2 }],
      }),
      makeBatch([], {
        batch: 1,
        drainTicks: 90n,
        counters: [{
          processor: 1,
          attempts: 99,
          read: 41,
          discarded: 30,
          lost_full: 1,
          overwritten: 2,
          too_big: 3,
          abandoned: 4,
          corrupt: 5,
          unstored: 6,
          mixed: 7,
          wraps: 8,
          late: 9,
          stalled: 10,
          used_bytes: 64,
          capacity_bytes: 4096,
        }],
      }),
    ]],
    gaps: [makeGaps([
      { cause: "too_big", lost: 3, next: { seq: 3, idx: 1, ticks: 20 } },
      { cause: "mixed", lost: 7, prev: { seq: 3, idx: 1, ticks: 20 }, next: { seq: 11, idx: 4, ticks: 70 } },
    ], 1)],
  },
  described: { info: { complete: false, stopped: null, warnings: ["the disk was slow"], mode: "overwrite" } },
});

Deno.test("logs shows every column of an entry", async () => {
  assertEquals(
    await rows(`
      SELECT idx, ts, ticks, processor, seq, severity, level, kind, type, remarks, pid, tid, event, message, data, read_ts,
        latency_ns, flags
      FROM logs WHERE capture = 'kinds' ORDER BY idx`),
    [
      [5n, T0 + 100n, 100n, 0, 0n, 3, "info", "text", 0, 0, 7, 8, null, "up", null, T0 + 1_200n, 1_100n, 0],
      [
        ...[6n, T0 + 200n, 200n, 1, 0n, 3, "info", "text", 0, 0, 0, 0, null],
        ...["a\ufffd", Uint8Array.of(0x61, 0xff), T0 + 1_200n, 1_000n, FLAG_INVALID_UTF8],
      ],
      [
        8n,
        T0 + 300n,
        300n,
        0,
        1n,
        4,
        "warn",
        "data",
        9,
        2,
        0,
        0,
        null,
        null,
        Uint8Array.of(1, 0),
        null,
        null,
        0,
      ],
    ],
  );
});

Deno.test("logs has the types of the contract", async () => {
  assertEquals(
    (await rows(
      "SELECT column_name, data_type FROM duckdb_columns() WHERE table_name = 'logs' ORDER BY column_index",
    )).map((row) => row.join(" ")),
    [
      "capture VARCHAR",
      "idx UBIGINT",
      "ts TIMESTAMP_NS",
      "ticks UBIGINT",
      "processor USMALLINT",
      "seq UBIGINT",
      "severity UTINYINT",
      "level VARCHAR",
      "kind VARCHAR",
      "type UINTEGER",
      "remarks UINTEGER",
      "pid UINTEGER",
      "tid UINTEGER",
      "event VARCHAR",
      "message VARCHAR",
      "data BLOB",
      "read_ts TIMESTAMP_NS",
      "latency_ns BIGINT",
      "flags UTINYINT",
    ],
  );
});

Deno.test("severity >= at_least('warn') returns errors and fatals too", async () => {
  const query = async (name: string) =>
    (await rows(
      `SELECT level FROM logs WHERE capture = 'levels' AND severity >= at_least('${name}') ORDER BY idx`,
    )).flat();
  assertEquals(await query("warn"), ["warn", "error", "fatal"]);
  assertEquals(await query("Error"), ["error", "fatal"]);
});

Deno.test("at_least and level_name know each other's answers for every level", async () => {
  const pairs: unknown[] = [];
  for (const level of LEVELS) {
    pairs.push((await rows(`SELECT at_least('${level}'), level_name(at_least('${level}'))`))[0]);
  }
  assertEquals(pairs, LEVELS.map((level, at) => [at + 1, level]));
});

Deno.test("at_least refuses a name that is no level, and says which there are", async () => {
  const error = await assertRejects(
    () => rows("SELECT idx FROM logs WHERE severity >= at_least('wran')"),
    QueryError,
  );
  assertStringIncludes(error.message, "there is no level 'wran': trace, debug, info, warn, error or fatal");
  assertEquals(await rows("SELECT at_least(NULL)"), [[null]]);
});

Deno.test("level_name gives NULL for what is no severity", async () => {
  assertEquals(await rows("SELECT level_name(0), level_name(7), level_name(NULL)"), [[null, null, null]]);
});

Deno.test("elapsed_ns keeps the nanoseconds and the sign", async () => {
  assertEquals(
    await rows(`
      WITH times AS (SELECT make_timestamp_ns(1000000000000000001) AS a, make_timestamp_ns(1000000000000000004) AS b)
      SELECT elapsed_ns(a, b), elapsed_ns(b, a), elapsed_ns(a, NULL::TIMESTAMP_NS) FROM times`),
    [[3n, -3n, null]],
  );
});

Deno.test("per_second and ratio give NULL where there is nothing to divide by", async () => {
  assertEquals(
    await rows(
      "SELECT per_second(3, 1500000000), per_second(3, 0), ratio(1::UBIGINT, 4::UBIGINT), ratio(0, 0)",
    ),
    [[2, null, 0.25, null]],
  );
});

Deno.test("u64_at reads little-endian numbers of all 64 bits", async () => {
  assertEquals(
    await rows(String.raw`
      SELECT u64_at('\x01\x00\x00\x00\x00\x00\x00\x00'::BLOB, 1),
        u64_at('\x00\xEF\xCD\xAB\x89\x67\x45\x23\xF1'::BLOB, 2)`),
    [[1n, 0xf123456789abcdefn]],
  );
});

Deno.test("rings shows every counter of every batch, and what is lost in all", async () => {
  assertEquals(
    await rows(`
      SELECT ts, processor, attempts, read, discarded, lost, lost_full, overwritten, too_big, abandoned, corrupt, unstored,
        mixed, pending, wraps, late, stalled, used_bytes, capacity_bytes
      FROM rings WHERE capture = 'counted' ORDER BY ts`),
    [
      [T0 + 50n, 1, 4n, 2n, 0n, 0n, 0n, 0n, 0n, 0n, 0n, 0n, 0n, 2n, 0n, 0n, 0n, 0n, 0n],
      [T0 + 90n, 1, 99n, 41n, 30n, 28n, 1n, 2n, 3n, 4n, 5n, 6n, 7n, 0n, 8n, 9n, 10n, 64n, 4096n],
    ],
  );
});

Deno.test("gaps shows each hole with its neighbours, and NULL where there is none", async () => {
  assertEquals(
    await rows(`
      SELECT processor, cause, lost, prev_seq, next_seq, prev_idx, next_idx, prev_ts, next_ts
      FROM gaps WHERE capture = 'counted' ORDER BY lost`),
    [
      [0, "too_big", 3n, null, 3n, null, 1n, null, T0 + 20n],
      [0, "mixed", 7n, 3n, 11n, 1n, 4n, T0 + 20n, T0 + 70n],
    ],
  );
});

Deno.test("captures shows what capture.json says and what is loaded", async () => {
  assertEquals(
    await rows(`
      SELECT capture, complete, stopped, host, mode, "order", ring_count, ring_bytes, loaded_from_idx, loaded_rows,
        warnings[1]
      FROM captures WHERE capture IN ('kinds', 'described') ORDER BY capture`),
    [
      ["described", false, null, "here", "overwrite", "index", 2, 65536n, null, 0n, "the disk was slow"],
      ["kinds", true, T0 + 1_000_000_000n, "here", "discard", "index", 2, 65536n, 5n, 3n, null],
    ],
  );
});

Deno.test("a mark is a text of its own type", async () => {
  assertEquals(await rows("SELECT idx, epoch_ns(ts), processor, severity, level, pid, message FROM marks"), [
    [1n, T0 + 20n, 1, 4, "warn", 7, "cable pulled"],
  ]);
});
