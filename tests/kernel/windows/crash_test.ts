/**
 * What the Windows driver would give to a crash dump. Wine has no crash: the functions behind the system's callbacks are called by a
 * driver that has them linked in, and the registration is never run.
 * @module
 */
import { assertEquals } from "@std/assert";
import { readChecks, runProgram } from "./harness/guest_program.ts";

Deno.test("under Wine a crash dump would be given every page of each set, and the newest entries", async () => {
  const run = await runProgram("crash", ["C:\\load.sys"], 600);
  const { failures, checks } = readChecks(run.output);
  assertEquals(failures, [], `${run.output}\n${run.errors}`);
  assertEquals([run.code, checks], [0, 18], run.output);
});
