import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { ensureBuilt, listExamples } from "./build.ts";

Deno.test("everything that ships is built, and found up to date the second time", async () => {
  const first = await ensureBuilt();
  assertEquals(first.reason, null);
  assert(first.reader !== null && first.driver !== null && first.preload !== null);
  assertEquals(
    Object.keys(first.examples),
    (await listExamples()).map(({ name }) => name.slice("examples/".length)),
  );
  for (const { path } of first.products) assert((await Deno.stat(path)).isFile);
  const second = await ensureBuilt();
  assertEquals(second.products.map(({ compiled }) => compiled), first.products.map(() => false));
});

Deno.test("without a compiler nothing is built and the reason is told", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const result = await ensureBuilt({ folder: join(folder, "build"), cc: "/no/such/cc" });
    assertEquals([result.reader, result.driver, result.examples, result.products], [null, null, {}, []]);
    assertStringIncludes(result.reason ?? "", 'CC is "/no/such/cc"');
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("without a compiler what was built before is used", async () => {
  const built = await ensureBuilt();
  assertEquals(await ensureBuilt({ cc: "/no/such/cc" }), {
    ...built,
    products: built.products.map(({ path }) => ({ path, compiled: false })),
  });
});
