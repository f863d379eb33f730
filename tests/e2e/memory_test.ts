/**
 * What a user meets where memory for rings is short, or is taken away: containers give 64 MiB of shared memory, and a file can be truncated.
 */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import {
  newUser,
  type Outcome,
  outcomeOf,
  producer,
  TASK,
  type User,
  userEnvironment,
  waitFor,
} from "./ringscope.ts";

/** Runs a task where /dev/shm is a new file system of 64 MiB, for this command only. */
async function runInContainer(user: User, args: readonly string[]): Promise<Outcome> {
  const mount = 'mount -t tmpfs -o size=64m tmpfs /dev/shm && exec "$@"';
  const child = new Deno.Command("unshare", {
    args: ["--map-root-user", "--mount", "sh", "-c", mount, "sh", ...TASK, ...args],
    cwd: user.folder,
    clearEnv: true,
    env: userEnvironment(),
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  return await outcomeOf(child);
}

Deno.test("rings that 64 MiB of shared memory cannot take lie in a memory file, and nothing is lost", async () => {
  await using user = await newUser();
  const burst = ["--", await producer(), "burst", "3000"];
  for (const size of ["4MiB", "64MiB"]) {
    const { code, stdout, stderr } = await runInContainer(user, [
      "capture",
      "--json",
      "--ring-size",
      size,
      ...burst,
    ]);
    assertEquals(code, 0, stderr);
    const { entries, complete, balanced, warnings, path } = JSON.parse(stdout);
    assertEquals([entries, complete, balanced, warnings], [3000, true, true, []]);
    const { source } = JSON.parse(await Deno.readTextFile(join(path, "capture.json")));
    assertEquals(source.rings.startsWith("/proc/"), size === "64MiB", source.rings);
  }
});

Deno.test("a program that makes rings of its own where there is no room is told why", async () => {
  await using user = await newUser();
  const args = ["own", "/dev/shm/own.rings", "0", String(64 * 2 ** 20), "10"];
  const mount = 'mount -t tmpfs -o size=64m tmpfs /dev/shm && exec "$@"';
  const child = new Deno.Command("unshare", {
    args: ["--map-root-user", "--mount", "sh", "-c", mount, "sh", await producer(), ...args],
    cwd: user.folder,
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const { code, stderr } = await outcomeOf(child);
  assertEquals(code, 1);
  assertStringIncludes(stderr, "cannot allocate");
  assertStringIncludes(stderr, "No space left on device");
});

Deno.test("truncating the rings ends the capture with a clear warning, and the program goes on to its end", async () => {
  await using user = await newUser();
  const end = join(user.folder, "end");
  const child = user.start(["capture", "--json", "--name", "cut", "--", await producer(), "until", end]);
  await child.stdin.close();
  const said = gather(child.stderr), printed = new Response(child.stdout).text();
  const ended = child.status.then(() => "ended");
  const ready = waitFor(() => exists(`${end}.ready`)).then(() => "ready");
  assertEquals(await Promise.race([ended, ready]), "ready");
  const { source } = JSON.parse(
    await Deno.readTextFile(join(user.folder, "captures", "cut", "capture.json")),
  );
  const { success } = await new Deno.Command("truncate", { args: ["--size", "4096", source.rings] }).output();
  assert(success);
  // The program goes on: it is told to end when it has met what is not there any more.
  await waitFor(() => said.text.includes("this program is not recorded any more") || null);
  await Deno.writeTextFile(end, "");
  assertEquals(await ended, "ended");
  await said.ended;
  assertEquals((await child.status).code, 0, said.text);
  const result = JSON.parse(await printed);
  assertEquals(result.complete, false);
  assertStringIncludes(
    result.warnings.join("\n"),
    "the file of the rings was truncated while they were recorded",
  );
});

/** What a process has written so far. */
function gather(stream: ReadableStream<Uint8Array<ArrayBuffer>>): { text: string; ended: Promise<void> } {
  const gathered = { text: "", ended: Promise.resolve() };
  gathered.ended = (async () => {
    for await (const piece of stream.pipeThrough(new TextDecoderStream())) gathered.text += piece;
  })();
  return gathered;
}

async function exists(path: string): Promise<true | null> {
  try {
    await Deno.stat(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}
