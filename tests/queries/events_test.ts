import { assertEquals } from "@std/assert";
import { ArgumentType } from "../../runtime/events/argument_type.ts";
import { float, number, type SiteParts, text } from "../../runtime/events/test_support.ts";
import { type EntryInput, makeBatch, T0 } from "../support/make_capture.ts";
import { openLibrary } from "./open_library.ts";

const T = ArgumentType;
const IO: SiteParts = {
  name: "io_done",
  line: 42,
  file: "disk.c",
  format: "bytes=%u status=%s path=%s",
  arguments: [{ type: T.u32, key: "bytes" }, { type: T.ntstatus, key: "status" }, {
    type: T.text,
    key: "path",
  }],
};
/** The same event elsewhere: an argument more, and one of another type. */
const IO_SLOW: SiteParts = {
  name: "IO_done",
  line: 50,
  severity: 0,
  file: "disk.c",
  format: "bytes=%u late=%d",
  arguments: [{ type: T.u64, key: "bytes" }, { type: T.bool, key: "late" }],
};
const EVERY: SiteParts = {
  name: "every",
  format: "%d %d %u %d %u %d %u %d %u %f %f %p %s %c %s",
  arguments: [
    { type: T.bool, key: "bool" },
    { type: T.i8, key: "i8" },
    { type: T.u8, key: "u8" },
    { type: T.i16, key: "i16" },
    { type: T.u16, key: "u16" },
    { type: T.i32, key: "i32" },
    { type: T.u32, key: "u32" },
    { type: T.i64, key: "i64" },
    { type: T.u64, key: "u64" },
    { type: T.f32, key: "f32" },
    { type: T.f64, key: "f64" },
    { type: T.pointer, key: "pointer" },
    { type: T.bytes, key: "bytes" },
    { type: T.char, key: "char" },
    { type: T.enum, key: "state", enumerators: [[7n, "UP"]] },
  ],
};
const NASTY: SiteParts = {
  name: "select",
  file: "a'b\0.c",
  function: "f\0'",
  format: 'it\'s \0; "%d"\n--',
  arguments: [{ type: T.i32, key: "a\"b'c;\0 --" }],
};
const EVERY_PAYLOAD = [
  ...[1, 0x80, 0xff, ...number(-2, 2), ...number(65535, 2), ...number(-3, 4), ...number(4294967295, 4)],
  ...[...number(-4n, 8), ...number(2n ** 64n - 1n, 8), ...float(1.5, 4), ...float(-2.25, 8)],
  ...[...number(4096n, 8), ...text(Uint8Array.of(0, 255)), 0x41, ...number(7n, 8)],
];

const event = (idx: number, site: number, payload: number[], more: Partial<EntryInput> = {}): EntryInput => ({
  idx,
  seq: idx,
  ticks: idx,
  kind: "event",
  type: site,
  pid: 10,
  tid: 11,
  payload: Uint8Array.from(payload),
  ...more,
});
const io = (idx: number, bytes: number, status: number, path: string, site = 7) =>
  event(idx, site, [...number(bytes, 4), ...number(status, 4), ...text(path)]);
const slow = (idx: number, bytes: bigint, late: boolean, site = 9) =>
  event(idx, site, [...number(bytes, 8), Number(late)], { severity: 4, processor: 1 });

const SITES = new Map([[7, IO], [9, IO_SLOW], [3, EVERY], [12, { ...IO, name: "never" }], [
  13,
  { name: "probe", kind: 0, format: "hello %d", file: "a.c" },
]]);
const FIRST = [io(0, 512, 0, "a"), { idx: 1, seq: 1, ticks: 1, payload: "text" }, slow(2, 9n, true)];
const SECOND = [event(3, 3, EVERY_PAYLOAD), io(4, 1, 0xc0000022, "b"), event(5, 7, [1, 0])];
const LOGS = [[makeBatch(FIRST)], [makeBatch(SECOND, { batch: 1 })]];

