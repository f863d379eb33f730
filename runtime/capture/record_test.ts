import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import { AbiMismatchError, CaptureError, DriverError } from "../errors.ts";
import { loadNative } from "../ffi/native.ts";
import { setHeader } from "../abi/layout.ts";
import { CommandError, record, type RecordOptions, type RecordResult, type RecordStatus } from "./record.ts";
import { readProcStat } from "../processes/proc_facts.ts";
import { listRingsetLeftovers } from "./ringset_leftovers.ts";
import {
  abortWhen,
  listFolder,
  makeTestFolder,
  ownRingFiles,
  producerCommand,
  readOwnAccount,
  waitFor,
} from "./test_support.ts";

async function readCaptureJson(result: { path: string }): Promise<Record<string, unknown>> {
  return JSON.parse(await Deno.readTextFile(join(result.path, "capture.json")));
}

async function ownAccount(report: string) {
  const account = await readOwnAccount(report);
  assert(account !== null, "the program wrote no account");
  return account;
}

/** What must hold for every recording that ended in order. */
function assertInOrder(result: RecordResult): void {
  assertEquals(result.warnings, []);
  assert(result.complete);
  assert(result.balanced);
  assertEquals(result.attempts, result.read + result.discarded + result.lost + result.pending);
  assertEquals(result.entries, result.read);
}

Deno.test("a program is recorded to its end, and what it counted itself is in the capture", async () => {
  await using folder = await makeTestFolder();
  const command = await producerCommand(folder.path, { count: 10_000, end: "exit:3" });
  const result = await record({ dir: join(folder.path, "new", "captures"), name: "first", command });

  assertInOrder(result);
  const own = await ownAccount(command.report);
  assertEquals([own.attempts, own.ok], [10_000, 10_000]);
  assertEquals([result.attempts, result.read, result.lost, result.pending], [10_000, 10_000, 0, 0]);
  assertEquals(result.commandStatus, { code: 3, signal: null });
  assertEquals(result.engine, "native");
  assertEquals(result.path, join(folder.path, "new", "captures", "first"));
  assertEquals(result.processors.reduce((sum, one) => sum + one.read, 0), 10_000);
  assertEquals(ownRingFiles(), []);

  const json = await readCaptureJson(result);
  assertEquals([json.format_version, json.name, json.complete, json.entries], [1, "first", true, 10_000]);
  assertEquals([json.mode, json.order, json.driver, json.abi], ["discard", "index", "user", "1.4"]);
  assert(String(json.started) < String(json.stopped));
  assertEquals(String(json.started).length, "2026-01-01T00:00:00.123456789Z".length);
  const segment = await Deno.readFile(join(result.path, "logs", "000001.arrows"));
  assertEquals([...segment.slice(-8)], [255, 255, 255, 255, 0, 0, 0, 0]);
  assertEquals(await listFolder(result.path), [
    "capture.json",
    "events",
    "gaps",
    "logs",
    "processes",
    "write_cost.json",
  ]);
});

Deno.test("rings that are too small lose entries, and every one of them is counted", async () => {
  await using folder = await makeTestFolder();
  const command = await producerCommand(folder.path, { count: 20_000 });
  const result = await record({ dir: folder.path, command, ringBytes: 4096 });

  const own = await ownAccount(command.report);
  assert(own.full > 0, "the program never met a full ring");
  assertEquals([result.attempts, result.read, result.lost_full], [20_000, own.ok, own.full]);
  assertEquals(result.lost, own.full);
  assert(result.complete && result.balanced);
  const json = await readCaptureJson(result);
  assertEquals((json.source as { ring_bytes: number }).ring_bytes, 4096);
});

Deno.test("entries that no ring can take are counted as too big", async () => {
  await using folder = await makeTestFolder();
  const command = await producerCommand(folder.path, { count: 100, length: 4000 });
  const result = await record({ dir: folder.path, command, ringBytes: 4096 });
  const own = await ownAccount(command.report);
  assertEquals(own.tooBig, 100);
  assertEquals([result.attempts, result.read, result.too_big, result.lost], [100, 0, 100, 100]);
  assertInOrder(result);
});

