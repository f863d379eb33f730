import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { findCompiler } from "./compiler.ts";

Deno.test("a compiler answers with its version", async () => {
  const compiler = await findCompiler("cc");
  assert("version" in compiler);
  assertEquals(compiler.command, ["cc"]);
  assert(compiler.version.length > 0);
});

Deno.test("CC may carry leading words", async () => {
  const compiler = await findCompiler(" env  cc ");
  assert("version" in compiler);
  assertEquals(compiler.command, ["env", "cc"]);
});

Deno.test("a CC that cannot be run is not replaced by another compiler", async () => {
  const compiler = await findCompiler("/no/such/cc -m64");
  assert("reason" in compiler);
  assertStringIncludes(compiler.reason, 'CC is "/no/such/cc -m64", which does not work');
});

Deno.test("a CC that fails is reported with its code", async () => {
  const compiler = await findCompiler("false");
  assert("reason" in compiler);
  assertStringIncludes(compiler.reason, "it ended with 1");
});

Deno.test("an empty CC means the usual compilers", async () => {
  assertEquals(await findCompiler(" "), await findCompiler(""));
});
