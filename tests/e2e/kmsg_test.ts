/**
 * `capture --kmsg` against the real log of the kernel that runs this test.
 * @module
 */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { buildFolder } from "../../runtime/build/place.ts";
import { listSpecialFolder, readSpecialFile, removeSpecialFile } from "../../runtime/ffi/special_files.ts";
import { findObstacle, findRecord, readRecords, waitForReader, writeRecords } from "./kernel_log.ts";
import { isRunning } from "./processes.ts";
import { newUser, outcomeOf, startOnTerminal, TASK, type User, waitFor } from "./ringscope.ts";

const OBSTACLE = findObstacle();
const NOBODY = 65534;

/** A test of the real log; its name says why where it cannot run. */
function kernelTest(name: string, fn: () => Promise<void>): void {
  const reason = OBSTACLE === null ? "" : ` (skipped: ${OBSTACLE})`;
  Deno.test({ name: `${name}${reason}`, ignore: OBSTACLE !== null, fn });
}

/** A text that nobody else has logged. */
function unique(): string {
  return `ringscope test ${crypto.randomUUID()}`;
}

async function ask(user: User, capture: string, query: string): Promise<Record<string, unknown>[]> {
  const { code, stdout, stderr } = await user.run(["sql", capture, "--format", "json", query]);
  assertEquals(code, 0, stderr);
  return JSON.parse(stdout);
}

async function assertHealthy(user: User, capture: string): Promise<void> {
  const [health] = await ask(
    user,
    capture,
    "SELECT trustworthy, reasons::VARCHAR AS reasons FROM capture_health",
  );
  assertEquals(health, { trustworthy: true, reasons: "[]" });
}

/** Ends a capture in order and waits for it. */
async function stop(capture: Deno.ChildProcess) {
  capture.kill("SIGTERM");
  const outcome = await outcomeOf(capture);
  await capture.stdin.close();
  return outcome;
}

kernelTest(
  "--kmsg --once takes what the kernel holds, with its own times, levels, facilities and order",
  async () => {
    await using user = await newUser();
    const mark = unique();
    const levels = [2, 3, 4, 5, 6, 7];
    await writeRecords(levels.map((level) => `<${3 * 8 + level}>${mark} ${level} café`));
    const last = await findRecord(String.raw`${mark} 7 caf\xc3\xa9`);
    const { code, stdout, stderr } = await user.run([
      "capture",
      "--kmsg",
      "--once",
      "--name",
      "boot",
      "--json",
    ]);
    assertEquals(code, 0, stderr);
    const result = JSON.parse(stdout);
    assertEquals([result.complete, result.balanced, result.lost, result.warnings], [true, true, 0, []]);
    const rows = await ask(
      user,
      "boot",
      `SELECT level, remarks, message, processor, pid, flags, ticks::VARCHAR AS ticks FROM logs
     WHERE message LIKE '${mark}%' ORDER BY idx`,
    );
    const named = ["fatal", "error", "warn", "info", "info", "debug"];
    assertEquals(
      rows.map(({ ticks: _, ...row }) => row),
      levels.map((level, at) => ({
        level: named[at],
        remarks: 3,
        message: `${mark} ${level} café`,
        processor: 0,
        pid: 0,
        flags: 0,
      })),
    );
    assertEquals(rows.at(-1)?.["ticks"], String(last.microseconds * 1000));
    assertEquals(
      await ask(user, "boot", 'SELECT driver, clock_kind, "order", ring_count FROM captures'),
      [{ driver: "kmsg", clock_kind: "monotonic_ns", order: "index", ring_count: 1 }],
    );
    await assertHealthy(user, "boot");
  },
);

kernelTest("--kmsg=new records only what comes, marks among it, until SIGTERM", async () => {
  await using user = await newUser();
  const old = unique();
  await writeRecords([`<6>${old}`]);
  await findRecord(old);
  const capture = user.start(["capture", "--kmsg=new", "--name", "fresh"]);
  const { recorder, reader } = await waitForReader(user, "fresh");
  const [first, second] = [unique(), unique()];
  await writeRecords([`<4>${first}`]);
  await findRecord(first);
  const marked = await user.run(["mark", "halfway"]);
  assertEquals(marked.code, 0, marked.stderr);
  await writeRecords([`<3>${second}`]);
  // What the kernel has logged when the capture is ended belongs to it.
  await findRecord(second);
  const { code, stdout, stderr } = await stop(capture);
  assertEquals([code, stderr], [0, ""]);
  assertStringIncludes(stdout, "nothing lost");
  assertEquals([isRunning(recorder), isRunning(reader)], [false, false]);
  const texts = (await ask(user, "fresh", "SELECT message FROM logs ORDER BY idx")).map(({ message }) =>
    message
  );
  assertEquals(texts.filter((text) => text === old || text === first || text === second), [first, second]);
  assertEquals(await ask(user, "fresh", "SELECT message FROM marks"), [{ message: "halfway" }]);
  await assertHealthy(user, "fresh");
});

