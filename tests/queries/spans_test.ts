import { assertEquals } from "@std/assert";
import { ArgumentType } from "../../runtime/events/argument_type.ts";
import { number, type SiteParts } from "../../runtime/events/test_support.ts";
import { type CaptureInput, type EntryInput, makeBatch, T0 } from "../support/make_capture.ts";
import { openLibrary } from "./open_library.ts";

const begin = (name: string): SiteParts => ({
  name,
  role: 1,
  format: "n=%d",
  arguments: [{ type: ArgumentType.i32, key: "n" }],
});
const end = (name: string): SiteParts => ({ name, role: 2, format: "" });
const SITES = new Map([
  [1, begin("io")],
  [2, end("io")],
  [3, begin("lock")],
  // The same event to SQL, as its table is.
  [4, end("LOCK")],
  [5, { name: "io", role: 0, format: "" }],
]);

/**
 * What threads do, in order: `(` and `)` begin and end an io, `[` and `]` a lock, `.` is an event of the name io that is neither; `|` is a
 * step of time. A digit names the thread of what follows.
 */
function capture(story: string): CaptureInput {
  const entries: EntryInput[] = [];
  let tid = 1;
  for (const [at, letter] of [...story].entries()) {
    const site = ".()[]".indexOf(letter);
    if (/\d/.test(letter)) tid = Number(letter);
    else if (site >= 0) {
      const type = [5, 1, 2, 3, 4][site]!;
      const payload = type === 1 || type === 3 ? Uint8Array.from(number(at, 4)) : new Uint8Array(0);
      entries.push({ idx: at, seq: at, ticks: 10 * at, kind: "event", type, pid: 7, tid, payload });
    } else if (letter === "T") entries.push({ idx: at, seq: at, ticks: 10 * at, type: 1, pid: 7, tid });
  }
  return { logs: [[makeBatch(entries)]], sites: SITES };
}

/** Begins and ends of io, of the request that `remarks` tells or of a processor's idle task; index and ticks count up. */
function marks(...entries: readonly (readonly [type: number, part: Partial<EntryInput>])[]): CaptureInput {
  const made = entries.map(([type, part], at): EntryInput => ({
    idx: at,
    seq: at,
    ticks: 10 * at,
    kind: "event",
    type,
    pid: 7,
    tid: 1,
    payload: type === 1 ? Uint8Array.from(number(at, 4)) : new Uint8Array(0),
    ...part,
  }));
  return { logs: [[makeBatch(made)]], sites: SITES };
}

const library = await openLibrary({
  requests: marks(
    [1, { remarks: 5 }],
    [1, {}],
    [1, { remarks: 6 }],
    [2, { remarks: 5, pid: 0, tid: 0, processor: 1, seq: 0 }],
    [2, { remarks: 6, tid: 2 }],
    [2, {}],
  ),
  idle: marks(
    [1, { pid: 0, tid: 0 }],
    [1, { pid: 0, tid: 0, processor: 1, seq: 0 }],
    [2, { pid: 0, tid: 0, seq: 1 }],
    [2, { pid: 0, tid: 0, processor: 1, seq: 1 }],
  ),
  flat: capture("(|)(||)"),
  nested: capture("([()])"),
  crossed: capture("([)]"),
  threads: capture("1(2(1)2)"),
  unfinished: capture("(()"),
  lost_begin: capture(")()])[]"),
  quiet: capture("..T"),
  sealed: { ...capture("([()])"), sealed: [1] },
  none: { logs: [[makeBatch([{ idx: 0, seq: 0, ticks: 0, payload: "text" }])]] },
});

const spans = (name: string) =>
  library.rows(
    `SELECT name, begin_idx::INTEGER, end_idx::INTEGER, dur_ns::INTEGER, depth FROM spans WHERE capture = '${name}'`,
  );

Deno.test("a span goes from its begin to its end", async () => {
  assertEquals(await spans("flat"), [["io", 0, 2, 20, 0], ["io", 3, 6, 30, 0]]);
});

Deno.test("spans within spans end from the inside out, in open and sealed captures", async () => {
  const expected = [["io", 0, 5, 50, 0], ["lock", 1, 4, 30, 1], ["io", 2, 3, 10, 2]];
  assertEquals(await spans("nested"), expected);
  assertEquals(await spans("sealed"), expected);
});

Deno.test("spans of different names may cross", async () => {
  assertEquals(await spans("crossed"), [["io", 0, 2, 20, 0], ["lock", 1, 3, 20, 1]]);
});

Deno.test("each thread has its own spans", async () => {
  assertEquals(await spans("threads"), [["io", 1, 5, 40, 0], ["io", 3, 7, 40, 0]]);
});

Deno.test("a request ends in whatever thread, and is within nothing of the thread that it began in", async () => {
  assertEquals(await spans("requests"), [["io", 0, 3, 30, 0], ["io", 1, 5, 40, 0], ["io", 2, 4, 20, 0]]);
});

Deno.test("the idle tasks of two processors are not one thread", async () => {
  assertEquals(await spans("idle"), [["io", 0, 2, 20, 0], ["io", 1, 3, 20, 0]]);
});

Deno.test("what is not finished has no end", async () => {
  assertEquals(await spans("unfinished"), [["io", 0, null, null, 0], ["io", 1, 2, 10, 1]]);
});

Deno.test("an end whose begin is lost is no span, and takes no other's begin", async () => {
  assertEquals(await spans("lost_begin"), [["io", 1, 2, 10, 0], ["lock", 5, 6, 10, 0]]);
});

Deno.test("other events of the name and texts are no spans", async () => {
  assertEquals([await spans("quiet"), await spans("none")], [[], []]);
});

Deno.test("a span tells where, when and by whom it was begun", async () => {
  assertEquals(
    await library.rows("SELECT * FROM spans WHERE capture = 'flat' ORDER BY begin_idx DESC LIMIT 1"),
    [["flat", "io", T0 + 30n, 30n, 0, 7, 1, 0, 3n, 6n, "n=3"]],
  );
});
