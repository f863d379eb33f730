import { assertEquals } from "@std/assert";
import {
  parseRecords,
  ProcessFile,
  processFile,
  type ProcessRecord,
  type ThreadRecord,
} from "./process_file.ts";

const PROCESS: ProcessRecord = {
  kind: "process",
  pid: 7,
  born: "100",
  name: "cat",
  path: "/bin/cat",
  command_line: "cat a",
  parent_pid: 1,
  start_ns: "1000",
  end_ns: null,
};
const THREAD: ThreadRecord = {
  kind: "thread",
  tid: 8,
  pid: 7,
  born: "100",
  name: null,
  start_ns: null,
  end_ns: null,
};

Deno.test("the last line of a process counts, and a pid that is given out again is another process", () => {
  const ended = { ...PROCESS, end_ns: "2000" }, again = { ...PROCESS, born: "200", name: "dog" };
  const text = [PROCESS, THREAD, ended, again].map((record) => JSON.stringify(record)).join("\n");
  assertEquals(parseRecords(text), [ended, THREAD, again]);
});

Deno.test("what is no whole line is left out, and values that cannot be are unknown", () => {
  const text = `\n{"kind":"process","pi\nnull\n[]\n{"kind":"process"}\n{"kind":"other","pid":1}\n` +
    `{"kind":"process","pid":-1}\n{"kind":"thread","pid":1}\n{"kind":"process","pid":9,"start_ns":5,"name":[],"parent_pid":1.5}`;
  assertEquals(parseRecords(text), [{
    kind: "process",
    pid: 9,
    born: null,
    name: null,
    path: null,
    command_line: null,
    parent_pid: null,
    start_ns: null,
    end_ns: null,
  }]);
});

Deno.test("what ended before a time is forgotten, and the rest goes on", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const file = new ProcessFile(folder);
    await file.forget(0n);
    file.append([PROCESS, THREAD]);
    file.append([{ ...PROCESS, end_ns: "2000" }]);
    await file.forget(2000n);
    assertEquals(parseRecords(await Deno.readTextFile(processFile(folder))).length, 2);
    await file.forget(2001n);
    const again = { ...PROCESS, pid: 9 };
    file.append([again]);
    assertEquals(parseRecords(await Deno.readTextFile(processFile(folder))), [THREAD, again]);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
