import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { buildProgram } from "../../runtime/build/build.ts";
import { newUser, outcomeOf, producer, type User, waitFor } from "./ringscope.ts";

const COUNTERS = [
  "attempts",
  "read",
  "discarded",
  "lost",
  "lost_full",
  "overwritten",
  "too_big",
  "abandoned",
  "corrupt",
  "unstored",
  "pending",
  "filtered",
  "mixed",
  "wraps",
  "late",
  "stalled",
];

async function readCaptureJson(user: User, name: string): Promise<{ complete: boolean; entries: number }> {
  return JSON.parse(await Deno.readTextFile(join(user.folder, "captures", name, "capture.json")));
}

Deno.test("capture without arguments records the example on all processors and says what to try next", async () => {
  await using user = await newUser();
  const { code, stdout, stderr } = await user.run(["capture", "--name", "first", "--duration", "1s"]);
  assertEquals(code, 0, stderr);
  assertMatch(stdout, /^first: [\d,]+ entries in [\d.]+ s, nothing lost$/m);
  assertMatch(stdout, /│ processor │ attempts │ +read │ lost │ entries\/s │ +p50 │ +p99 │ +p99\.9 │ +max │/);
  assertMatch(stdout, /│ +0 │ +[\d,]+ │/);
  assertStringIncludes(stdout, `deno task sql "SELECT * FROM latency_by_processor"`);
  assertStringIncludes(stdout, "deno task info first");
  assert(
    (await Deno.stat(join(user.folder, "captures", "first", "capture.json"))).isFile,
    "it is in the user's folder",
  );
});

Deno.test("capture --json prints one object with exactly the promised keys, alone on standard output", async () => {
  await using user = await newUser();
  const program = await producer();
  const { code, stdout, stderr } = await user.run([
    "capture",
    "--json",
    "--name",
    "j",
    "--",
    program,
    "burst",
    "5000",
  ]);
  assertEquals(code, 0, stderr);
  const result = JSON.parse(stdout);
  assertEquals(Object.keys(result), [
    "name",
    "path",
    "complete",
    "seconds",
    "entries",
    "retired_entries",
    ...COUNTERS,
    "balanced",
    "warnings",
    "notes",
    "processors",
  ]);
  assertEquals([result.name, result.complete, result.balanced, result.entries], ["j", true, true, 5000]);
  assertEquals([result.attempts, result.read, result.lost], [5000, 5000, 0]);
  assertEquals(result.path, join(user.folder, "captures", "j"));
  for (const processor of result.processors) {
    assertEquals(Object.keys(processor), ["processor", ...COUNTERS, "latency_ns"]);
    if (processor.read === 0) continue;
    const { p50, p99, p999, max } = processor.latency_ns;
    assert(0 < p50 && p50 <= p99 && p99 <= p999 && p999 <= max, JSON.stringify(processor.latency_ns));
  }
  assertEquals(result.processors.reduce((sum: number, one: { read: number }) => sum + one.read, 0), 5000);
});

Deno.test("a program's own output does not disturb the JSON object", async () => {
  await using user = await newUser();
  const { code, stdout, stderr } = await user.run([
    "capture",
    "--json",
    "--no-preload",
    "--",
    "sh",
    "-c",
    "echo from the program",
  ]);
  assertEquals(code, 0, stderr);
  assertEquals(JSON.parse(stdout).entries, 0);
  assertStringIncludes(stderr, "from the program");
});

Deno.test("--fail-on-loss makes the status 4 where entries were lost, and only there", async () => {
  await using user = await newUser();
  const program = await producer();
  const status = async (size: string, count: string, ...command: string[]) =>
    (await user.run([
      "capture",
      "--quiet",
      "--fail-on-loss",
      "--ring-size",
      size,
      "--",
      ...command,
      program,
      "burst",
      count,
    ])).code;
  assertEquals(await status("4KiB", "50000"), 4);
  assertEquals(await status("4MiB", "10"), 0);
  assertEquals(await status("4KiB", "50000", "sh", "-c", '"$@"; exit 7', "-"), 4, "the command's own is 7");
  assertEquals(await status("4MiB", "10", "sh", "-c", '"$@"; exit 7', "-"), 7);
});

