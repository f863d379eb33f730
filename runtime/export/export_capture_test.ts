import { assertEquals, assertRejects } from "@std/assert";
import { concat } from "@std/bytes";
import { join } from "@std/path";
import { tableFromIPC } from "apache-arrow";
import { askDuckDb } from "../../tests/support/duckdb.ts";
import { type EntryInput, makeBatch, makeCapture, makeGaps, T0 } from "../../tests/support/make_capture.ts";
import { sealCapture } from "../../tests/support/seal_capture.ts";
import { CaptureError } from "../errors.ts";
import { parsePattern } from "../live/pattern.ts";
import { exportCapture, type ExportOptions } from "./export_capture.ts";

/** The first message as the decoders of apache-arrow and DuckDB give it, which drop a byte order mark at the beginning. */
const WITHOUT_MARK = `two\r\nlines, "quoted" | é`;
const BAD_TEXT = Uint8Array.of(0x61, 0xff, 0x62);
/** Every kind of value that a form can spoil. */
const ENTRIES: readonly EntryInput[] = [
  { idx: 0, seq: 7, ticks: 1, pid: 10, tid: 11, payload: `\ufefftwo\r\nlines, "quoted" | é` },
  {
    idx: 1n << 60n,
    seq: 1,
    ticks: 2,
    processor: 3,
    severity: 5,
    kind: "data",
    type: 4_000_000_000,
    payload: BAD_TEXT,
  },
  { idx: (1n << 60n) + 1n, seq: 8, ticks: 1_500_000_003, severity: 4, payload: BAD_TEXT },
  { idx: (1n << 60n) + 5n, seq: 9, ticks: 1_500_000_004, severity: 1, payload: "" },
];

