import { assertEquals } from "@std/assert";
import { makeBatch, makeGaps, T0 } from "../support/make_capture.ts";
import { openLibrary } from "./open_library.ts";

const { rows } = await openLibrary({
  io: {
    logs: [[makeBatch([
      { idx: 0, seq: 0, ticks: 0, pid: 7, tid: 7, payload: "submit id=1" },
      { idx: 1, seq: 0, ticks: 100, pid: 7, tid: 8, processor: 1, payload: "submit id=2" },
      { idx: 2, seq: 1, ticks: 250, pid: 7, tid: 7, payload: "done id=1 status=0" },
      { idx: 3, seq: 1, ticks: 2_000_000, pid: 7, tid: 8, processor: 1, payload: "submit id=2" },
      { idx: 4, seq: 2, ticks: 2_000_500, pid: 7, tid: 7, severity: 5, payload: "done id=2 status=-5" },
      { idx: 5, seq: 5, ticks: 2_000_900, pid: 7, tid: 7, severity: 4, payload: "reset" },
      { idx: 6, seq: 6, ticks: 2_001_000, pid: 9, tid: 9, payload: "done id=3" },
    ])]],
    gaps: [makeGaps([
      {
        cause: "lost_full",
        lost: 1,
        prev: { seq: 2, idx: 4, ticks: 2_000_500 },
        next: { seq: 5, idx: 5, ticks: 2_000_900 },
      },
      {
        cause: "too_big",
        lost: 1,
        prev: { seq: 2, idx: 4, ticks: 2_000_500 },
        next: { seq: 5, idx: 5, ticks: 2_000_900 },
      },
    ], 0)],
  },
  other: { logs: [[makeBatch([{ idx: 4, seq: 0, ticks: 2_000_500, payload: "elsewhere" }])]] },
});

Deno.test("entries_around shows what all processors of that capture logged at the same time", async () => {
  assertEquals(
    await rows("SELECT idx, offset_ns, processor, message FROM entries_around('io', 4, within_ns := 500)"),
    [
      [3n, -500n, 1, "submit id=2"],
      [4n, 0n, 0, "done id=2 status=-5"],
      [5n, 400n, 0, "reset"],
      [6n, 500n, 0, "done id=3"],
    ],
  );
  assertEquals(await rows("SELECT idx FROM entries_around('io', 99)"), []);
});

Deno.test("errors_with_context shows the entries before and after each error, over all processors", async () => {
  assertEquals(
    await rows(`
      SELECT error_idx, offset_entries, idx, offset_ns, message
      FROM errors_with_context(entries_before := 2, entries_after := 1)`),
    [
      [4n, -2n, 2n, 250n - 2_000_500n, "done id=1 status=0"],
      [4n, -1n, 3n, -500n, "submit id=2"],
      [4n, 0n, 4n, 0n, "done id=2 status=-5"],
      [4n, 1n, 5n, 400n, "reset"],
    ],
  );
  assertEquals(
    await rows("SELECT DISTINCT error_idx FROM errors_with_context(level := 'warn') ORDER BY ALL"),
    [[4n], [5n]],
  );
});

Deno.test("losses_with_context shows what was logged before and after a hole, its causes in one row", async () => {
  assertEquals(
    await rows(`
      SELECT processor, lost, causes, epoch_ns(ts) - ${T0}, duration_ns, prev_message, next_message
      FROM losses_with_context`),
    [[0, 2n, "lost_full 1, too_big 1", 2_000_500n, 400n, "done id=2 status=-5", "reset"]],
  );
});

Deno.test("durations_between pairs a begin with the next end of its key; what has not ended is NULL", async () => {
  assertEquals(
    await rows(String.raw`
      SELECT key, idx, end_idx, duration_ns, processor, end_processor, end_message
      FROM durations_between('submit id=(\d+)', 'done id=(\d+)')`),
    [
      ["1", 0n, 2n, 250n, 0, 0, "done id=1 status=0"],
      ["2", 1n, null, null, 1, null, null],
      ["2", 3n, 4n, 500n, 1, 0, "done id=2 status=-5"],
    ],
  );
});

Deno.test("writers counts what each thread logged, and where", async () => {
  assertEquals(
    await rows("SELECT pid, tid, entries, errors, warnings, processors FROM writers WHERE capture = 'io'"),
    [
      [7, 7, 4n, 1n, 1n, [0]],
      [7, 8, 2n, 0n, 0n, [1]],
      [9, 9, 1n, 0n, 0n, [0]],
    ],
  );
});
