/**
 * The exhaustive model of the rings' protocol: clean as it is, and broken by the removal of each rule. Its steps are the test points
 * of the C code.
 */
import { assert, assertEquals } from "@std/assert";
import { buildProgram } from "../../runtime/build/build.ts";
import { testPointNames } from "../support/test_points.ts";

Deno.test("every interleaving keeps the invariants, each rule's removal is caught, and the steps are those of the code", async () => {
  const program = await buildProgram({
    name: "tests/model",
    sources: ["tests/model/*.c"],
    // States are packed: small fields are computed with as ints everywhere.
    flags: ["-Wno-conversion", "-Wno-sign-conversion"],
  });
  const { code, stdout, stderr } = await new Deno.Command(program, { stdin: "null" }).output();
  const output = new TextDecoder().decode(stdout);
  assertEquals(code, 0, output + new TextDecoder().decode(stderr));
  console.log(output);
  const [, passed = "0", failed = "1"] = /^(\d+) passed, (\d+) failed$/m.exec(output) ?? [];
  assert(Number(passed) > 50, output);
  assertEquals(failed, "0");
  const [, reached = ""] = /test points reached: (.*)$/m.exec(output) ?? [];
  assertEquals(reached.split(" ").sort(), await testPointNames());
});
