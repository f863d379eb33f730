import { assertEquals } from "@std/assert";
import { type EntryInput, makeBatch, T0 } from "../../tests/support/make_capture.ts";
import { type BytesColumn, RowExpander } from "./expand.ts";
import { toRecordBatch } from "./record_batch.ts";
import type { WireBatch } from "./wire.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

/** The values of a column, null where there is none. */
function valuesOf({ validity, offsets, values }: BytesColumn): (Uint8Array | null)[] {
  return Array.from(
    { length: offsets.length - 1 },
    (_, row) =>
      validity !== null && (validity[row >> 3]! >> (row & 7) & 1) === 0
        ? null
        : values.slice(offsets[row], offsets[row + 1]),
  );
}

function expand(entries: EntryInput[]) {
  const rows = new RowExpander().expand(makeBatch(entries));
  return {
    message: valuesOf(rows.message).map((value) => value && new TextDecoder().decode(value)),
    data: valuesOf(rows.data),
    flags: [...rows.flags],
    nullCounts: [rows.message.nullCount, rows.data.nullCount],
  };
}

const text = (payload: string | Uint8Array, flags = 0): EntryInput => ({
  idx: 0,
  seq: 0,
  ticks: 0,
  payload,
  flags,
});
const data = (payload: string | Uint8Array, flags = 0): EntryInput => ({
  ...text(payload, flags),
  kind: "data",
});

Deno.test("numbers of a row are the batch's base and the row's own", () => {
  const rows = new RowExpander().expand(makeBatch([
    {
      idx: 2n ** 40n - 2n,
      seq: 2n ** 32n - 1n,
      ticks: 7,
      processor: 1,
      severity: 5,
      flags: 1,
      payload: "1234",
    },
    { idx: 2n ** 40n + 2n ** 32n - 3n, seq: 2n ** 32n + 1n, ticks: 8, processor: 1, kind: "data" },
    { idx: 2n ** 40n, seq: 9, ticks: 9, processor: 65535, kind: "event", severity: 6 },
  ]));
  assertEquals([...rows.idx], [2n ** 40n - 2n, 2n ** 40n + 2n ** 32n - 3n, 2n ** 40n]);
  assertEquals([...rows.seq], [2n ** 32n - 1n, 2n ** 32n + 1n, 9n]);
  assertEquals([...rows.ts], [T0 + 7n, T0 + 8n, T0 + 9n]);
  assertEquals([...rows.severity], [5, 3, 6]);
  assertEquals([...rows.kind], [0, 1, 2]);
  assertEquals([...rows.flags], [1, 0, 0]);
});

Deno.test("the time of reading is that of the row's round, and may be unknown", () => {
  const entries = Array.from({ length: 9 }, (_, n) => ({ idx: n, seq: n, ticks: n }));
  const rounds = [{ rows: 2, readTicks: 100n }, { rows: 1, readTicks: 0n }, { rows: 6, readTicks: 200n }];
  const rows = new RowExpander().expand(makeBatch(entries, { rounds }));
  assertEquals([...rows.readTs.slice(0, 4)], [T0 + 100n, T0 + 100n, 0n, T0 + 200n]);
  assertEquals([rows.readTsNullCount, rows.readTsValidity?.[0]], [1, 0b1111_1011]);
});

Deno.test("texts have no data, and data no text", () => {
  assertEquals(expand([text("one"), data("two"), text(""), data("")]), {
    message: ["one", null, "", null],
    data: [null, bytes("two"), null, bytes("")],
    flags: [0, 0, 0, 0],
    nullCounts: [2, 2],
  });
});

Deno.test("a batch of nothing but texts, or nothing but data, shares the stored bytes", () => {
  for (const entry of [text("abc"), data("abc")]) {
    const batch = makeBatch([entry, entry]);
    const rows = new RowExpander().expand(batch);
    const [filled, empty] = entry.kind === "data" ? [rows.data, rows.message] : [rows.message, rows.data];
    assertEquals([filled.values === batch.payload, filled.validity, filled.nullCount], [true, null, 0]);
    assertEquals(valuesOf(empty), [null, null]);
  }
});

Deno.test("a text beyond ASCII is shown as it is", () => {
  assertEquals(expand([text("grün 🙂"), data(Uint8Array.of(0xff))]), {
    message: ["grün 🙂", null],
    data: [null, Uint8Array.of(0xff)],
    flags: [0, 0],
    nullCounts: [1, 1],
  });
});

Deno.test("a text that is not UTF-8 is readable, flagged, and kept as bytes", () => {
  const broken = Uint8Array.of(0x61, 0xff, 0x62);
  assertEquals(expand([text("fine"), text(broken), text("gut: ü")]), {
    message: ["fine", "a\ufffdb", "gut: ü"],
    data: [null, broken, null],
    flags: [0, 2, 0],
    nullCounts: [0, 2],
  });
});

