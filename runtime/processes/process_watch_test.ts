import { assert, assertEquals, assertMatch } from "@std/assert";
import { processNamespace, type Writer } from "../reader/liveness.ts";
import { waitFor } from "../capture/test_support.ts";
import { readProcStat, readProgram } from "./proc_facts.ts";
import { parseRecords, processFile } from "./process_file.ts";
import { ProcessWatch, type WatchOptions } from "./process_watch.ts";

async function watched(
  run: (watch: ProcessWatch, writers: Writer[], folder: string) => Promise<void>,
  options: WatchOptions = {},
) {
  const folder = await Deno.makeTempDir();
  const writers: Writer[] = [];
  try {
    await run(new ProcessWatch(folder, () => writers, options), writers, folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function recordsIn(folder: string) {
  return parseRecords(await Deno.readTextFile(processFile(folder)));
}

Deno.test("a program that writes has its name, program and parent, and its end when it is over", () =>
  watched(async (watch, writers, folder) => {
    await using child = new Deno.Command("sleep", { args: ["100"], stdin: "null" }).spawn();
    const { pid } = child;
    const start = readProcStat(pid)?.start ?? 0n;
    writers.push({ pid, tid: pid, start, namespace: 0n });
    const before = Temporal.Now.instant().epochNanoseconds;
    await waitFor(() => readProgram(pid).commandLine);
    watch.look();
    const [process, thread] = await recordsIn(folder);
    assert(process?.kind === "process" && thread?.kind === "thread");
    assertEquals([process.pid, process.name], [pid, "sleep"]);
    assertMatch(process.command_line ?? "", /sleep 100$/);
    assertEquals([process.parent_pid, process.end_ns, thread.tid], [Deno.pid, null, pid]);
    const age = before - BigInt(process.start_ns ?? 0);
    assert(age > -1_000_000_000n && age < 60_000_000_000n, `it started ${age} ns before`);

    child.kill("SIGKILL");
    await child.status;
    // Its place in the rings stays until somebody needs it, and says nothing new.
    watch.look();
    watch.look();
    const after = await recordsIn(folder);
    assertEquals(after.map(({ kind, name, end_ns }) => [kind, name, end_ns !== null]), [
      ["process", "sleep", true],
      ["thread", "sleep", true],
    ]);
  }));

Deno.test("a thread that has left the rings has ended, and its process goes on", () =>
  watched(async (watch, writers, folder) => {
    const start = readProcStat(Deno.pid)?.start ?? 0n;
    writers.push({ pid: Deno.pid, tid: Deno.pid, start, namespace: 0n });
    watch.look();
    writers.pop();
    watch.look();
    const ends = (await recordsIn(folder)).map(({ kind, end_ns }) => [kind, end_ns !== null]);
    assertEquals(ends, [["process", false], ["thread", true]]);
  }));

Deno.test("a pid that is another's by now gives the writer no name, and numbers of another container none", () =>
  watched(async (watch, writers, folder) => {
    writers.push({ pid: Deno.pid, tid: Deno.pid, start: 1n, namespace: 0n });
    writers.push({ pid: 1, tid: 1, start: 2n, namespace: 3n });
    watch.look();
    const processes = (await recordsIn(folder)).filter(({ kind }) => kind === "process");
    assertEquals(processes.map(({ pid, born, name }) => [pid, born, name]), [[Deno.pid, "1", null], [
      1,
      "2",
      null,
    ]]);
  }));

Deno.test("a process that is seen in the middle of its start gets its command line", () =>
  watched(async (watch, _writers, folder) => {
    // In about half of the rounds a process has its name and no command line yet.
    for (let round = 1; round <= 50; round++) {
      await using child = new Deno.Command("sleep", { args: [`${round}000`], stdin: "null" }).spawn();
      watch.note(child.pid);
      await waitFor(() => readProgram(child.pid).commandLine);
      watch.look();
      watch.look();
      const records = (await recordsIn(folder)).filter((record) => record.pid === child.pid);
      const known = records.at(-1);
      assert(known?.kind === "process");
      assertEquals(known.name, "sleep");
      assertEquals(known.command_line?.split(" ").at(-1), `${round}000`);
      assert(records.length <= 2, "it is written again only when something new is known");
      child.kill("SIGKILL");
      await child.status;
    }
  }));

Deno.test("a process that executes another program gets its name", () =>
  watched(async (watch, writers, folder) => {
    await using child = new Deno.Command("sh", { args: ["-c", "read line; exec sleep 100"], stdin: "piped" })
      .spawn();
    writers.push({
      pid: child.pid,
      tid: child.pid,
      start: readProcStat(child.pid)?.start ?? 0n,
      namespace: 0n,
    });
    watch.look();
    assertEquals((await recordsIn(folder))[0]?.name, "sh");
    await child.stdin.close();
    await waitFor(() => readProcStat(child.pid)?.name === "sleep" || null);
    watch.look();
    assertEquals((await recordsIn(folder)).map(({ name }) => name), ["sleep", "sleep"]);
    child.kill("SIGKILL");
    await child.status;
  }));

Deno.test("a process that a kernel's entries speak of has its name at once, and goes on when none does", () =>
  watched(async (watch, writers, folder) => {
    await using child = new Deno.Command("sleep", { args: ["100"], stdin: "null" }).spawn();
    const { pid } = child;
    writers.push({ pid, tid: pid, start: 0n, namespace: processNamespace() });
    watch.look();
    const born = String(readProcStat(pid)?.start);
    const known = [["process", pid, born, "sleep", false], ["thread", pid, born, "sleep", false]];
    const found = async () =>
      (await recordsIn(folder)).map((
        { kind, pid, born, name, end_ns },
      ) => [kind, pid, born, name, end_ns !== null]);
    assertEquals(await found(), known);
    writers.length = 0;
    watch.look();
    watch.look();
    assertEquals(await found(), known);

    child.kill("SIGKILL");
    await child.status;
    watch.look();
    assertEquals((await found()).map(([kind, , , , hasEnded]) => [kind, hasEnded]), [["process", true], [
      "thread",
      true,
    ]]);
    // Entries that come late say nothing new of it.
    writers.push({ pid, tid: pid, start: 0n, namespace: processNamespace() });
    watch.look();
    assertEquals((await found()).length, 2);
  }, { areSeen: true }));

Deno.test("of a kernel's entries the idle tasks are named, and what cannot be looked up is left out", () =>
  watched(async (watch, writers, folder) => {
    const namespace = processNamespace();
    writers.push({ pid: 0, tid: 0, start: 0n, namespace: 1n });
    writers.push({ pid: 2 ** 22 + 1, tid: 2 ** 22 + 1, start: 0n, namespace });
    writers.push({ pid: Deno.pid, tid: Deno.pid, start: 0n, namespace: namespace + 1n });
    watch.look();
    watch.look();
    assertEquals((await recordsIn(folder)).map(({ kind, pid, name, end_ns }) => [kind, pid, name, end_ns]), [
      ["process", 0, "swapper", null],
    ]);
  }, { areSeen: true }));