const library = await openLibrary({
  open: { logs: LOGS, sites: SITES },
  sealed: { logs: LOGS, sites: SITES, sealed: [1, 2] },
  mixed: { logs: LOGS, sites: SITES, sealed: [1] },
  // Another program: `bytes` is a number of 64 bits first.
  other: {
    logs: [[makeBatch([slow(0, 77n, false, 1), io(1, 3, 0, "c", 2)])]],
    sites: new Map([[1, IO_SLOW], [2, IO]]),
  },
  other_sealed: {
    logs: [[makeBatch([slow(0, 77n, false, 1), io(1, 3, 0, "c", 2)])]],
    sites: new Map([[1, IO_SLOW], [2, IO]]),
    sealed: [1],
  },
  texts: { logs: [[makeBatch([{ idx: 0, seq: 0, ticks: 0, payload: "hello" }])]] },
  // Texts that somebody chose, so that they end something early.
  nasty: { logs: [[makeBatch([event(0, 1, number(5, 4))])]], sites: new Map([[1, NASTY]]) },
  nasty_sealed: {
    logs: [[makeBatch([event(0, 1, number(5, 4))])]],
    sites: new Map([[1, NASTY]]),
    sealed: [1],
  },
  // Its sites are lost, and what a file of a sealed segment says is all that is known.
  strange: { logs: [[makeBatch([event(0, 1, [])])]] },
});

for (const capture of ["open", "sealed", "mixed"]) {
  Deno.test(`logs names events and formats them (${capture})`, async () => {
    assertEquals(
      await library.rows(
        `SELECT idx, kind, event, message, data FROM logs WHERE capture = '${capture}' AND idx <> 3 AND idx <> 5 ORDER BY idx`,
      ),
      [
        [0n, "event", "io_done", "bytes=512 status=STATUS_SUCCESS path=a", null],
        [1n, "text", null, "text", null],
        [2n, "event", "IO_done", "bytes=9 late=1", null],
        [4n, "event", "io_done", "bytes=1 status=STATUS_ACCESS_DENIED path=b", null],
      ],
    );
  });

  Deno.test(`an event has a table with a column for each argument of its sites (${capture})`, async () => {
    assertEquals(
      await library.rows(`SELECT * FROM event_io_done WHERE capture = '${capture}' ORDER BY idx`),
      [
        [capture, 0n, T0, 0, 3, "info", 10, 11, 7, 512, 0, "STATUS_SUCCESS", "a", null, null],
        [capture, 2n, T0 + 2n, 1, 4, "warn", 10, 11, 9, null, null, null, null, 9n, true],
        [
          capture,
          4n,
          T0 + 4n,
          0,
          3,
          "info",
          10,
          11,
          7,
          1,
          0xc0000022,
          "STATUS_ACCESS_DENIED",
          "b",
          null,
          null,
        ],
        // Its payload ended early.
        [capture, 5n, T0 + 5n, 0, 3, "info", 10, 11, 7, null, null, null, null, null, null],
      ],
    );
  });

  Deno.test(`each type of argument has its own in SQL (${capture})`, async () => {
    assertEquals(
      await library.rows(`SELECT * EXCLUDE (capture, idx, ts) FROM event_every WHERE capture = '${capture}'`),
      [[
        ...[0, 3, "info", 10, 11, 3],
        ...[true, -128, 255, -2, 65535, -3, 4294967295, -4n, 2n ** 64n - 1n, 1.5, -2.25, 4096n],
        ...[Uint8Array.of(0, 255), "A", 7n, "UP"],
      ]],
    );
  });
}

Deno.test("an argument that is of one type in one program and of another in the next keeps both", async () => {
  for (const capture of ["other", "other_sealed"]) {
    assertEquals(
      await library.rows(
        `SELECT idx, bytes, bytes_site_9, status, late FROM event_io_done WHERE capture = '${capture}' ORDER BY idx`,
      ),
      [[0n, null, 77n, null, false], [1n, 3, null, 0, null]],
    );
  }
});