Deno.test("the flag of the writer is kept", () => {
  const result = expand([text("fine", 2)]);
  assertEquals([result.message, result.data, result.flags], [["fine"], [bytes("fine")], [2]]);
});

Deno.test("a character that is split between two texts belongs to neither", () => {
  const [first, second] = [Uint8Array.of(0x61, 0xc3), Uint8Array.of(0xbc, 0x62)];
  const result = expand([text(first), text(second)]);
  assertEquals([result.message, result.data], [["a\ufffd", "\ufffdb"], [first, second]]);
});

Deno.test("the original length behind a text that was cut is no part of it", () => {
  const cut = (kept: string) => Uint8Array.of(...bytes(kept), 0xe8, 3, 0, 0);
  assertEquals(expand([text("before"), text(cut("begin"), 1), data(cut("raw"), 1), text("after")]), {
    message: ["before", "begin", null, "after"],
    data: [null, null, cut("raw"), null],
    flags: [0, 1, 1, 0],
    nullCounts: [1, 3],
  });
});

Deno.test("a cut text shorter than its trailer is empty", () => {
  assertEquals(expand([text(Uint8Array.of(1, 2), 1)]).message, [""]);
});

Deno.test("an expander gives each batch its own rows, whatever their sizes", () => {
  const expander = new RowExpander();
  const batches: WireBatch[] = [
    makeBatch([{ idx: 5, seq: 5, ticks: 5 }]),
    makeBatch([{ idx: 6, seq: 6, ticks: 6 }, { idx: 7, seq: 7, ticks: 7 }, { idx: 8, seq: 8, ticks: 8 }]),
    makeBatch([]),
    makeBatch([{ idx: 9, seq: 9, ticks: 9 }]),
  ];
  assertEquals(batches.map((batch) => [...expander.expand(batch).idx]), [[5n], [6n, 7n, 8n], [], [9n]]);
});

Deno.test("a record batch has the columns of logs", () => {
  const batch = toRecordBatch(
    new RowExpander().expand(makeBatch([
      { idx: 1, seq: 2, ticks: 3, processor: 4, pid: 5, tid: 6, severity: 4, payload: "hello" },
      { idx: 2, seq: 3, ticks: 4, kind: "data", type: 7, remarks: 8, severity: 0, payload: Uint8Array.of(9) },
    ], { rounds: [{ rows: 1, readTicks: 10n }, { rows: 1, readTicks: 0n }] })),
  );
  assertEquals(
    batch.schema.fields.map(({ name, type }) => `${name} ${type}`),
    [
      "idx Uint64",
      "ts Timestamp<NANOSECOND>",
      "ticks Uint64",
      "processor Uint16",
      "seq Uint64",
      "severity Uint8",
      "level Dictionary<Uint8, Utf8>",
      "kind Dictionary<Uint8, Utf8>",
      "type Uint32",
      "remarks Uint32",
      "pid Uint32",
      "tid Uint32",
      "event Utf8",
      "message Utf8",
      "data Binary",
      "read_ts Timestamp<NANOSECOND>",
      "latency_ns Int64",
      "flags Uint8",
    ],
  );
  const column = (name: string) => [...batch.getChild(name as "idx")!] as unknown[];
  assertEquals(column("level"), ["warn", null]);
  assertEquals(column("kind"), ["text", "data"]);
  assertEquals(column("message"), ["hello", null]);
  assertEquals(column("data"), [null, Uint8Array.of(9)]);
  assertEquals(column("event"), [null, null]);
  assertEquals(column("latency_ns"), [7n, null]);
  assertEquals([...batch.getChild("ts")!.data[0]!.values], [T0 + 3n, T0 + 4n]);
});

Deno.test("a record batch keeps its rows when the expander goes on", () => {
  const expander = new RowExpander();
  const first = toRecordBatch(expander.expand(makeBatch([{ idx: 1, seq: 1, ticks: 5, payload: "first" }])));
  expander.expand(makeBatch([{ idx: 2, seq: 2, ticks: 9, payload: "other" }]));
  assertEquals([...first.getChild("idx")!, ...first.getChild("message")!], [1n, "first"]);
});

Deno.test("an entry that was read before it was written has a negative latency", () => {
  const batch = makeBatch([{ idx: 0, seq: 0, ticks: 50 }], { rounds: [{ rows: 1, readTicks: 45n }] });
  assertEquals([...toRecordBatch(new RowExpander().expand(batch)).getChild("latency_ns")!], [-5n]);
});
