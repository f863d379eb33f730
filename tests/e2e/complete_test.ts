import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { newUser, producer, type User, userEnvironment } from "./ringscope.ts";

/** A user with captures of these names. */
async function userWith(...names: string[]): Promise<User> {
  const user = await newUser();
  for (const name of names) {
    const { code, stderr } = await user.run([
      "capture",
      "--quiet",
      "--name",
      name,
      "--",
      await producer(),
      "entries",
    ]);
    assertEquals(code, 0, stderr);
  }
  return user;
}

Deno.test("a shell that asks for candidates", async (t) => {
  await using user = await userWith("boot", "idle");
  const candidates = async (...words: string[]) => {
    const { code, stdout, stderr } = await user.run(["complete", "--", ...words]);
    assertEquals([code, stderr], [0, ""]);
    const lines = stdout.trimEnd().split("\n");
    assertMatch(lines.pop() ?? "", /^:\d+$/, "how they are to be taken");
    return lines.map((line) => line.split("\t")[0]);
  };

  await t.step("gets commands, then captures, then options with their values", async () => {
    assertEquals(await candidates("q"), ["queries"]);
    assertEquals((await candidates("sql", "")).toSorted(), ["boot", "idle"]);
    assertEquals(await candidates("info", "b"), ["boot"]);
    assertEquals(await candidates("sql", "--form"), ["--format"]);
    assertEquals(await candidates("sql", "--format", "n"), ["ndjson"]);
  });

  await t.step("gets captures for both sides of a comparison, actions and names of baselines", async () => {
    assertEquals((await candidates("compare", "boot", "")).toSorted(), ["boot", "idle"]);
    assertEquals(await candidates("compare", "--allow", "hos"), ["host"]);
    assertEquals(await candidates("baseline", "s"), ["save"]);
    const saved = await user.run(["baseline", "save", "main", "boot"]);
    assertEquals(saved.code, 0, saved.stderr);
    assertEquals(await candidates("baseline", "use", ""), ["main"]);
    assertEquals(await candidates("compare", "--baseline", "m"), ["main"]);
  });

  await t.step("gets the names of the SQL library, for --query those that give rows", async () => {
    assertEquals(await candidates("queries", "level"), ["level_name", "level_counts"]);
    assertEquals(await candidates("sql", "--query", "level"), ["level_counts"]);
    assertEquals(await candidates("sql", "--query=burs"), ["bursts"]);
  });

  await t.step(
    "gets the captures of the folder that the line names, and files where a file is wanted",
    async () => {
      await Deno.mkdir(join(user.folder, "none"));
      assertEquals(await candidates("sql", "--dir", "none", ""), []);
      await Deno.writeTextFile(join(user.folder, "top.sql"), "SELECT 1");
      assertEquals(await candidates("sql", "-f", "to"), ["top.sql"]);
    },
  );

  await t.step("does not get a name that the shell would run", async () => {
    await Deno.rename(join(user.folder, "captures/idle"), join(user.folder, "captures/$(touch ran)"));
    assertEquals(await candidates("sql", ""), ["boot"]);
  });
});

Deno.test("bash completes ringscope, which is there afterwards, and runs nothing of the line", async () => {
  await using user = await userWith("boot");
  const { code, stdout: script } = await user.run(["complete", "bash"]);
  assertEquals(code, 0);
  await Deno.writeTextFile(join(user.folder, "completion.bash"), script);
  await Deno.writeTextFile(
    join(user.folder, "try.bash"),
    `source ./completion.bash
complete_line() { COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); __ringscope_complete 2>errors; echo "\${COMPREPLY[*]}"; }
complete_line ringscope inf
complete_line ringscope sql ''
complete_line ringscope sql '$(touch ran)' '>' ran --forma
ringscope sql --format csv "SELECT 7 AS seven"
`,
  );
  const { stdout, stderr } = await new Deno.Command("bash", {
    args: ["--norc", "try.bash"],
    cwd: user.folder,
    clearEnv: true,
    env: userEnvironment(),
  }).output();
  const decoder = new TextDecoder();
  assertEquals(decoder.decode(stdout), "info\nboot\n--format\nseven\n7\n", decoder.decode(stderr));
  assert(!(await Array.fromAsync(Deno.readDir(user.folder))).some(({ name }) => name === "ran"));
});

Deno.test("each shell gets a script, and another one the names of those", async () => {
  await using user = await newUser();
  for (const shell of ["zsh", "fish", "powershell"]) {
    const { code, stdout } = await user.run(["complete", shell]);
    assertEquals(code, 0);
    assertStringIncludes(stdout, "ringscope");
  }
  const { code, stderr } = await user.run(["complete", "tcsh"]);
  assertEquals(code, 2);
  assertMatch(stderr, /^error: [^\n]*"tcsh"[^\n]*bash, zsh, fish, powershell\n$/);
});
