/**
 * The call of the Windows driver that waits, under Wine.
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { readChecks, runProgram } from "./harness/guest_program.ts";

Deno.test("under Wine a reader waits for entries, and no wait outlives its time, its set, its file or its process", async () => {
  const run = await runProgram("waiting", ["C:\\load.sys"], 300);
  const { failures, checks } = readChecks(run.output);
  assertEquals(failures, [], `${run.output}\n${run.errors}`);
  assertEquals(run.code, 0, run.output);
  assert(checks > 45, `only ${checks} checks were made:\n${run.output}`);
});