Deno.test("an abort in the middle ends the program with SIGTERM and the capture in order", async () => {
  await using folder = await makeTestFolder();
  const command = await producerCommand(folder.path, { count: 100, end: "log" });
  const stop = abortWhen((status) => status.stored > 100, "SIGTERM");
  const result = await record({ dir: folder.path, command, ...stop });

  assertInOrder(result);
  const own = await ownAccount(command.report);
  assertEquals([result.attempts, result.read], [own.attempts, own.ok]);
  assertEquals(result.commandStatus, { code: 0, signal: null });
});

Deno.test("an abort by SIGINT leaves the program the time to end by itself", async () => {
  await using folder = await makeTestFolder();
  const command = await producerCommand(folder.path, { count: 100, end: "stubborn" });
  const controller = new AbortController();
  const recorded = record({ dir: folder.path, command, signal: controller.signal });
  const { pid } = await waitFor(() => readOwnAccount(command.report));
  controller.abort("SIGINT");
  // As the terminal does to its whole foreground group.
  Deno.kill(pid, "SIGINT");
  const result = await recorded;
  assertEquals(result.commandStatus, { code: 0, signal: null });
  assertEquals(result.attempts, (await ownAccount(command.report)).attempts);
  assertInOrder(result);
});

Deno.test("a program that ignores SIGTERM is killed, and what it logged is kept", async () => {
  await using folder = await makeTestFolder();
  const command = await producerCommand(folder.path, { count: 100, end: "stubborn" });
  const stop = abortWhen((status) => status.stored > 100, "SIGTERM");
  const result = await record({ dir: folder.path, command, ...stop });
  assertEquals(result.commandStatus, { code: 137, signal: "SIGKILL" });
  assert(result.complete && result.balanced);
  assert(result.read > 100);
});

Deno.test("a duration ends the program and the recording", async () => {
  await using folder = await makeTestFolder();
  const command = await producerCommand(folder.path, { count: 1, end: "log" });
  const result = await record({ dir: folder.path, command, durationMs: 300 });
  assertInOrder(result);
  assert(result.seconds >= 0.3);
  // Where the duration was over before the program had begun, SIGTERM ended it and there is no account.
  assertEquals(result.attempts, (await readOwnAccount(command.report))?.attempts ?? 0);
});

Deno.test("an abort before the beginning starts no program and gives an empty capture", async () => {
  await using folder = await makeTestFolder();
  const command = await producerCommand(folder.path, { count: 1 });
  const result = await record({ dir: folder.path, command, signal: AbortSignal.abort("SIGTERM") });
  assertInOrder(result);
  assertEquals([result.attempts, result.commandStatus], [0, undefined]);
  assertEquals(await readOwnAccount(command.report), null);
});

Deno.test("the status is told while recording and at the end", async () => {
  await using folder = await makeTestFolder();
  const command = await producerCommand(folder.path, { count: 1000, end: "log" });
  const stop = abortWhen((status) => status.stored >= 1000, "SIGTERM");
  const seen: RecordStatus[] = [];
  const onStatus = (status: RecordStatus) => {
    seen.push(status);
    stop.onStatus(status);
  };
  const result = await record({ dir: folder.path, command, signal: stop.signal, onStatus });
  assertEquals(seen.filter((status) => status.phase === "done").length, 1);
  const last = seen.at(-1);
  assertEquals([last?.phase, last?.entries, last?.stored, last?.lost], ["done", result.read, result.read, 0]);
  assert(seen.length >= 2 && seen[0]?.phase === "recording");
  assert(last !== undefined && last.bytes > 0 && last.poolBytes > 0);
});

Deno.test("a status callback that throws ends the recording in order and gives its error", async () => {
  await using folder = await makeTestFolder();
  const command = await producerCommand(folder.path, { count: 1, end: "log" });
  const onStatus = ({ stored }: RecordStatus) => {
    if (stored > 0) throw new RangeError("the terminal is too narrow");
  };
  await assertRejects(
    () => record({ dir: folder.path, name: "narrow", command, onStatus }),
    RangeError,
    "the terminal is too narrow",
  );
  const json = await readCaptureJson({ path: join(folder.path, "narrow") });
  assertEquals([json.complete, json.entries], [true, (await ownAccount(command.report)).ok]);
  assertEquals(ownRingFiles(), []);
});

