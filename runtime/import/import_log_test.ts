import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { type EntryInput, makeBatch, makeCapture } from "../../tests/support/make_capture.ts";
import { CaptureLog } from "../capture_log.ts";
import { CaptureError } from "../errors.ts";
import { exportCapture } from "../export/export_capture.ts";
import type { Entry } from "../log_entry.ts";
import { openStore } from "../store/store.ts";
import { importLog, type ImportOptions, type ImportResult, type LogStream } from "./import_log.ts";
import { UNREAD_LINE_TYPE } from "./log_reader.ts";
import { nsOf, sample } from "./test_support.ts";

type Run = (dir: string) => Promise<void>;

async function withFolder(run: Run): Promise<void> {
  const dir = await Deno.makeTempDir();
  try {
    await run(dir);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

async function* inPieces(
  bytes: Uint8Array<ArrayBuffer>,
  size: number,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  for (let at = 0; at < bytes.length; at += size) yield await Promise.resolve(bytes.slice(at, at + size));
}

function textLog(text: string | Uint8Array<ArrayBuffer>, size = 1 << 16): LogStream {
  const bytes = typeof text === "string" ? new TextEncoder().encode(text) : text;
  return { stream: inPieces(bytes, size), name: "a text" };
}

async function entriesOf(path: string): Promise<Entry[]> {
  await using log = await CaptureLog.open(path, {});
  return await Array.fromAsync(log.entries());
}

async function imported(
  log: string | LogStream,
  options: Partial<ImportOptions>,
  check: (entries: Entry[], result: ImportResult) => Promise<void> | void,
): Promise<void> {
  await withFolder(async (dir) => {
    const result = await importLog(log, { dir, ...options });
    await check(await entriesOf(result.path), result);
  });
}

async function ask(path: string, query: string): Promise<unknown[][]> {
  await using store = await openStore([path]);
  return (await store.query(query)).rows.map((row) => [...row]);
}

for (
  const [file, format, records, unread] of [
    ["dmesg.txt", "dmesg", 5, 1],
    ["dmesg-x.txt", "dmesg", 3, 0],
    ["dmesg-iso.txt", "dmesg", 4, 0],
    ["syslog-3164.log", "syslog", 3, 0],
    ["syslog-5424.log", "syslog", 5, 1],
    ["debugview-elapsed.log", "debugview", 4, 0],
    ["debugview-clock.log", "debugview", 3, 0],
    ["service.ndjson", "ndjson", 7, 3],
  ] as const
) {
  Deno.test(`${file} is found to be ${format}, and every line of it becomes an entry`, () =>
    imported(sample(file), {}, (entries, result) => {
      assertEquals([result.format, result.records, result.unread, result.entries], [
        format,
        records,
        unread,
        records,
      ]);
      assertEquals(result.name, file.replace(/\.\w+$/, ""));
      assertEquals(entries.map(({ idx }) => idx), entries.map((_, at) => BigInt(at)));
      assertEquals(entries.filter(({ type }) => type === UNREAD_LINE_TYPE).length, unread);
    }));
}

Deno.test("foreign CSV with columns that are named, and records that cannot be read", () =>
  imported(
    sample("foreign.csv"),
    { columns: { ts: "when", message: "what", level: "how bad" } },
    (entries, result) => {
      assertEquals(entries.map(({ level, pid, message }) => [level, pid, message]), [
        ["warn", 5, 'first; with "quotes"'],
        ["error", 6, "two\r\nlines"],
        ["info", 0, "2026-03-01 10:00:02;too few"],
        ["info", 0, '2026-03-01 10:00:03;stray " quote;info;7'],
        ["info", 0, "yesterday;no time;info;8"],
        ["info", 9, "last"],
      ]);
      assertEquals(entries[0]!.ts, nsOf("2026-03-01T10:00:00.000000001Z"));
      assertEquals(result.firstUnread.map(({ line, reason }) => [line, reason]), [
        [5, "it has 2 fields, and the first line names 4"],
        [6, "it has a quote that is not closed"],
        [7, `"yesterday" is no time`],
      ]);
      assertEquals(
        entries.slice(2, 5).map(({ remarks, ts }) => [remarks, ts]),
        [5, 6, 7].map((line) => [line, entries[1]!.ts]),
      );
    },
  ));

/** What a form can spoil: every kind, severity, line end, bytes that are no text, large numbers, holes. */
const ENTRIES: readonly EntryInput[] = [
  {
    idx: 3,
    seq: 7,
    ticks: 1,
    pid: 10,
    tid: 4_294_967_295,
    severity: 1,
    payload: `two\r\nlines, "quoted" | \ufeffé `,
  },
  {
    idx: 1n << 60n,
    seq: 1n << 61n,
    ticks: 2,
    processor: 3,
    severity: 6,
    kind: "data",
    type: 4_000_000_000,
    payload: "a\xff",
  },
  {
    idx: (1n << 60n) + 1n,
    seq: 9,
    ticks: 1_500_000_003,
    severity: 4,
    payload: Uint8Array.of(0x61, 0xff, 0x62),
  },
  { idx: (1n << 60n) + 5n, seq: 8, ticks: 1_500_000_002, severity: 2, remarks: 5, payload: "" },
  { idx: (1n << 60n) + 6n, seq: 10, ticks: 2_000_000_000, kind: "event", payload: Uint8Array.of(0, 1) },
  { idx: (1n << 60n) + 7n, seq: 14, ticks: 2_000_000_001, kind: "data", payload: "" },
  {
    idx: (1n << 60n) + 8n,
    seq: 15,
    ticks: 2_000_000_002,
    flags: 1,
    payload: Uint8Array.of(0x61, 0x62, 99, 0, 0, 0),
  },
  {
    idx: (1n << 60n) + 9n,
    seq: 16,
    ticks: 2_000_000_003,
    flags: 1,
    payload: Uint8Array.of(0xff, 0x62, 99, 0, 0, 0),
  },
  { idx: (1n << 60n) + 10n, seq: 17, ticks: 2_000_000_004, processor: 0xffff, payload: "\ufeff\u0000\u2028" },
];

for (const format of ["csv", "ndjson"] as const) {
  Deno.test(`what is exported as ${format} comes back as it was, but ticks`, () =>
    withFolder(async (dir) => {
      const path = await makeCapture(dir, "boot", {
        logs: [ENTRIES.map((entry, batch) => makeBatch([entry], { batch }))],
      });
      const result = await importLog({
        stream: aiter(exportCapture(path, { format })),
        name: `boot.${format}`,
      }, { dir });
      assertEquals([result.name, result.unread, result.warnings.length], ["boot-2", 0, 1]);
      const same = (entries: Entry[]) => entries.map(({ ticks: _, ...others }) => others);
      assertEquals(same(await entriesOf(result.path)), same(await entriesOf(path)));
      const columns =
        "idx, ts, processor, seq, severity, level, kind, type, remarks, pid, tid, event, message, data, read_ts, latency_ns, flags";
      const query = `SELECT ${columns} FROM logs ORDER BY idx`;
      assertEquals(await ask(result.path, query), await ask(path, query));
      assertEquals(
        await ask(result.path, "SELECT processor, attempts, read, lost, pending, balanced FROM accounting"),
        [
          [0, 10n, 7n, 0n, 3n, true],
          [3, 1n, 1n, 0n, 0n, true],
          [0xffff, 1n, 1n, 0n, 0n, true],
        ],
      );
    }));
}

async function* aiter<T>(items: AsyncIterable<T>): AsyncGenerator<T> {
  yield* items;
}

Deno.test("an imported capture says in its health that it is one, and how much could not be read", () =>
  imported(
    sample("dmesg.txt"),
    { start: "2026-03-01 10:00:00", timeZone: "Europe/Berlin" },
    async (entries, { path }) => {
      assertEquals(entries[1]!.ts, nsOf("2026-03-01T09:00:01.234567Z"));
      const [[trustworthy, reasons] = []] = await ask(
        path,
        "SELECT trustworthy, reasons FROM capture_health",
      );
      assertEquals(trustworthy, false);
      const [source = "", unread = ""] = reasons as string[];
      assertStringIncludes(source, "imported from a log (dmesg)");
      assertStringIncludes(
        unread,
        "1 of 5 lines could not be read, the first is line 5 (it is no line of dmesg)",
      );
      assertEquals((reasons as string[]).length, 2);
      assertEquals(
        await ask(
          path,
          "SELECT processor, attempts, read, lost, balanced FROM accounting ORDER BY processor",
        ),
        [
          [0, 4n, 4n, 0n, true],
          [3, 1n, 1n, 0n, true],
        ],
      );
      assertEquals(await ask(path, "SELECT count(*) FROM order_violations"), [[0n]]);
      const json = JSON.parse(await Deno.readTextFile(join(path, "capture.json")));
      assertEquals([json.source.import.format, json.source.import.file], ["dmesg", sample("dmesg.txt")]);
      assertEquals([json.complete, json.started], [true, "2026-03-01T09:00:00.000000000Z"]);
    },
  ));

Deno.test("an imported capture is sealed", () =>
  imported(sample("syslog-5424.log"), {}, async (_, { path }) => {
    const names = await Array.fromAsync(Deno.readDir(join(path, "logs")), ({ name }) => name);
    assertEquals(names.sort(), ["000001.meta.json", "000001.parquet"]);
    assertEquals(
      (await Array.fromAsync(Deno.readDir(path), ({ name }) => name)).includes("capture.lock"),
      false,
    );
  }));

Deno.test("lines that cannot be read before the first time get that time, and keep their place", () =>
  imported(textLog("a heading\n\n[    5.000000] first\nno time\n[    6.000000] second\n"), {}, (entries) => {
    assertEquals(entries.map(({ ts, message, remarks }) => [ts, message, remarks]), [
      [5_000_000_000n, "a heading", 1],
      [5_000_000_000n, "first", 0],
      [5_000_000_000n, "no time", 4],
      [6_000_000_000n, "second", 0],
    ]);
  }));

Deno.test("bytes that are no UTF-8 are kept, and the pieces in which a log comes do not matter", async () => {
  const bytes = Uint8Array.of(...new TextEncoder().encode("[    1.000000] gr\n[    2.000000] é\n"));
  bytes.set([0xfc, 0xdf], bytes.indexOf(0x67)); // ü and ß of a code page
  for (const size of [1, 2, 7, 1000]) {
    await imported(textLog(bytes, size), {}, (entries) => {
      assertEquals(entries.map(({ message, data, flags }) => [message, data, flags]), [
        ["\ufffd\ufffd", Uint8Array.of(0xfc, 0xdf), 2],
        ["é", null, 0],
      ]);
    });
  }
});

Deno.test("UTF-16 with its mark is read, and the mark of UTF-8 is no part of the text", async () => {
  const utf16 = Uint8Array.of(
    0xff,
    0xfe,
    ...new Uint8Array(Uint16Array.from("1\t0.5\t[7] ü\r\n", (c) => c.charCodeAt(0)).buffer),
  );
  await imported(textLog(utf16, 3), {}, ([entry], { format }) => {
    assertEquals([format, entry?.message, entry?.pid], ["debugview", "ü", 7]);
  });
  await imported(
    textLog("\ufefftime,msg\n1,x\n"),
    {},
    ([entry]) => assertEquals([entry?.ts, entry?.message], [1_000_000_000n, "x"]),
  );
});

Deno.test("a text longer than an entry is cut, and says so", () =>
  imported(textLog(`[    1.000000] ${"x".repeat(3_000_000)}\n[    2.000000] y\n`), {}, ([long, short]) => {
    assertEquals([long?.message?.length, long?.flags], [512 * 1024 - 4, 1]);
    assertEquals(short?.message, "y");
  }));

Deno.test("an idx that is not above the one before is replaced, with a warning", () => {
  const line = (idx: number, seq: number) =>
    JSON.stringify({
      idx,
      ts: idx,
      processor: 0,
      seq,
      severity: 3,
      kind: "text",
      flags: 0,
      message: `${idx}`,
    });
  return imported(
    textLog([line(5, 0), line(4, 1), "{", line(9, 2)].join("\n")),
    {},
    (entries, { warnings }) => {
      assertEquals(entries.map(({ idx, message, processor }) => [idx, message, processor]), [
        [5n, "5", 0],
        [6n, "4", 0],
        [7n, "{", 0xffff],
        [9n, "9", 0],
      ]);
      assert(
        warnings.some((warning) => warning.startsWith("1 entries have another idx")),
        warnings.join("\n"),
      );
    },
  );
});

Deno.test("what cannot be imported is refused with the reason, and nothing is left of it", () =>
  withFolder(async (dir) => {
    const refused = async (log: string | LogStream, reason: string, options: Partial<ImportOptions> = {}) => {
      await assertRejects(() => importLog(log, { dir, ...options }), CaptureError, reason);
      assertEquals(await Array.fromAsync(Deno.readDir(dir), ({ name }) => name), []);
    };
    await refused(join(dir, "none.log"), "there is no such file");
    await refused(dir, "it is a folder");
    await refused(textLog(""), "it is empty");
    await refused(textLog("\n \r\n"), "it is empty");
    await refused(textLog("just\nwords\n"), "no form that is known; --format forces one of ndjson, csv");
    await refused(
      textLog("just\nwords\n"),
      "none of its 2 lines could be read as dmesg; line 1: it is no line of dmesg: just",
      {
        format: "dmesg",
      },
    );
    await refused(textLog("a,b\n1,2\n"), "names no column of times (it is: a,b); --column ts=NAME", {
      format: "csv",
    });
    await refused(textLog(`{"time":-5}\n`), "its time is not between 1970 and 2262", { format: "ndjson" });
    await refused(textLog("x\n".repeat(20_000)), "none of its 10000 lines could be read as syslog", {
      format: "syslog",
    });
    const signal = AbortSignal.abort(new Error("enough"));
    await assertRejects(() => importLog(sample("dmesg.txt"), { dir, signal }), Error, "enough");
    assertEquals(await Array.fromAsync(Deno.readDir(dir), ({ name }) => name), []);
    await assertRejects(
      () => importLog(sample("dmesg.txt"), { dir, start: "noon" }),
      RangeError,
      `"noon" is no start`,
    );
    await assertRejects(() => importLog(sample("dmesg.txt"), { dir, name: "a/b" }), TypeError, "slash");
  }));
