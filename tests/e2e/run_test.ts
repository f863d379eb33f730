import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { newUser } from "./ringscope.ts";

Deno.test("a script runs with the API at hand, its own arguments and no network, and its status is passed on", async () => {
  await using user = await newUser();
  await Deno.writeTextFile(
    join(user.folder, "mine.ts"),
    `import { captures } from "@ringscope/ringscope";
console.log(JSON.stringify(Deno.args), (await captures("captures")).length);
try { await Deno.connect({ port: 9 }); } catch (error) { console.log((error as Error).name); }
Deno.exitCode = 7;
`,
  );
  assertEquals(await user.run(["run", "mine.ts", "--json", "a b"]), {
    code: 7,
    stdout: `["--json","a b"] 0\nNotCapable\n`,
    stderr: "",
  });
});

Deno.test("types are checked when that is asked for, and what cannot be run is refused with one line", async () => {
  await using user = await newUser();
  await Deno.writeTextFile(
    join(user.folder, "wrong.ts"),
    `const n: number = "text";\nconsole.log(typeof n);\n`,
  );
  assertEquals((await user.run(["run", "wrong.ts"])).stdout, "string\n");
  const { code, stderr } = await user.run(["run", "--check", "wrong.ts"]);
  assertEquals(code, 1);
  assertStringIncludes(stderr, "TS2322");
  for (const args of [["nothing.ts"], [], ["--fast", "wrong.ts"]]) {
    const refused = await user.run(["run", ...args]);
    assertEquals([refused.code, refused.stdout], [2, ""]);
    assertMatch(refused.stderr, /^error: [^\n]+\n$/);
  }
  assertStringIncludes((await user.run(["run", "--help"])).stdout, "run SCRIPT");
});