Deno.test("standard output of a program can go to standard error", async () => {
  await using folder = await makeTestFolder();
  const script = fromFileUrl(new URL("./testdata/record_echo.ts", import.meta.url));
  const output = await new Deno.Command(Deno.execPath(), { args: ["run", "-A", script, folder.path] })
    .output();
  assertEquals(new TextDecoder().decode(output.stdout), '{"code":0,"signal":null}\n');
  assertStringIncludes(new TextDecoder().decode(output.stderr), "from the program\n");
});

Deno.test("a program that is not there is reported with 127 and leaves nothing behind", async () => {
  await using folder = await makeTestFolder();
  const command = { program: "no-such-program", args: [] };
  const error = await assertRejects(() => record({ dir: folder.path, command }), CommandError);
  assertEquals(error.code, 127);
  assertStringIncludes(error.message, "start no-such-program");
  assertEquals(await listFolder(folder.path), []);
  assertEquals(ownRingFiles(), []);
});

Deno.test("a file that is no program is reported with 126", async () => {
  await using folder = await makeTestFolder();
  const file = join(folder.path, "text");
  await Deno.writeTextFile(file, "no program");
  const command = { program: file, args: [] };
  const error = await assertRejects(
    () => record({ dir: join(folder.path, "captures"), command }),
    CommandError,
  );
  assertEquals(error.code, 126);
  assertEquals(await listFolder(join(folder.path, "captures")), []);
});

Deno.test("a name that is taken is refused before anything is made", async () => {
  await using folder = await makeTestFolder();
  await Deno.mkdir(join(folder.path, "taken"));
  const command = await producerCommand(folder.path, { count: 1 });
  const error = await assertRejects(() => record({ dir: folder.path, name: "taken", command }), CaptureError);
  assertStringIncludes(error.message, "it exists; use another name");
  assertEquals(await listFolder(join(folder.path, "taken")), []);
  assertEquals(await readOwnAccount(command.report), null);
});

Deno.test("captures of the same second get different names", async () => {
  await using folder = await makeTestFolder();
  const results = await Promise.all(
    [1, 2, 3].map(() => record({ dir: folder.path, signal: AbortSignal.abort("SIGTERM") })),
  );
  assertEquals(new Set(results.map((result) => result.name)).size, 3);
  for (const result of results) assert(/^capture-\d{8}-\d{6}(-\d)?$/.test(result.name));
});

Deno.test("a folder that cannot be made is refused with the system's reason", async () => {
  await using folder = await makeTestFolder();
  await Deno.writeTextFile(join(folder.path, "file"), "");
  for (const dir of ["/sys/ringscope-captures", join(folder.path, "file", "captures")]) {
    const error = await assertRejects(() => record({ dir, once: true }), CaptureError);
    assertStringIncludes(error.message, `make the folder ${dir}`);
    assertStringIncludes(error.message, "with --dir");
  }
  assertEquals(ownRingFiles(), []);
});

Deno.test("options that cannot be are refused before anything is made", async () => {
  await using folder = await makeTestFolder();
  const dir = join(folder.path, "captures");
  const command = await producerCommand(folder.path, { count: 1 });
  const wrong: [RecordOptions, typeof RangeError | typeof TypeError, string][] = [
    [{ dir, ringBytes: 5000 }, RangeError, "make rings of 5000 bytes: a ring is a power of two from 4096"],
    [{ dir, ringBytes: 2048 }, RangeError, "power of two"],
    [{ dir, ringBytes: 2 ** 31 }, RangeError, "to 1073741824 bytes"],
    [{ dir, ringMemory: 100 }, RangeError, "use a ring memory of 100 bytes"],
    [{ dir, bufferBytes: 1.5 }, RangeError, "use a buffer of 1.5 bytes"],
    [{ dir, durationMs: -1 }, RangeError, "use a duration of -1 ms"],
    [{ dir, name: "a/b" }, TypeError, "it holds a slash"],
    [{ dir, name: ".." }, TypeError, "it names no new folder"],
    [{ dir, once: true, command }, TypeError, "leave one of them out"],
    [{ dir, rings: "/dev/shm/x", ringBytes: 4096 }, TypeError, "their size cannot be chosen"],
  ];
  for (const [options, kind, message] of wrong) await assertRejects(() => record(options), kind, message);
  assertEquals(await listFolder(dir), []);
});