Deno.test("a program that knows nothing of it is recorded, unless that is switched off", async () => {
  await using user = await newUser();
  const run = async (name: string, ...options: string[]) => {
    const words = ["capture", "--quiet", "--name", name, ...options, "--", "cat", "missing.txt"];
    assertEquals((await user.run(words)).code, 1, "the command's own status");
    const query =
      "SELECT level, regexp_replace(message, ' ns=\\d+', '') AS call FROM logs WHERE event = 'open' ORDER BY idx LIMIT 1";
    const { stdout, stderr } = await user.run(["sql", name, query, "--format", "json"]);
    return JSON.parse(stdout || stderr);
  };
  assertEquals(await run("on"), [
    { level: "warn", call: 'open path="missing.txt" flags=O_RDONLY result=-1 errno=ENOENT' },
  ]);
  assertEquals(await run("off", "--no-preload"), []);
  const ask = async (query: string) => {
    const { stdout, stderr } = await user.run(["sql", "on", query, "--format", "json"]);
    return JSON.parse(stdout || stderr);
  };
  assertEquals(
    await ask("SELECT path, flags, mode, result, errno, errno_name, ns > 0 AS took FROM event_open"),
    [{
      path: "missing.txt",
      flags: "O_RDONLY",
      mode: null,
      result: -1,
      errno: 2,
      errno_name: "ENOENT",
      took: true,
    }],
  );
  // Nobody made such a call: a question about it has an answer all the same.
  assertEquals(await ask("SELECT count(*) AS failures FROM event_rename WHERE errno_name = 'EXDEV'"), [
    { failures: 0 },
  ]);
});

Deno.test("a static program runs all the same, and a warning says why nothing of it is seen", async () => {
  await using user = await newUser();
  await Deno.writeTextFile(join(user.folder, "main.c"), "int main(void) { return 5; }\n");
  const program = await buildProgram(
    { name: "static", sources: [join(user.folder, "main.c")], flags: ["-static"] },
    { folder: join(user.folder, "build") },
  );
  const { code, stderr } = await user.run(["capture", "--quiet", "--", program]);
  assertEquals(code, 5);
  assertMatch(stderr, /^warning: the calls of .*static are not recorded: it is linked statically.*; link it/);
});

Deno.test("rings that a program has made are drained once, and a second time give nothing", async () => {
  await using user = await newUser();
  const rings = join(user.folder, "own.rings");
  const made = await new Deno.Command(await producer(), { args: ["rings", rings, "300"] }).output();
  assertEquals(made.code, 0, new TextDecoder().decode(made.stderr));

  const entries = async (path: string, name: string) => {
    const { code, stderr } = await user.run([
      "capture",
      "--rings",
      path,
      "--once",
      "--quiet",
      "--name",
      name,
    ]);
    assertEquals([code, stderr], [0, ""]);
    return (await readCaptureJson(user, name)).entries;
  };
  assertEquals(await entries("own.rings", "first"), 300);
  assertEquals(await entries(rings, "second"), 0);
});

Deno.test("--duration ends a capture and its program, in order", async () => {
  await using user = await newUser();
  const program = await producer();
  // A machine that is busy elsewhere may have no time for the program before it is over: then it gets more.
  for (let ms = 600, entries = 0; entries === 0; ms *= 4) {
    const name = `timed-${ms}`;
    const words = ["capture", "--name", name, "--duration", `${ms}ms`, "--quiet", "--", program, "forever"];
    const { code, stderr } = await user.run(words);
    assertEquals([code, stderr], [0, ""]);
    const facts = await readCaptureJson(user, name);
    assert(facts.complete);
    entries = facts.entries;
    assert(entries > 0 || ms < 60_000, "nothing was recorded in a minute");
  }
});