Deno.test("columns have the types of the arguments", async () => {
  assertEquals(
    await library.rows(
      "SELECT column_name, data_type FROM duckdb_columns() WHERE table_name = 'event_every' ORDER BY column_index",
    ),
    [
      ["capture", "VARCHAR"],
      ["idx", "UBIGINT"],
      ["ts", "TIMESTAMP_NS"],
      ["processor", "USMALLINT"],
      ["severity", "UTINYINT"],
      ["level", "VARCHAR"],
      ["pid", "UINTEGER"],
      ["tid", "UINTEGER"],
      ["site", "UINTEGER"],
      ["bool", "BOOLEAN"],
      ["i8", "TINYINT"],
      ["u8", "UTINYINT"],
      ["i16", "SMALLINT"],
      ["u16", "USMALLINT"],
      ["i32", "INTEGER"],
      ["u32", "UINTEGER"],
      ["i64", "BIGINT"],
      ["u64", "UBIGINT"],
      ["f32", "FLOAT"],
      ["f64", "DOUBLE"],
      ["pointer", "UBIGINT"],
      ["bytes", "BLOB"],
      ["char", "VARCHAR"],
      ["state", "BIGINT"],
      ["state_name", "VARCHAR"],
    ],
  );
});

Deno.test("an event that was never written has an empty table with its columns", async () => {
  assertEquals(await library.rows("SELECT count(*), count(bytes), count(status_name) FROM event_never"), [
    [0n, 0n, 0n],
  ]);
});

Deno.test("tables of events and their columns are told from the sites", async () => {
  assertEquals(
    await library.rows("SELECT comment FROM duckdb_views() WHERE view_name = 'event_io_done'"),
    [[
      'One row per event io_done: "bytes=%u status=%s path=%s" at disk.c:42, "bytes=%u late=%d" at disk.c:50.',
    ]],
  );
  assertEquals(
    await library.rows(
      "SELECT column_name FROM duckdb_columns() WHERE table_name LIKE 'event%' AND comment IS NULL",
    ),
    [],
  );
  assertEquals(
    await library.rows(
      "SELECT comment FROM duckdb_columns() WHERE table_name = 'event_io_done' AND column_name IN ('path', 'status_name')",
    ),
    [
      ["The name of status, as %s prints it. NULL where status is."],
      [
        'Argument path of "bytes=%u status=%s path=%s" (disk.c:42). NULL where a site has no such argument or its payload is damaged, and for a null pointer.',
      ],
    ],
  );
});

Deno.test("no text of a descriptor ends a statement or a name", async () => {
  for (const capture of ["nasty", "nasty_sealed"]) {
    assertEquals(
      await library.rows(`SELECT * EXCLUDE (capture, ts) FROM event_select WHERE capture = '${capture}'`),
      [[0n, 0, 3, "info", 10, 11, 1, 5]],
    );
    assertEquals(
      await library.rows(`SELECT file, function, format FROM events WHERE capture = '${capture}'`),
      [
        ["a'b\ufffd.c", "f\ufffd'", 'it\'s \ufffd; "%d"\n--'],
      ],
    );
  }
  assertEquals(
    await library.rows(
      "SELECT column_name FROM duckdb_columns() WHERE table_name = 'event_select' ORDER BY column_index DESC LIMIT 1",
    ),
    [["a\"b'c;_ --"]],
  );
});

Deno.test("every call site is told with what it has written, in the order of that", async () => {
  assertEquals(
    await library.rows("SELECT * FROM events WHERE capture = 'mixed'"),
    [
      ["mixed", 7, "io_done", "event", "event", "disk.c", 42, "finish", 3, "info", IO.format, 3n],
      ["mixed", 3, "every", "event", "event", "disk.c", 42, "finish", 3, "info", EVERY.format, 1n],
      ["mixed", 9, "IO_done", "event", "event", "disk.c", 50, "finish", null, null, IO_SLOW.format, 1n],
      ["mixed", 12, "never", "event", "event", "disk.c", 42, "finish", 3, "info", IO.format, 0n],
      ["mixed", 13, "probe", "text", "event", "a.c", 42, "finish", 3, "info", "hello %d", null],
    ],
  );
});

Deno.test("windows over a table of events see all captures, one after the other", async () => {
  assertEquals(
    await library.rows(
      "SELECT count(*) FROM (SELECT row_number() OVER () AS n FROM event_io_done) WHERE n > 0",
    ),
    [[16n]],
  );
});
