/**
 * Who logged: what the recorder saw, what processes say of themselves, and what neither knows, put together.
 */
import { assertEquals } from "@std/assert";
import { type EntryInput, makeBatch, T0 } from "../support/make_capture.ts";
import { openLibrary } from "./open_library.ts";

const START = 1414681683, END = 1414092869;
const at = (ticks: number) => String(T0 + BigInt(ticks));

const process = (pid: number, born: number, name: string, start: number, end: number | null) => ({
  kind: "process",
  pid,
  born: String(born),
  name,
  path: `/bin/${name}`,
  command_line: name,
  parent_pid: 1,
  start_ns: at(start),
  end_ns: end === null ? null : at(end),
});
const thread = (tid: number, pid: number, born: number, name: string) => ({
  kind: "thread",
  tid,
  pid,
  born: String(born),
  name,
  start_ns: at(5),
  end_ns: null,
});

let idx = 0;
const entry = (pid: number, tid: number, ticks: number, more: Partial<EntryInput> = {}): EntryInput => ({
  idx: idx,
  seq: idx++,
  ticks,
  pid,
  tid,
  ...more,
});

const library = await openLibrary({
  seen: {
    logs: [[makeBatch([entry(7, 7, 10), entry(7, 8, 20), entry(9, 9, 30), entry(7, 7, 500)])]],
    // 7 was given out again; 6 never logged.
    processes: [
      process(6, 60, "quiet", 1, null),
      process(7, 100, "first", 5, 100),
      process(7, 300, "second", 400, null),
      thread(8, 7, 100, "helper"),
    ],
  },
  told: {
    logs: [[makeBatch([
      entry(20, 20, 10, {
        type: START,
        payload: String.raw`start path="/bin/sh" args="sh -c \"a\\b\"" ppid=7 born=40 ns=1`,
      }),
      entry(21, 21, 15, { type: START, payload: `start path="/bin/cat" args="cat x" ppid=20 born=41 ns=1` }),
      entry(21, 21, 16, { type: END, payload: "end ppid=20 born=41 ns=1000000" }),
      entry(20, 20, 20, {
        type: START,
        payload: `start path="/bin/sleep" args="sleep 1" ppid=7 born=40 ns=1`,
      }),
      entry(22, 22, 30, { payload: `start path="/bin/liar" ppid=1 born=42 ns=1` }),
    ])]],
    processes: [process(20, 40, "sh", 8, 99)],
  },
});

Deno.test("a process that was seen has a row for each time that its pid was given out, another one its pid alone", async () => {
  assertEquals(
    await library.rows(`
      SELECT pid, name, path, command_line, parent_pid, epoch_ns(start) - ${T0}, epoch_ns("end") - ${T0}
      FROM processes WHERE capture = 'seen'`),
    [
      [6, "quiet", "/bin/quiet", "quiet", 1, 1n, null],
      [7, "first", "/bin/first", "first", 1, 5n, 100n],
      [7, "second", "/bin/second", "second", 1, 400n, null],
      [9, null, null, null, null, null, null],
    ],
  );
});

Deno.test("a process is what it executed last, and its own times are better than those that were seen", async () => {
  assertEquals(
    await library.rows(`
      SELECT pid, name, path, command_line, parent_pid, epoch_ns(start) - ${T0}, epoch_ns("end") - ${T0}
      FROM processes WHERE capture = 'told'`),
    [
      [20, "sleep", "/bin/sleep", "sleep 1", 7, 10n, 99n],
      [21, "cat", "/bin/cat", "cat x", 20, 15n, 16n],
      // It only looks like one that tells of itself.
      [22, null, null, null, null, null, null],
    ],
  );
});

Deno.test("threads that logged are there once, the first thread of a process with what is known of that", async () => {
  assertEquals(
    await library.rows(`
      SELECT capture, pid, tid, name, epoch_ns(start) - ${T0} FROM threads ORDER BY capture, pid, tid, start`),
    [
      ["seen", 7, 7, "first", 5n],
      ["seen", 7, 7, "second", 400n],
      ["seen", 7, 8, "helper", 5n],
      ["seen", 9, 9, null, null],
      ["told", 20, 20, "sleep", 10n],
      ["told", 21, 21, "cat", 15n],
      ["told", 22, 22, null, null],
    ],
  );
});

Deno.test("a quoted value is what was quoted, and NULL where there is none", async () => {
  assertEquals(
    await library.rows(String.raw`
    SELECT _quoted(message, 'args'), _quoted(message, 'none') FROM logs WHERE pid = 20 ORDER BY idx LIMIT 1`),
    [
      [String.raw`sh -c "a\b"`, null],
    ],
  );
});

Deno.test("writers tells who they are, with every name that a number had", async () => {
  assertEquals(
    await library.rows("SELECT pid, tid, process, thread, entries FROM writers WHERE capture = 'seen'"),
    [
      [7, 7, "first, second", "first, second", 2n],
      [7, 8, "first, second", "helper", 1n],
      [9, 9, null, null, 1n],
    ],
  );
});
