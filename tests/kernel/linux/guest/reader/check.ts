/**
 * Runs in a guest, in one process because Deno starts slowly there: what `capture --linux`, `control` and `doctor` are made of, over the
 * real device. Each statement is a verdict.
 * @module
 */
import { assert, assertEquals, assertMatch, assertRejects, assertThrows } from "@std/assert";
import { join } from "@std/path";
import { EntryFlag, Level } from "../../../../../runtime/abi/layout.ts";
import { record, type RecordOptions, type RecordResult } from "../../../../../runtime/capture/record.ts";
import { linuxSystem } from "../../../../../runtime/capture/linux/linux_system.ts";
import { checkKernelDriver } from "../../../../../runtime/cli/doctor/check_kernel_driver.ts";
import { changeRules } from "../../../../../runtime/ffi/site_control.ts";
import { markCapture } from "../../../../../runtime/live/mark.ts";
import { openDevice } from "../../../../../runtime/reader/open_device.ts";
import { readRingsHeader, readRingSites } from "../../../../../runtime/sites/ring_sites.ts";
import { openStore } from "../../../../../runtime/store/store.ts";

const dir = "/tmp/captures";
const contexts = EntryFlag.softirq | EntryFlag.hardirq | EntryFlag.nmi;
const report = Deno.openSync("/dev/ttyS1", { write: true });

async function check(name: string, run: () => Promise<string | void>): Promise<void> {
  let ok = true, detail: string;
  try {
    detail = await run() ?? "";
  } catch (error) {
    ok = false;
    detail = error instanceof Error ? `${error.message}\n${error.stack}` : String(error);
  }
  report.writeSync(new TextEncoder().encode(`verdict ${JSON.stringify({ name, ok, detail })}\n`));
}

async function run(program: string, ...args: string[]): Promise<void> {
  const { success, stderr } = await new Deno.Command(program, { args, stderr: "piped" }).output();
  if (!success) throw new Error(`${program} ${args.join(" ")}: ${new TextDecoder().decode(stderr)}`);
}

/** Of rings that are there. */
function attach(name: string, options: Partial<RecordOptions>): Promise<RecordResult> {
  return record({ dir, name, bufferBytes: 16 * 2 ** 20, format: "arrow", ...options });
}

/** Of new rings, in a guest that has little memory. */
function capture(name: string, options: Partial<RecordOptions>): Promise<RecordResult> {
  return attach(name, { ringMemory: 4 * 2 ** 20, ...options });
}

/** The account closes, and everything that was taken is stored. */
function assertWhole(result: RecordResult): void {
  assertEquals([result.complete, result.balanced, result.warnings], [true, true, []]);
}

async function waitUntil(isSo: () => boolean | Promise<boolean>): Promise<void> {
  for (const begun = performance.now(); performance.now() - begun < 1_200_000;) {
    if (await isSo()) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`waited in vain until ${isSo}`);
}

/** Those of the driver by name. */
function setNames(): string[] {
  using device = openDevice("write");
  return device.sets().map(({ name }) => name);
}

const tracepoints = ["sched_switch", "softirq_entry", "irq_handler_entry"];

await check("without the driver the command that is next is named", async () => {
  const error = await assertRejects(() => capture("none", { linux: {} }), Error);
  assertMatch(
    error.message,
    /ringscope is not built for this kernel .*; sudo apt-get install linux-headers-\S+, then /,
  );
  const { state, advice = "" } = checkKernelDriver(linuxSystem());
  assertEquals(state, "warning");
  assertMatch(advice, /^capture --linux needs it: sudo apt-get install linux-headers-/);
  return error.message;
});

await check("with the driver doctor asks it", async () => {
  await run("insmod", "/modules/ringscope.ko");
  const { state, found } = checkKernelDriver(linuxSystem());
  assertEquals(state, "ok");
  assertMatch(found, /^version \d+\.\d+\.\d+, no sets, /);
  return found;
});