kernelTest(
  "what the kernel overwrites while the reader stands still is counted to the last record",
  async () => {
    await using user = await newUser();
    const capture = user.start(["capture", "--kmsg=new", "--name", "flood", "--json"]);
    const { reader } = await waitForReader(user, "flood");
    const [first, last] = [unique(), unique()];
    await writeRecords([`<6>${first}`]);
    const before = await findRecord(first);
    // Until it is in the folder: from here on the numbers are known to the reader.
    const segment = join(user.folder, "captures", "flood", "logs", "000001.arrows");
    await waitFor(async () => await holds(segment, first) || null);
    Deno.kill(reader, "SIGSTOP");
    const line = `<6>${"flood ".repeat(150)}`;
    let oldest = before.seq;
    while (oldest <= before.seq + 10) {
      await writeRecords(new Array(200).fill(line));
      oldest = (await readRecords())[0]?.seq ?? 0;
    }
    Deno.kill(reader, "SIGCONT");
    await writeRecords([`<6>${last}`]);
    const after = await findRecord(last);
    // At the end it takes what is there for a second and no longer, and this is much.
    await waitFor(async () => await holds(segment, last) || null);
    const { code, stdout, stderr } = await stop(capture);
    assertEquals(code, 0, stderr);
    const result = JSON.parse(stdout);
    assertEquals([result.complete, result.balanced, result.lost], [true, true, result.overwritten]);
    const ends = await ask(
      user,
      "flood",
      `SELECT seq FROM logs WHERE message IN ('${first}', '${last}') ORDER BY idx`,
    );
    // An attempt for each number of the kernel's, and a row or a loss for each attempt.
    assertEquals(Number(ends[1]?.["seq"]) - Number(ends[0]?.["seq"]), after.seq - before.seq);
    const gaps = await ask(user, "flood", "SELECT cause, lost, prev_seq, next_seq FROM gaps");
    assert(gaps.length >= 1);
    for (const { cause, lost, prev_seq, next_seq } of gaps) {
      assertEquals([cause, Number(next_seq) - Number(prev_seq) - 1], ["overwritten", Number(lost)]);
    }
    assertEquals(gaps.reduce((sum, { lost }) => sum + Number(lost), 0), result.overwritten);
    assertEquals(result.attempts, result.read + result.overwritten);
  },
);

async function holds(path: string, text: string): Promise<boolean> {
  return new TextDecoder("latin1").decode(await Deno.readFile(path)).includes(text);
}

kernelTest("Ctrl-C on a terminal and --duration end it whole", async () => {
  await using user = await newUser();
  const terminal = await startOnTerminal(user, [...TASK, "capture", "--kmsg", "--name", "keys"]);
  const { reader } = await waitForReader(user, "keys");
  await terminal.type("\x03");
  const { code, shown } = await terminal.ended();
  assertEquals(code, 0, shown);
  assertStringIncludes(shown, "nothing lost");
  assertEquals(isRunning(reader), false);
  await assertHealthy(user, "keys");

  const timed = await user.run(["capture", "--kmsg", "--name", "timed", "--duration", "300ms", "--json"]);
  assertEquals(timed.code, 0, timed.stderr);
  const { complete, balanced } = JSON.parse(timed.stdout);
  assertEquals([complete, balanced], [true, true]);
});

kernelTest("the reader of the log ends with a capture that is killed", async () => {
  await using user = await newUser();
  const capture = user.start(["capture", "--kmsg", "--name", "killed"]);
  const { recorder, reader } = await waitForReader(user, "killed");
  Deno.kill(recorder, "SIGKILL");
  await outcomeOf(capture);
  await capture.stdin.close();
  await waitFor(() => isRunning(reader) ? null : true);
  const left = listSpecialFolder("/dev/shm").filter((name) => name.startsWith(`ringscope-${recorder}-`));
  for (const name of left) removeSpecialFile(`/dev/shm/${name}`);
});

kernelTest(
  "a reader of the log that dies ends the capture with status 1, and what it passed on is kept",
  async () => {
    await using user = await newUser();
    const capture = user.start(["capture", "--kmsg", "--name", "dead", "--json"]);
    const { reader } = await waitForReader(user, "dead");
    Deno.kill(reader, "SIGKILL");
    const { code, stdout, stderr } = await outcomeOf(capture);
    await capture.stdin.close();
    assertEquals(code, 1);
    assertMatch(stderr, /^warning: the reader of the kernel's log ended with SIGKILL: [^\n]+$/m);
    const { complete, balanced } = JSON.parse(stdout);
    assertEquals([complete, balanced], [true, true]);
  },
);

kernelTest("who may not read the log is told which command mends it", async () => {
  const restricted = readSpecialFile("/proc/sys/kernel/dmesg_restrict");
  const folder = await Deno.makeTempDir({ prefix: "ringscope kmsg " });
  try {
    await Deno.chmod(folder, 0o755);
    const program = join(folder, "ringscope-kmsg");
    await Deno.copyFile(join(buildFolder(), "ringscope-kmsg"), program);
    const { code, stderr } = await new Deno.Command(program, {
      args: ["--check"],
      uid: NOBODY,
      gid: NOBODY,
      cwd: folder,
    }).output();
    const said = new TextDecoder().decode(stderr);
    // Where everybody may read the log there is nothing to mend.
    const isOpen = restricted !== null && new TextDecoder().decode(restricted).trim() === "0";
    if (isOpen) return assertEquals([code, said], [0, ""]);
    assertEquals(code, 1);
    assertMatch(said, /^open \/dev\/kmsg: [^\n]+sudo sysctl kernel\.dmesg_restrict=0[^\n]+\n$/);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