Deno.test("segments are Parquet at the end, or what they were recorded as, and tail shows both alike", async () => {
  await using user = await newUser();
  const shown: string[] = [];
  for (const [format, ending] of [[[], ".parquet"], [["--format", "arrow"], ".arrows"]] as const) {
    const name = `as${ending.replace(".", "-")}`;
    const { code, stderr } = await user.run(
      ["capture", "--quiet", "--name", name, ...format, "--", "sh", "-c", "ls /etc > /dev/null"],
    );
    assertEquals([code, stderr], [0, ""]);
    const logs = join(user.folder, "captures", name, "logs");
    const endings = (await Array.fromAsync(Deno.readDir(logs))).map(({ name }) =>
      name.slice(name.indexOf("."))
    );
    assertEquals(endings.sort(), [ending, ".meta.json"].sort());
    const tail = await user.run(["tail", name, "--no-follow", "--lines", "3", "--json"]);
    assertEquals([tail.code, tail.stderr], [0, ""]);
    shown.push(tail.stdout);
  }
  const messages = shown.map((lines) =>
    lines.trim().split("\n").map((line) => String(JSON.parse(line).message).split(" ")[0])
  );
  assertEquals(messages[0]?.length, 3);
  assertEquals(messages[0], messages[1]);
});

Deno.test("rings too small for a burst lose entries, and the table names the cause", async () => {
  await using user = await newUser();
  const { code, stdout } = await user.run([
    "capture",
    "--ring-size",
    "4KiB",
    "--",
    await producer(),
    "burst",
    "50000",
  ]);
  assertEquals(code, 0);
  assertMatch(stdout, /[\d,]+ lost \(\d+/);
  assertStringIncludes(stdout, "lost full");
  assertStringIncludes(stdout, "a larger --ring-size makes room");
});

Deno.test("--quiet prints nothing when nothing is wrong", async () => {
  await using user = await newUser();
  const { code, stdout, stderr } = await user.run([
    "capture",
    "--quiet",
    "--",
    await producer(),
    "burst",
    "10",
  ]);
  assertEquals([code, stdout, stderr], [0, "", ""]);
});

Deno.test("capture -- COMMAND passes the command's status through", async () => {
  await using user = await newUser();
  const program = await producer();
  const status = async (...command: string[]) =>
    (await user.run(["capture", "--quiet", "--", ...command])).code;
  assertEquals(await status(program, "exit", "3"), 3);
  assertEquals(await status(program, "kill", "11"), 128 + 11);
  assertEquals(await status(program, "kill", "15"), 128 + 15);
  assertEquals(await status("./no-such-program"), 127);
  await Deno.writeTextFile(join(user.folder, "not-a-program"), "text", { mode: 0o644 });
  assertEquals(await status("./not-a-program"), 126);
});

Deno.test("a failure that is not the command's ends with 125", async () => {
  await using user = await newUser();
  await Deno.writeTextFile(join(user.folder, "captures"), "a file where the folder should be");
  const { code, stderr } = await user.run(["capture", "--", "true"]);
  assertEquals(code, 125);
  assertMatch(stderr, /^error: .*captures.*\n$/);
});

Deno.test("the command runs in the user's folder with the user's arguments", async () => {
  await using user = await newUser();
  const { stdout, code } = await user.run([
    "capture",
    "--quiet",
    "--",
    "sh",
    "-c",
    `pwd; printf '%s\\n' "$@"`,
    "-",
    "a b",
    "$x",
  ]);
  assertEquals(code, 0);
  assertEquals(stdout, `${user.folder}\na b\n$x\n`);
});

Deno.test("a capture that grows can be asked, and is listed as being recorded", async () => {
  await using user = await newUser();
  const capture = user.start(["capture", "--name", "live", "--quiet", "--", await producer(), "forever"]);
  const count = await waitFor(async () => {
    const { code, stdout } = await user.run(["sql", "live", "SELECT count(*) FROM logs", "--format", "csv"]);
    const rows = Number(stdout.split("\n")[1]);
    return code === 0 && rows > 0 ? rows : null;
  });
  assert(count > 0);
  const listed = JSON.parse((await user.run(["list", "--json"])).stdout);
  assertEquals(listed.map(({ name, state }: { name: string; state: string }) => [name, state]), [[
    "live",
    "recording",
  ]]);
  const removed = await user.run(["rm", "--yes", "live"]);
  assertEquals(removed.code, 2);
  assertStringIncludes(removed.stderr, "it is being recorded");

  capture.kill("SIGTERM");
  assertEquals((await outcomeOf(capture)).code, 0);
  const after = JSON.parse((await user.run(["list", "--json"])).stdout);
  assertEquals(after[0].state, "complete");
});
