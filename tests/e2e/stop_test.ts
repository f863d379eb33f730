/**
 * How a capture ends when somebody ends it: from a terminal, by a signal to any process of the chain that started it.
 * @module
 */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { isRunning, isTaskOf, listProcesses } from "./processes.ts";
import {
  newUser,
  outcomeOf,
  producer,
  startOnTerminal,
  TASK,
  type User,
  userEnvironment,
  waitFor,
} from "./ringscope.ts";

const CTRL_C = "\x03";

/** Waits until the capture `name` has stored something, and gives the process that records it. */
async function recorderOf(user: User, name: string): Promise<number> {
  return await waitFor(async () => {
    const recorder = listProcesses().find(({ pid, arguments: given }) =>
      given.includes("run") && given.includes("capture") && given.includes(name) && isTaskOf(user.folder, pid)
    );
    const logs = join(user.folder, "captures", name, "logs", "000001.arrows");
    const bytes = await Deno.stat(logs).then(({ size }) => size, () => 0);
    return recorder !== undefined && bytes > 4096 ? recorder.pid : null;
  });
}

async function assertComplete(user: User, name: string): Promise<void> {
  const { complete, entries } = JSON.parse(
    await Deno.readTextFile(join(user.folder, "captures", name, "capture.json")),
  );
  assert(complete, "the capture is not complete");
  assert(entries > 0);
  const { stdout } = await user.run(["sql", name, "--format", "csv", "SELECT count(*) FROM logs"]);
  assertEquals(stdout, `count_star()\n${entries}\n`);
}

Deno.test("Ctrl-C on a terminal ends the capture whole, through deno task, with exit status 0", async () => {
  await using user = await newUser();
  const words = [...TASK, "capture", "--name", "keys", "--", await producer(), "forever"];
  const terminal = await startOnTerminal(user, words);
  const recorder = await recorderOf(user, "keys");
  await terminal.shows("recording · ");
  await terminal.type(CTRL_C);
  const { code, shown } = await terminal.ended();
  assertEquals(code, 0, shown);
  assertStringIncludes(shown, "nothing lost");
  assertEquals(isRunning(recorder), false);
  await assertComplete(user, "keys");
});

Deno.test("Ctrl-C on a terminal ends the whole chain of npx, and nothing stays behind", async () => {
  await using user = await newUser();
  const npx = ["npx", "-y", `deno@${Deno.version.deno}`, ...TASK.slice(1)];
  const words = [...npx, "capture", "--name", "chain", "--", await producer(), "forever"];
  const terminal = await startOnTerminal(user, words);
  const recorder = await recorderOf(user, "chain");
  await terminal.type(CTRL_C);
  // npm itself reports the interrupt as 130; what counts is that it waits and that everything is written.
  const { shown } = await terminal.ended();
  assertStringIncludes(shown, "nothing lost");
  assertEquals(isRunning(recorder), false);
  await assertComplete(user, "chain");
});

Deno.test("SIGTERM to deno task ends the capture in order with exit status 0", async () => {
  await using user = await newUser();
  const capture = user.start(["capture", "--name", "term", "--", await producer(), "forever"]);
  const recorder = await recorderOf(user, "term");
  capture.kill("SIGTERM");
  const { code, stderr } = await outcomeOf(capture);
  await capture.stdin.close();
  assertEquals(code, 0, stderr);
  assertEquals(isRunning(recorder), false);
  await assertComplete(user, "term");
});

Deno.test("SIGTERM to npx, which tells nobody below it, still ends the capture in order", async () => {
  await using user = await newUser();
  const npx = new Deno.Command("npx", {
    args: [
      "-y",
      `deno@${Deno.version.deno}`,
      ...TASK.slice(1),
      "capture",
      "--name",
      "orphan",
      "--",
      await producer(),
      "forever",
    ],
    cwd: user.folder,
    clearEnv: true,
    env: userEnvironment(),
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
  const recorder = await recorderOf(user, "orphan");
  npx.kill("SIGTERM");
  await npx.status;
  await waitFor(() => isRunning(recorder) ? null : true);
  await assertComplete(user, "orphan");
});

Deno.test("a capture that is killed keeps what it had appended, and says that it was cut short", async () => {
  await using user = await newUser();
  const capture = user.start(["capture", "--name", "killed", "--", await producer(), "forever"]);
  const recorder = await recorderOf(user, "killed");
  const program = listProcesses().find(({ parent }) => parent === recorder);
  assert(program !== undefined);
  Deno.kill(recorder, "SIGKILL");
  Deno.kill(program.pid, "SIGKILL");
  await outcomeOf(capture);
  await capture.stdin.close();
  const [listed] = JSON.parse((await user.run(["list", "--json"])).stdout);
  assertEquals([listed.name, listed.state], ["killed", "cut short"]);
  const { code, stdout } = await user.run([
    "sql",
    "--format",
    "csv",
    "SELECT count(*) > 0 AS some FROM logs",
  ]);
  assertEquals([code, stdout], [0, "some\ntrue\n"]);

  const leftovers = JSON.parse((await user.run(["doctor", "--json"])).stdout).checks
    .find(({ name }: { name: string }) => name === "leftover rings");
  assertEquals(leftovers.state, "warning");
  const path = new RegExp(`/dev/shm/ringscope-${recorder}-\\w+\\.rings`).exec(leftovers.advice)?.[0];
  assert(path !== undefined, "doctor names the ring file that was left behind");
  await new Deno.Command("rm", { args: [path] }).output();
});
