import { assertEquals } from "@std/assert";
import { ArgumentType } from "../../runtime/events/argument_type.ts";
import { number } from "../../runtime/events/test_support.ts";
import { type EntryInput, makeBatch, T0 } from "../support/make_capture.ts";
import { openLibrary } from "./open_library.ts";

const SITES = new Map([
  [1, { name: "io", role: 1, format: "" }],
  [2, { name: "io", role: 2, format: "" }],
  [3, {
    name: "file",
    role: 0,
    format: "size=%d duration_ns=%d",
    arguments: [
      { type: ArgumentType.i32, key: "size" },
      { type: ArgumentType.i32, key: "duration_ns" },
    ],
  }],
  // A begin that tells a duration of its own is a span all the same, and once.
  [4, { name: "told", role: 1, format: "ns=%d", arguments: [{ type: ArgumentType.i32, key: "ns" }] }],
  [5, { name: "told", role: 2, format: "" }],
]);

const event = (at: number, type: number, payload: number[] = []): EntryInput => ({
  idx: at,
  seq: at,
  ticks: 10 * at,
  kind: "event",
  type,
  pid: 7,
  tid: 8,
  payload: Uint8Array.from(payload),
});
const text = (at: number, payload: string): EntryInput => ({ idx: at, seq: at, ticks: 10 * at, payload });

const library = await openLibrary({
  spans: { logs: [[makeBatch([event(0, 1), event(3, 2), event(5, 1)])]], sites: SITES },
  files: { logs: [[makeBatch([event(2, 3, [...number(4096, 4), ...number(1500, 4)])])]], sites: SITES },
  told: { logs: [[makeBatch([event(0, 4, number(999, 4)), event(2, 5)])]], sites: SITES },
  sealed: { logs: [[makeBatch([event(0, 1), event(3, 2)])]], sites: SITES, sealed: [1] },
  texts: {
    logs: [[makeBatch([
      text(0, "request done tag=5 ns=1200"),
      text(1, "ns=7"),
      text(2, "flush 12 took ns=80"),
      text(3, "columns=9 turns=4"),
      text(4, "nothing to tell"),
      text(5, "too much ns=99999999999999999999999"),
    ])]],
  },
});

const timings = (capture: string) =>
  library.rows(
    `SELECT name, source, epoch_ns(ts) - ${T0} AS at, dur_ns::INTEGER, idx::INTEGER, end_idx::INTEGER FROM timings
     WHERE capture = '${capture}' ORDER BY idx`,
  );

Deno.test("a span that has ended is a timing, in open and sealed captures; one that has not is none", async () => {
  assertEquals(await timings("spans"), [["io", "span", 0n, 30, 0, 3]]);
  assertEquals(await timings("sealed"), [["io", "span", 0n, 30, 0, 3]]);
});

Deno.test("an event that tells its duration is a timing of its name", async () => {
  assertEquals(await timings("files"), [["file", "entry", 20n, 1500, 2, 2]]);
});

Deno.test("a span whose begin tells a number of ns is not counted twice", async () => {
  assertEquals(await timings("told"), [["told", "span", 0n, 20, 0, 2]]);
});

Deno.test("a text that tells its duration is a timing of what it begins with; other words with ns= and numbers beyond all time are none", async () => {
  assertEquals(await timings("texts"), [
    ["request done", "entry", 0n, 1200, 0, 0],
    ["text", "entry", 10n, 7, 1, 1],
    ["flush", "entry", 20n, 80, 2, 2],
  ]);
});
