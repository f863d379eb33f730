import { assert, assertEquals } from "@std/assert";
import { type EntryInput, makeBatch, makeCapture, makeGaps, T0 } from "../../tests/support/make_capture.ts";
import { parsePattern } from "../live/pattern.ts";
import { exportCapture } from "./export_capture.ts";
import type { TraceOptions } from "./trace.ts";

const ENTRIES: readonly EntryInput[] = [
  { idx: 0, seq: 0, ticks: 5_000_001, pid: 4, tid: 5, payload: "reading begins, request=17" },
  { idx: 1, seq: 1, ticks: 7_000_000, pid: 4, tid: 6, severity: 4, payload: "read fd=3 result=-1 ns=1500" },
  { idx: 2, seq: 0, ticks: 8_000_000, pid: 4, tid: 5, processor: 1, payload: "reading ends, request=17" },
  { idx: 3, seq: 2, ticks: 9_000_000, pid: 4, tid: 5, kind: "data", type: 7, payload: "abc" },
];

interface TraceEvent {
  name: string;
  cat?: string;
  ph: string;
  ts?: number;
  dur?: number;
  s?: string;
  id?: string;
  pid: number;
  tid: number;
  args: Record<string, unknown>;
}
interface Trace {
  displayTimeUnit: string;
  otherData: Record<string, string>;
  traceEvents: TraceEvent[];
}

