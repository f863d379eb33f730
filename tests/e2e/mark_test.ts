import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { newUser, outcomeOf, producer, type User, waitFor } from "./ringscope.ts";

/** Waits until a capture has stored something. */
async function isStoring(user: User, name: string): Promise<void> {
  const logs = join(user.folder, "captures", name, "logs", "000001.arrows");
  await waitFor(() => Deno.stat(logs).then(({ size }) => size > 4096 || null, () => null));
}

/** `capture,message,level` and how many of the program's own texts stand before and behind each mark. */
async function marksOf(user: User) {
  const { code, stdout, stderr } = await user.run([
    "sql",
    "--json",
    `SELECT message, level, (SELECT count(*) FROM logs WHERE logs.idx < marks.idx) > 0 AS some_before,
      (SELECT count(*) FROM logs WHERE logs.idx > marks.idx) > 0 AS some_behind FROM marks`,
  ]);
  assertEquals(code, 0, stderr);
  return JSON.parse(stdout);
}

async function refused(user: User, ...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await user.run(["mark", ...args]);
  assertEquals([code, stdout], [2, ""]);
  assertMatch(stderr, /^error: [^\n]+\n$/, "one clear line");
  return stderr;
}

Deno.test("marks stand in a running capture between what was logged before and after them", async () => {
  await using user = await newUser();
  const end = join(user.folder, "end");
  assertStringIncludes(await refused(user, "too early"), "nothing is being recorded in");
  const capture = user.start(["capture", "--json", "--name", "run", "--", await producer(), "until", end]);
  await capture.stdin.close();
  const ended = outcomeOf(capture);
  await isStoring(user, "run");

  assertEquals(await user.run(["mark", "load begins"]), { code: 0, stdout: "marked run\n", stderr: "" });
  const warned = await user.run([
    "mark",
    "--json",
    "--capture",
    "run",
    "--severity",
    "warn",
    "cable\npulled",
  ]);
  assertEquals(JSON.parse(warned.stdout), {
    capture: "run",
    path: join(user.folder, "captures", "run"),
    severity: "warn",
    message: "cable\npulled",
  });
  assertStringIncludes(await refused(user, " "), "no text");
  assertStringIncludes(await refused(user, "--capture", "rum", "text"), "did you mean run?");
  assertStringIncludes(await refused(user, "x".repeat(2000)), "write at most 1016");

  await Deno.writeTextFile(end, "");
  const { code, stdout, stderr } = await ended;
  assertEquals(code, 0, stderr);
  const result = JSON.parse(stdout);
  assertEquals([result.complete, result.balanced, result.lost], [true, true, 0]);
  assertEquals(await marksOf(user), [
    { message: "load begins", level: "info", some_before: true, some_behind: true },
    { message: "cable\npulled", level: "warn", some_before: true, some_behind: true },
  ]);
  const tail = await user.run(["tail", "--match", "cable", "--quiet"]);
  assert(tail.stdout.endsWith(" ── cable\\npulled ──\n"), tail.stdout);
  assertStringIncludes(await refused(user, "--capture", "run", "too late"), "not being recorded any more");
});

Deno.test("a mark reaches rings that another process keeps in memory", async () => {
  await using user = await newUser();
  const end = join(user.folder, "end");
  const program = new Deno.Command(await producer(), { args: ["memory", end] }).spawn();
  await waitFor(() => Deno.stat(`${end}.ready`).then(() => true, () => null));
  const rings = await Deno.readTextFile(`${end}.rings`);
  assertMatch(rings, /^\/proc\/\d+\/fd\/\d+$/);
  const capture = user.start(["capture", "--name", "memory", "--rings", rings]);
  await capture.stdin.close();
  const ended = outcomeOf(capture);
  await isStoring(user, "memory");
  const marked = await user.run(["mark", "--quiet", "in memory"]);
  assertEquals(marked, { code: 0, stdout: "", stderr: "" });
  await waitFor(async () =>
    (await user.run(["tail", "memory", "--no-follow", "--match", "in memory"])).stdout || null
  );
  capture.kill("SIGTERM");
  const { code, stderr } = await ended;
  assertEquals(code, 0, stderr);
  await Deno.writeTextFile(end, "");
  assertEquals((await program.status).code, 0);
  const [{ message, some_before: someBefore }] = await marksOf(user);
  assertEquals([message, someBefore], ["in memory", true]);
});
