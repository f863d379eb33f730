import { assert, assertEquals, assertFalse, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { newUser, producer, startOnTerminal, TASK, type User } from "./ringscope.ts";

async function record(user: User, name: string, ...words: string[]): Promise<void> {
  const { code, stderr } = await user.run([
    "capture",
    "--quiet",
    "--name",
    name,
    "--",
    await producer(),
    ...words,
  ]);
  assertEquals(code, 0, stderr);
}

async function exists(path: string): Promise<boolean> {
  return await Deno.stat(path).then(() => true, () => false);
}

Deno.test("list shows the captures, newest first, and says when there are none", async () => {
  await using user = await newUser();
  const none = await user.run(["list"]);
  assertEquals([none.code, none.stdout], [0, ""]);
  assertStringIncludes(none.stderr, "there is no capture in");
  assertEquals(JSON.parse((await user.run(["list", "--json"])).stdout), []);

  await record(user, "a", "burst", "5");
  await record(user, "b", "burst", "6");
  await Deno.mkdir(join(user.folder, "captures", "broken"));
  await Deno.writeTextFile(join(user.folder, "captures", "broken", "capture.json"), "{");
  const table = (await user.run(["list"])).stdout;
  assertMatch(table, /│ b .*│ +6 │ +0 │.*│ complete[\s\S]*│ a .*│ +5 │ +0 │.*│ complete/);
  assertStringIncludes(table, "broken");
  const objects = JSON.parse((await user.run(["list", "--json"])).stdout);
  assertEquals(
    objects.filter(({ name }: { name: string }) => name !== "broken").map((
      { name, entries, lost, state, path }: Record<string, unknown>,
    ) => [name, entries, lost, state, path]),
    [
      ["b", 6, 0, "complete", join(user.folder, "captures", "b")],
      ["a", 5, 0, "complete", join(user.folder, "captures", "a")],
    ],
  );
});

Deno.test("info shows health before everything else", async () => {
  await using user = await newUser();
  await record(user, "good", "burst", "5");
  const { code, stdout } = await user.run(["info", "good"]);
  assertEquals(code, 0);
  assertMatch(stdout, /^good: .*trust/);
  for (const fact of ["entries", "started", "processors", "command"]) assertStringIncludes(stdout, fact);
  const newest = await user.run(["info", "--json"]);
  const object = JSON.parse(newest.stdout);
  assertEquals(Object.keys(object)[0], "health");
  assertEquals(object.name, "good");
});

Deno.test("rm asks on a terminal, removes with --yes, and never without an answer", async () => {
  await using user = await newUser();
  await record(user, "one", "burst", "1");
  await record(user, "two", "burst", "1");
  const path = (name: string) => join(user.folder, "captures", name);

  const silent = await user.run(["rm", "one"]);
  assertEquals(silent.code, 2);
  assertStringIncludes(silent.stderr, "--yes");
  assert(await exists(path("one")));

  for (const [answer, remains, status] of [["n", true, 1], ["y", false, 0]] as const) {
    const terminal = await startOnTerminal(user, [...TASK, "rm", "one"]);
    await terminal.shows("Remove captures/one for good?");
    await terminal.type(`${answer}\n`);
    const { code, shown } = await terminal.ended();
    assertEquals(code, status, shown);
    assertEquals(await exists(path("one")), remains);
  }

  const unknown = await user.run(["rm", "--yes", "tow"]);
  assertEquals(unknown.code, 2);
  assertStringIncludes(unknown.stderr, "two");
  assertEquals((await user.run(["rm", "-y", "captures/two"])).stdout, "removed captures/two\n");
  assertFalse(await exists(path("two")));
});

Deno.test("rm touches nothing that is no capture", async () => {
  await using user = await newUser();
  await Deno.mkdir(join(user.folder, "precious"));
  await Deno.writeTextFile(join(user.folder, "precious", "data"), "x");
  for (const name of ["./precious", ".", "..", "/"]) {
    assertEquals((await user.run(["rm", "--yes", name])).code, 2, name);
  }
  assert(await exists(join(user.folder, "precious", "data")));
});

Deno.test("doctor finds a working installation and leaves nothing behind", async () => {
  await using user = await newUser();
  const { code, stdout } = await user.run(["doctor"]);
  assertEquals(code, 0, stdout);
  for (
    const name of [
      "C compiler",
      "native libraries",
      "memory for rings",
      "kernel log",
      "captures folder",
      "SQL engine",
      "Linux driver",
    ]
  ) {
    assertMatch(stdout, new RegExp(`^(ok|note) +${name}: `, "m"));
  }
  assertEquals(await Array.fromAsync(Deno.readDir(user.folder)), []);
  const object = JSON.parse((await user.run(["doctor", "--json"])).stdout);
  assertEquals([object.ok, object.checks.length], [true, 9]);
});

Deno.test("doctor says what is missing and what to do", async () => {
  await using user = await newUser();
  const { code, stdout } = await user.run(["doctor"], { env: { CC: "no-such-compiler" } });
  assertEquals(code, 1);
  assertMatch(stdout, /^missing +C compiler: .*\n +→ .*no-such-compiler/m);
});