async function traceOf(trace: Partial<TraceOptions>): Promise<{ trace: Trace; text: string }> {
  const dir = await Deno.makeTempDir();
  try {
    const counters = [{ processor: 1, lost_full: 3 }];
    const path = await makeCapture(dir, "boot", {
      logs: [[makeBatch(ENTRIES, { counters })]],
      gaps: [
        makeGaps(
          [{ cause: "lost_full", lost: 3, processor: 1, next: { seq: 0, idx: 2, ticks: 8_000_000 } }],
          0,
        ),
      ],
    });
    const pieces = await Array.fromAsync(exportCapture(path, { format: "trace", trace }));
    const text = pieces.map((piece) => new TextDecoder().decode(piece)).join("");
    return { trace: JSON.parse(text), text };
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

Deno.test("spans of typed events are slices of their threads, and what has not ended is open", async () => {
  const dir = await Deno.makeTempDir();
  try {
    const site = (name: string, role: number) => ({ name, role, format: "" });
    const mark = (idx: number, type: number, tid: number): EntryInput => ({
      idx,
      seq: idx,
      ticks: 5_000_000 + 1_000 * idx,
      kind: "event",
      type,
      pid: 4,
      tid,
    });
    const path = await makeCapture(dir, "spans", {
      // The second thread ends something whose begin is lost.
      logs: [[makeBatch([mark(0, 1, 5), mark(1, 2, 6), mark(2, 3, 5), mark(3, 2, 5), mark(4, 1, 6)])]],
      sites: new Map([[1, site("io", 1)], [2, site("IO", 2)], [3, site("tick", 0)]]),
    });
    const pieces = await Array.fromAsync(exportCapture(path, { format: "trace" }));
    const trace: Trace = JSON.parse(pieces.map((piece) => new TextDecoder().decode(piece)).join(""));
    assertEquals(trace.traceEvents.map(({ name, ph, ts, dur, tid }) => ({ name, ph, ts, dur, tid })), [
      { name: "IO", ph: "i", ts: 5_001, dur: undefined, tid: 6 },
      { name: "tick", ph: "i", ts: 5_002, dur: undefined, tid: 5 },
      { name: "io", ph: "X", ts: 5_000, dur: 3, tid: 5 },
      { name: "io", ph: "B", ts: 5_004, dur: undefined, tid: 6 },
    ]);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});

Deno.test("a request is a span of its own, whichever thread ends it, and idle tasks have the tracks of their processors", async () => {
  const dir = await Deno.makeTempDir();
  try {
    const part = { kind: "event", pid: 0, tid: 0 } as const;
    const path = await makeCapture(dir, "kernel", {
      logs: [[makeBatch([
        { ...part, idx: 0, seq: 0, ticks: 0, type: 1 },
        { ...part, idx: 1, seq: 0, ticks: 1_000, type: 1, processor: 1 },
        { ...part, idx: 2, seq: 1, ticks: 2_000, type: 1, pid: 4, tid: 5, remarks: 9 },
        { ...part, idx: 3, seq: 2, ticks: 3_000, type: 2 },
        { ...part, idx: 4, seq: 1, ticks: 4_000, type: 2, processor: 1, remarks: 9 },
        { ...part, idx: 5, seq: 2, ticks: 5_000, type: 2, processor: 1 },
        { ...part, idx: 6, seq: 3, ticks: 6_000, type: 1, pid: 4, tid: 5, remarks: 10 },
      ])]],
      sites: new Map([[1, { name: "io", role: 1, format: "" }], [2, { name: "io", role: 2, format: "" }]]),
    });
    const pieces = await Array.fromAsync(exportCapture(path, { format: "trace" }));
    const trace: Trace = JSON.parse(pieces.map((piece) => new TextDecoder().decode(piece)).join(""));
    checkSchema(trace);
    const shown = trace.traceEvents.filter(({ ph }) => ph !== "M")
      .map(({ ph, ts, dur, pid, tid, id }) => [ph, ts, dur, pid === 4 ? pid : "processors", tid, id]);
    assertEquals(shown, [
      ["X", 0, 3, "processors", 0, undefined],
      ["b", 2, undefined, 4, 5, "9"],
      ["e", 4, undefined, 4, 5, "9"],
      ["X", 1, 4, "processors", 1, undefined],
      ["b", 6, undefined, 4, 5, "10"],
    ]);
    const names = trace.traceEvents.filter(({ name }) => name === "thread_name");
    assertEquals(names.map(({ tid, args }) => [tid, args["name"]]), [[0, "processor 0"], [1, "processor 1"]]);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});

/** What the format demands of each phase. */
function checkSchema({ displayTimeUnit, traceEvents }: Trace): void {
  assertEquals(displayTimeUnit, "ns");
  const started = new Set<string>();
  for (const event of traceEvents) {
    const about = JSON.stringify(event);
    assert(typeof event.name === "string" && event.name !== "", about);
    assert(
      Number.isInteger(event.pid) && Number.isInteger(event.tid) && typeof event.args === "object",
      about,
    );
    assert(["i", "X", "b", "e", "M"].includes(event.ph), about);
    assertEquals(typeof event.ts, event.ph === "M" ? "undefined" : "number", about);
    assertEquals(typeof event.dur, event.ph === "X" ? "number" : "undefined", about);
    assertEquals(event.s, event.ph === "i" ? "t" : undefined, about);
    assert(event.ph === "M" || typeof event.cat === "string", about);
    const isSpan = event.ph === "b" || event.ph === "e";
    assertEquals(typeof event.id, isSpan ? "string" : "undefined", about);
    const key = `${event.cat} ${event.name} ${event.id}`;
    if (event.ph === "b") started.add(key);
    if (event.ph === "e") assert(started.has(key), about);
    if (event.ph === "M") assert(/^(process|thread)_(name|sort_index)$/.test(event.name), about);
  }
}

Deno.test("entries are instants of their threads, and those that tell how long they took are slices that end with them", async () => {
  const { trace, text } = await traceOf({});
  checkSchema(trace);
  assertEquals(trace.otherData["zero_unix_ns"], String(T0));
  const shown = trace.traceEvents.filter(({ cat }) => cat !== undefined && cat !== "lost")
    .map(({ name, ph, ts, dur, pid, tid }) => [name, ph, ts, dur, pid, tid]);
  assertEquals(shown, [
    ["reading begins, request=17", "i", 5000.001, undefined, 4, 5],
    ["read", "X", 6998.5, 1.5, 4, 6],
    ["reading ends, request=17", "i", 8000, undefined, 4, 5],
    ["data type 7", "i", 9000, undefined, 4, 5],
  ]);
  assert(text.includes(`"ts":5000.001,`), "no digit is lost");
  assertEquals(trace.traceEvents.find(({ ph }) => ph === "X")?.args, {
    idx: 1,
    ts: "2001-09-09T01:46:40.007000000Z",
    processor: 0,
    seq: 1,
    message: "read fd=3 result=-1 ns=1500",
    type: 0,
    remarks: 0,
  });
});

Deno.test("lost entries are instants of their processor", async () => {
  const { trace } = await traceOf({});
  const lost = trace.traceEvents.filter(({ cat }) => cat === "lost");
  assertEquals(lost.map(({ name, ts, tid, args }) => [name, ts, tid, args["lost"]]), [
    ["3 lost (lost_full)", 8000, 1, "3"],
  ]);
  const track = trace.traceEvents.find(({ name, tid }) => name === "thread_name" && tid === 1);
  assertEquals([track?.pid, track?.args], [lost[0]?.pid, { name: "processor 1" }]);
});

Deno.test("tracks of processors, and spans between two messages with the same key", async () => {
  const span = { begin: parsePattern("/begins.*=(\\d+)/"), end: parsePattern("/ends.*=(\\d+)/") };
  const { trace } = await traceOf({ tracks: "processor", span, duration: parsePattern("/never/") });
  checkSchema(trace);
  const shown = trace.traceEvents.filter(({ cat }) => cat !== undefined && cat !== "lost")
    .map(({ name, ph, id, tid }) => [name, ph, id, tid]);
  assertEquals(shown, [
    ["span 17", "b", "17", 0],
    ["read fd=3 result=-1 ns=1500", "i", undefined, 0],
    ["span 17", "e", "17", 1],
    ["data type 7", "i", undefined, 0],
  ]);
  const names = trace.traceEvents.filter(({ name }) => name === "thread_name").map(({ args }) =>
    args["name"]
  );
  assertEquals(names, ["processor 0", "processor 1"]);
});