await check(
  "a set is made for a recording, with its sources, and goes with it; meanwhile it is busy and can be controlled",
  async () => {
    const stop = new AbortController();
    const recording = capture("native", { linux: { tracepoints, log: true }, signal: stop.signal });
    const path = join(dir, "native");
    try {
      await waitUntil(async () =>
        JSON.parse(await Deno.readTextFile(join(path, "capture.json")).catch(() => "{}")).id
      );
      await run("insmod", "/modules/ringscope_hello.ko");
      // A disk answers by interrupts, which the tracepoint sees in their own context.
      await run("dd", "if=/dev/vda", "of=/dev/null", "bs=64k", "count=32");
      await Deno.writeTextFile("/dev/kmsg", "<4>a line for the log");
      const busy = await assertRejects(() => attach("second", { linux: {} }), Error);
      assertMatch(busy.message, new RegExp(`process ${Deno.pid} drains it already`));
      const mark = await assertRejects(() => markCapture(path, "here", "info"), Error);
      assertMatch(mark.message, /only the kernel writes into its rings.*\/dev\/kmsg/);
      await new Promise((resolve) => setTimeout(resolve, 1500));

      const device = "/dev/ringscope";
      changeRules(device, [{ pattern: "sched_*", level: Level.off }], false);
      const { sites, rules } = readRingSites(device, readRingsHeader(device)!);
      assertEquals(rules, [{ pattern: "sched_*", level: Level.off }]);
      assertEquals(sites.find(({ name }) => name === "sched_switch")?.level, Level.off);
      assertThrows(
        () => changeRules(device, [{ pattern: "nothing", level: Level.undecided }], false),
        RangeError,
      );
      changeRules(device, [], true);
      assertEquals(readRingSites(device, readRingsHeader(device)!).rules, []);
    } finally {
      stop.abort();
    }
    const result = await recording;
    assertWhole(result);
    assert(result.entries > 100, `${result.entries} entries`);
    assertEquals(setNames(), [], "it is gone");
    const { driver, source } = JSON.parse(await Deno.readTextFile(join(path, "capture.json")));
    assertEquals([driver, source.rings, source.set], ["linux", "/dev/ringscope", "default"]);
    assertEquals(source.sources, [
      "kmsg",
      ...tracepoints.toSorted((a, b) => source.sources.indexOf(a) - source.sources.indexOf(b)),
    ]);
    assertEquals(source.kernel, Deno.osRelease());
    return `${result.entries} entries, ${result.lost} lost`;
  },
);

await check("the reader in TypeScript records the same device, and its account closes too", async () => {
  const result = await capture("typescript", {
    linux: { set: "slow", tracepoints },
    engine: "typescript",
    durationMs: 2000,
  });
  assertWhole(result);
  assert(result.entries > 100, `${result.entries} entries`);
  return `${result.entries} entries, ${result.lost} lost`;
});

await check("two readers of a set that overwrites find the same, and take nothing away", async () => {
  using device = openDevice("write");
  device.make({ name: "recorder", ringBytes: 65536, ringMemory: 0, mode: 1, order: 0, isEphemeral: true });
  device.start();
  device.setSources(2n);
  // Who begins a program and waits for its end gives its processor away each time; by itself a guest may hardly switch tasks.
  for (let programs = 0; programs < 20; programs++) await run("true");
  device.stop();
  const once = { linux: { set: "recorder" }, once: true } as const;
  const results = await Promise.all([
    attach("recorder-native", once),
    attach("recorder-typescript", { ...once, engine: "typescript" }),
  ]);
  for (const result of results) assertWhole(result);
  assert(results[0].entries > 10);
  assertEquals(results[0].entries, results[1].entries);
  return `${results[0].entries} entries`;
});

await check("a reader that is killed is followed by one whose account goes on", async () => {
  using device = openDevice("write");
  device.make({ name: "kept", ringBytes: 262144, ringMemory: 0, mode: 0, order: 0, isEphemeral: true });
  const cli = ["run", "-A", "--cached-only", "--no-check", "runtime/cli/main.ts", "capture", "--quiet"];
  await using killed = new Deno.Command(Deno.execPath(), {
    args: [...cli, "--linux=kept", "--tracepoint", "sched_switch", "--dir", dir, "--name", "killed"],
  }).spawn();
  await waitUntil(() =>
    Deno.stat(join(dir, "killed/logs/000001.arrows")).then(({ size }) => size > 8_000, () => false)
  );
  killed.kill("SIGKILL");
  await killed.status;
  const { isStarted, isClaimed, sources } = device.describe();
  assertEquals([isStarted, isClaimed, sources], [true, false, 2n], "the claim went with its process");
  device.setSources(0n);
  const result = await attach("follower", { linux: { set: "kept" }, once: true });
  assertEquals([result.complete, result.balanced], [true, true], JSON.stringify(result.warnings));
  return `${result.entries} entries, ${result.unstored} unstored`;
});