Deno.test("a buffer that is too small for one batch is refused and leaves nothing behind", async () => {
  await using folder = await makeTestFolder();
  await assertRejects(() => record({ dir: folder.path, bufferBytes: 1000, once: true }), RangeError, "1000");
  assertEquals(await listFolder(folder.path), []);
  assertEquals(ownRingFiles(), []);
});

Deno.test("rings that cannot be opened are refused with what is wrong and leave nothing behind", async () => {
  await using folder = await makeTestFolder();
  const dir = join(folder.path, "captures");
  const text = join(folder.path, "text");
  await Deno.writeTextFile(text, "These are no rings. ".repeat(100));
  const empty = join(folder.path, "empty");
  await Deno.writeTextFile(empty, "");
  const major = join(folder.path, "major");
  using native = loadNative();
  native.makeRingSet(major, { ringBytes: 4096 });
  await patch(major, setHeader.abiMajor, [2, 0]);

  const missing = join(folder.path, "missing");
  await assertRejects(() => record({ dir, rings: missing }), DriverError, `open the rings ${missing}`);
  await assertRejects(() => record({ dir, rings: text }), DriverError, "no ring set");
  await assertRejects(() => record({ dir, rings: empty }), DriverError, "too short for a ring set");
  await assertRejects(() => record({ dir, rings: folder.path }), DriverError, folder.path);
  await assertRejects(() => record({ dir, rings: major }), AbiMismatchError, "ABI major version is 2");
  assertEquals(await listFolder(dir), []);
});

Deno.test("rings that a program made and left are drained once", async () => {
  await using folder = await makeTestFolder();
  const rings = join(folder.path, "left.rings");
  const command = await producerCommand(folder.path, { count: 500, rings });
  await new Deno.Command(command.program, { args: [...command.args] }).output();

  const dir = join(folder.path, "captures");
  const first = await record({ dir, rings, once: true });
  assertInOrder(first);
  assertEquals([first.attempts, first.read], [500, 500]);
  const json = await readCaptureJson(first);
  assert(Number(json.start_pending) >= 500 * (56 + 64));
  assertEquals((json.source as { rings: string }).rings, rings);

  const second = await record({ dir, rings, once: true });
  assertInOrder(second);
  assertEquals([second.attempts, second.read], [0, 0]);
  assert((await Deno.stat(rings)).isFile, "rings of somebody else stay");
});

Deno.test("rings are drained by one capture at a time", async () => {
  await using folder = await makeTestFolder();
  const rings = join(folder.path, "busy.rings");
  using native = loadNative();
  native.makeRingSet(rings, { ringBytes: 4096 });
  using _other = native.openCapture(rings);
  await assertRejects(
    () => record({ dir: folder.path, rings, once: true }),
    DriverError,
    "end the other capture first",
  );
});

Deno.test("a recording that was killed leaves its entries on disk and its rings to the next one", async () => {
  await using folder = await makeTestFolder();
  const command = await producerCommand(folder.path, { count: 1000, end: "log" });
  const script = fromFileUrl(new URL("./testdata/record_until_killed.ts", import.meta.url));
  const recorder = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", script, folder.path, "arrow", command.program, ...command.args],
    stdin: "null",
  }).spawn();
  const { pid } = await waitFor(() => readOwnAccount(command.report));
  const segment = join(folder.path, "killed", "logs", "000001.arrows");
  await waitFor(async () => (await Deno.stat(segment)).size > 60_000 || null);
  recorder.kill("SIGKILL");
  await recorder.status;

  const json = await readCaptureJson({ path: join(folder.path, "killed") });
  assertEquals([json.complete, json.stopped], [false, null]);
  const left = listRingsetLeftovers().filter((one) => one.pid === recorder.pid);
  assertEquals(left.length, 1);
  const rings = left[0]?.path ?? "";
  try {
    Deno.kill(pid, "SIGTERM");
    await waitFor(() => readProcStat(pid)?.hasEnded ?? true ? true : null);
    const own = await readOwnAccount(command.report);
    const next = await record({ dir: folder.path, name: "next", rings, once: true });
    assert(next.complete && next.balanced);
    assert(next.attempts < (own?.attempts ?? 0));
  } finally {
    await Deno.remove(rings);
  }
});

async function patch(path: string, offset: number, bytes: number[]): Promise<void> {
  using file = await Deno.open(path, { write: true });
  await file.seek(offset, Deno.SeekMode.Start);
  await file.write(new Uint8Array(bytes));
}
