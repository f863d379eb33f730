import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { newUser, producer } from "./ringscope.ts";

Deno.test("report", async (t) => {
  await using user = await newUser();
  const program = await producer();
  for (const name of ["before", "after"]) {
    const recorded = await user.run(["capture", "--quiet", "--name", name, "--", program, "entries"]);
    assertEquals(recorded.code, 0, recorded.stderr);
  }
  const file = (name: string) => Deno.readTextFile(join(user.folder, name));

  await t.step("writes a page about the newest capture, named for it, and says so", async () => {
    const { code, stdout, stderr } = await user.run(["report"]);
    assertEquals([code, stdout], [0, ""], stderr);
    assertMatch(stderr, /after\.html: \d+(\.\d+)? KiB\n$/);
    const text = await file("after.html");
    assertMatch(text, /^<!doctype html>\n/);
    assertStringIncludes(text, "<title>after · Ringscope</title>");
    assertEquals(text.match(/\b(?:src|href)="(?!#)[^"]*"/g), null, "it asks for no other file");
  });

  await t.step("lays two captures beside each other, and tells machines what it wrote", async () => {
    const { code, stdout, stderr } = await user.run([
      "report",
      "before",
      "after",
      "-o",
      "both.html",
      "--json",
    ]);
    assertEquals([code, stderr], [0, ""]);
    const told = JSON.parse(stdout);
    assertEquals(told.file, join(user.folder, "both.html"));
    assertEquals(told.bytes, (await Deno.stat(told.file)).size);
    assertEquals(
      told.captures.map(({ name, entries, lost }: Record<string, unknown>) => [name, entries, lost]),
      [
        ["before", 10, 0],
        ["after", 10, 0],
      ],
    );
    assertStringIncludes(await file("both.html"), "<title>before → after · Ringscope</title>");
  });

  await t.step("shows only the entries that are chosen, and says which", async () => {
    const { code, stderr } = await user.run(["report", "before", "--severity", "error", "-o", "errors.html"]);
    assertEquals(code, 0, stderr);
    const text = await file("errors.html");
    assertStringIncludes(text, "this is error");
    assert(!text.includes("this is info"));
    assertStringIncludes(text, "severity &gt;= 5");
  });

  await t.step("does not replace a file unless told to", async () => {
    const refused = await user.run(["report", "after"]);
    assertEquals([refused.code, refused.stdout], [2, ""]);
    assertMatch(refused.stderr, /^error: cannot write .*after\.html: it exists; .*--force/);
    assertEquals((await user.run(["report", "after", "--force", "--quiet"])).code, 0);
  });

  await t.step("refuses what it cannot show in one clear line", async () => {
    for (
      const [args, says] of [
        [["nobody"], /nobody/],
        [["before", "before"], /one capture/],
        [["before", "after", "before"], /compare/],
        [["before", "-o", "none/at/all.html"], /there is no folder/],
      ] as const
    ) {
      const { stdout, stderr, code } = await user.run(["report", ...args]);
      assert(code === 1 || code === 2, String(code));
      assertEquals(stdout, "");
      assertMatch(stderr, /^error: [^\n]+\n$/);
      assertMatch(stderr, says);
    }
  });
});