await check("what the driver refuses is said with what to do", async () => {
  const large = await assertRejects(
    () => capture("large", { linux: {}, ringMemory: 2 ** 31, ringBytes: 2 ** 29 }),
    Error,
  );
  assertMatch(
    large.message,
    /MiB of the \d+ MiB that the driver may take are in use; use a smaller --ring-memory/,
  );
  const none = await assertRejects(() => attach("none", { linux: { set: "nobody" }, once: true }), Error);
  assertMatch(none.message, /there is no set of that name; the driver has none/);
  using device = openDevice("write");
  device.make({ name: "other", ringBytes: 65536, ringMemory: 0, mode: 0, order: 0, isEphemeral: true });
  device.start();
  device.setSources(2n);
  const busy = await assertRejects(() => capture("busy", { linux: { tracepoints } }), Error);
  assertMatch(busy.message, /the set "other" has sched_switch on, and a source belongs to one set/);
  const made = await assertRejects(
    () => attach("made", { linux: { set: "other" }, mode: "overwrite" }),
    Error,
  );
  assertMatch(made.message, /it exists already, and it is not in overwrite mode/);
  return large.message;
});

await check("a user who is not in the group is told how to get there", async () => {
  const { stderr, success } = await new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "-A",
      "--cached-only",
      "--no-check",
      "runtime/cli/main.ts",
      "capture",
      "--linux",
      "--dir",
      "/tmp/other",
    ],
    uid: 1000,
    gid: 1000,
    env: { HOME: "/tmp", USER: "ada" },
  }).output();
  assert(!success);
  const said = new TextDecoder().decode(stderr);
  assertMatch(said, /\/dev\/ringscope may not be opened by this user.*usermod -aG ringscope ada/);
  return said;
});

await check(
  "SQL finds the captures whole and in order, and the contexts and tasks of their entries",
  async () => {
    const names = ["native", "typescript", "recorder-native", "recorder-typescript"];
    // The guest has no other engine.
    await using store = await openStore(names.map((name) => join(dir, name)), { engine: "wasm" });
    const rows = async (query: string) => (await store.query(query)).rows;
    assertEquals(await rows("SELECT * FROM accounting WHERE NOT balanced"), []);
    assertEquals(await rows("SELECT * FROM order_violations"), []);
    const [counts] = await rows(
      `SELECT count(*) FILTER (flags & ${EntryFlag.softirq} <> 0), count(*) FILTER (flags & ${EntryFlag.hardirq} <> 0),
      count(*) FILTER (flags & ${contexts} = 0) FROM logs WHERE capture = 'native'`,
    );
    const [, hardirqs, tasks] = counts!.map(Number);
    assert(hardirqs! > 0 && tasks! > 0, String(counts));
    const texts = await rows("SELECT message FROM logs WHERE kind = 'text' AND capture = 'native'");
    assert(
      texts.some(([message]) => String(message).startsWith("hello from ringscope_hello")),
      String(texts),
    );
    assert(texts.some(([message]) => String(message).includes("a line for the log")), String(texts));
    const processes = await rows(
      "SELECT pid, name FROM processes WHERE capture = 'native' AND name IS NOT NULL",
    );
    const byPid = new Map(processes.map(([pid, name]) => [Number(pid), String(name)]));
    assertEquals([byPid.get(0), byPid.get(Deno.pid)], ["swapper", "deno"], String(processes));
    const [health] = await rows("SELECT reasons FROM capture_health WHERE capture = 'native'");
    const [typed] = await rows("SELECT count(*) FROM event_sched_switch WHERE capture = 'native'");
    assert(Number(typed![0]) > 10);
    return `softirqs, hard interrupts, tasks: ${counts}; health: ${
      JSON.stringify(health)
    }; ${byPid.size} processes with names`;
  },
);

await check("the driver goes when all of that is over", async () => {
  await run("rmmod", "ringscope_hello");
  await run("rmmod", "ringscope");
});
