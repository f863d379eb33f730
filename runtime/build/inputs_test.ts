import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { hashFile, listSources, parseDependencies, shorten } from "./inputs.ts";

Deno.test("dependencies are read over continued lines and escaped spaces", () => {
  const text = "/tmp/a\\ b/0.o: main.c \\\n driver/include/rs_abi.h \\\n  with\\ space.h cost$$.h\n";
  assertEquals(parseDependencies(text), ["main.c", "driver/include/rs_abi.h", "with space.h", "cost$.h"]);
});

Deno.test("a dependency file without a rule has no dependencies", () => {
  assertEquals(parseDependencies(""), []);
});

Deno.test("a pattern stands for the C files of its folder, once each, in order", async () => {
  const root = await Deno.makeTempDir();
  try {
    await Deno.mkdir(join(root, "core"));
    for (const name of ["b.c", "a.c", "a.h"]) await Deno.writeTextFile(join(root, "core", name), "");
    assertEquals(await listSources(root, ["core/*.c", "core/a.c", "/else/where.c"]), [
      "/else/where.c",
      "core/a.c",
      "core/b.c",
    ]);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
});

Deno.test("paths below the root are kept relative to it, others absolute", () => {
  assertEquals(shorten("/project", "driver/x.c"), "driver/x.c");
  assertEquals(shorten("/project", "/project/driver/x.c"), "driver/x.c");
  assertEquals(shorten("/project", "/projects/x.c"), "/projects/x.c");
});

Deno.test("the hash of a file that is gone is null", async () => {
  assertEquals(await hashFile("/no/such/file"), null);
});