async function withCapture(
  run: (path: string, dir: string) => Promise<void>,
  { isSealed = false, entries = ENTRIES } = {},
): Promise<void> {
  const dir = await Deno.makeTempDir();
  try {
    const batches = entries.map((entry, at) => makeBatch([entry], { batch: at }));
    const gaps = [
      makeGaps([{ cause: "lost_full", lost: 3, processor: 3, next: { seq: 8, idx: 1, ticks: 9 } }], 0),
    ];
    const path = await makeCapture(dir, "boot", { logs: [batches], gaps });
    if (isSealed) await sealCapture(path);
    await run(path, dir);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

async function bytesOf(path: string, options: ExportOptions): Promise<Uint8Array<ArrayBuffer>> {
  return concat(await Array.fromAsync(exportCapture(path, options))) as Uint8Array<ArrayBuffer>;
}

async function textOf(path: string, options: ExportOptions): Promise<string> {
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(await bytesOf(path, options));
}

const CSV: readonly [string, string, string, string, string] = [
  "capture,idx,ts,ticks,processor,seq,severity,level,kind,type,remarks,pid,tid,event,message,data,read_ts,latency_ns,flags\n",
  `boot,0,2001-09-09T01:46:40.000000001Z,1,0,7,3,info,text,0,0,10,11,,"\ufefftwo\r\nlines, ""quoted"" | é",,` +
  "2001-09-09T01:46:40.000001001Z,1000,0\n",
  "boot,1152921504606846976,2001-09-09T01:46:40.000000002Z,2,3,1,5,error,data,4000000000,0,0,0,,,61ff62," +
  "2001-09-09T01:46:40.000001002Z,1000,0\n",
  "boot,1152921504606846977,2001-09-09T01:46:41.500000003Z,1500000003,0,8,4,warn,text,0,0,0,0,,a\ufffdb,61ff62," +
  "2001-09-09T01:46:41.500001003Z,1000,2\n",
  `boot,1152921504606846981,2001-09-09T01:46:41.500000004Z,1500000004,0,9,1,trace,text,0,0,0,0,,"",,` +
  "2001-09-09T01:46:41.500001004Z,1000,0\n",
];

for (const isSealed of [false, true]) {
  const form = isSealed ? "sealed" : "open";

  Deno.test(`CSV holds every column of logs exactly, from ${form} segments`, () =>
    withCapture(async (path) => assertEquals(await textOf(path, { format: "csv" }), CSV.join("")), {
      isSealed,
    }));

  Deno.test(`conditions choose the rows, from ${form} segments`, () =>
    withCapture(async (path) => {
      const pick = async (options: Omit<ExportOptions, "format">) =>
        (await textOf(path, { format: "csv", ...options })).replace(CSV[0], "");
      const all = { match: [], exclude: [] };
      assertEquals(await pick({ selection: { severity: 4 } }), CSV[2] + CSV[3]);
      assertEquals(await pick({ selection: { processors: [3] } }), CSV[2]);
      assertEquals(
        await pick({ selection: { sinceNs: T0 + 2n, untilNs: T0 + 1_500_000_004n } }),
        CSV[2] + CSV[3],
      );
      const match = [parsePattern("QUOTED"), parsePattern("/^\\ufefftwo/")];
      assertEquals(await pick({ conditions: { ...all, match } }), CSV[1]);
      assertEquals(await pick({ conditions: { ...all, match }, selection: { severity: 4 } }), "");
      assertEquals(await pick({ conditions: { ...all, exclude: [parsePattern("/[^]/")] } }), CSV[4]);
    }, { isSealed }));
}

Deno.test("NDJSON has the same values, with integers that JSON would round as texts", () =>
  withCapture(async (path) => {
    const lines = (await textOf(path, { format: "ndjson" })).trimEnd().split("\n").map((line) =>
      JSON.parse(line)
    );
    assertEquals(lines[1], {
      capture: "boot",
      idx: "1152921504606846976",
      ts: "2001-09-09T01:46:40.000000002Z",
      ticks: 2,
      processor: 3,
      seq: 1,
      severity: 5,
      level: "error",
      kind: "data",
      type: 4_000_000_000,
      remarks: 0,
      pid: 0,
      tid: 0,
      event: null,
      message: null,
      data: "61ff62",
      read_ts: "2001-09-09T01:46:40.000001002Z",
      latency_ns: 1000,
      flags: 0,
    });
    assertEquals(lines.map(({ message }) => message), [ENTRIES[0]!.payload, null, "a\ufffdb", ""]);
  }));

Deno.test("Arrow is a stream that apache-arrow reads, with the columns of logs", () =>
  withCapture(async (path) => {
    const table = tableFromIPC(await bytesOf(path, { format: "arrow" }));
    assertEquals(table.schema.fields.map(({ name }) => name), CSV[0].trim().split(","));
    const column = (name: string) => [...table.getChild(name)!];
    assertEquals(column("capture"), ["boot", "boot", "boot", "boot"]);
    assertEquals(column("idx"), ENTRIES.map(({ idx }) => BigInt(idx)));
    assertEquals(column("level"), ["info", "error", "warn", "trace"]);
    assertEquals(column("message"), [WITHOUT_MARK, null, "a\ufffdb", ""]);
    assertEquals(column("data"), [null, BAD_TEXT, BAD_TEXT, null]);
    const { data } = table.getChild("ts")!;
    assertEquals(data.flatMap(({ values }) => [...values]), ENTRIES.map(({ ticks }) => T0 + BigInt(ticks)));
  }));

Deno.test("Parquet opens in DuckDB, with the values that CSV has", () =>
  withCapture(async (path, dir) => {
    const file = join(dir, "boot.parquet");
    await Deno.writeFile(file, await bytesOf(path, { format: "parquet" }));
    const { columns, rows } = await askDuckDb(
      `SELECT * REPLACE (epoch_ns(ts) AS ts, lower(hex(data)) AS data) FROM read_parquet('${file}')`,
    );
    assertEquals(columns, CSV[0].trim().split(","));
    const shown = (row: readonly unknown[]) => [row[1], row[2], row[7], row[8], row[14], row[15], row[17]];
    assertEquals(rows.map(shown), [
      [0n, T0 + 1n, "info", "text", WITHOUT_MARK, null, 1000n],
      [1n << 60n, T0 + 2n, "error", "data", null, "61ff62", 1000n],
      [(1n << 60n) + 1n, T0 + 1_500_000_003n, "warn", "text", "a\ufffdb", "61ff62", 1000n],
      [(1n << 60n) + 5n, T0 + 1_500_000_004n, "trace", "text", "", null, 1000n],
    ]);
  }));

Deno.test("an export of nothing is a whole file all the same", () =>
  withCapture(async (path) => {
    assertEquals(await textOf(path, { format: "csv" }), CSV[0]);
    assertEquals(await textOf(path, { format: "ndjson" }), "");
    assertEquals(tableFromIPC(await bytesOf(path, { format: "arrow" })).numRows, 0);
    assertEquals(JSON.parse(await textOf(path, { format: "trace" })).traceEvents, []);
    const parquet = await bytesOf(path, { format: "parquet" });
    assertEquals(new TextDecoder().decode(parquet.subarray(-4)), "PAR1");
  }, { entries: [] }));

Deno.test("an export counts, and says what could not be read", () =>
  withCapture(async (path) => {
    const exported = exportCapture(path, { format: "pcapng" });
    await Array.fromAsync(exported);
    assertEquals([exported.counts.entries, exported.counts.leftOut, exported.warnings], [1, 3, []]);
    const file = join(path, "logs", "000001.arrows");
    const bytes = await Deno.readFile(file);
    await Deno.writeFile(file, bytes.subarray(0, bytes.length - 20));
    const torn = exportCapture(path, { format: "csv" });
    assertEquals((await Array.fromAsync(torn)).length, 4);
    assertEquals([torn.counts.entries, torn.warnings.length], [3, 1]);
  }));

Deno.test("an export that is aborted ends with the reason; a folder that is no capture is refused", () =>
  withCapture(async (path, dir) => {
    const signal = AbortSignal.abort(new Error("enough"));
    await assertRejects(() => bytesOf(path, { format: "ndjson", signal }), Error, "enough");
    await assertRejects(() => bytesOf(dir, { format: "ndjson" }), CaptureError, "no capture.json");
  }));
