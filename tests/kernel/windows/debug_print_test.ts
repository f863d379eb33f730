/**
 * The Windows driver's source of what drivers print. Wine cannot call a driver with that: a driver that has all of it linked in stands for
 * the system and calls what is registered with it, and what the rings have then is asked for in SQL.
 * @module
 */
import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { buildDriverWith, buildWindows } from "../../../runtime/build/build_windows.ts";
import { openCapture } from "../../../runtime/mod.ts";
import { buildProgram, GUEST, readChecks, takeSet } from "./harness/guest_program.ts";
import { WinePrefix } from "./harness/wine_prefix.ts";

Deno.test("under Wine what drivers print is recorded with component and level, cut, counted, and switched off in time", async () => {
  const folder = await Deno.makeTempDir({ prefix: "ringscope-wine-test-" });
  try {
    const built = await buildWindows({ folder: join(folder, "build") });
    await using wine = await WinePrefix.open();
    await buildDriverWith(built, `${GUEST}/load.c`, wine.path("load.sys"));
    await buildProgram(wine, "debug_print");
    const run = await wine.run("debug_print.exe", ["C:\\load.sys"], 600);
    assertEquals(readChecks(run.output).failures, [], `${run.output}\n${run.errors}`);
    assertEquals(run.code, 0, run.output);

    await using log = await openCapture(await takeSet(wine, "prints.bin", folder, "prints"));
    const rows = await log.sql`
      SELECT severity, type::DOUBLE AS type, remarks::DOUBLE AS remarks, message FROM logs ORDER BY idx`;
    assertEquals(rows.map(({ severity, type, remarks, message }) => [severity, type, remarks, message]), [
      [5, 101, 0, "an error"],
      [4, 77, 1, "a warning"],
      [1, 77, 2, "a trace"],
      [3, 101, 3, "information\n"],
      [2, 5, 9, "a level of its own"],
      // Warning and one more, of a mask.
      [4, 5, 0x80000012, "a mask"],
      [3, 101, 3, ""],
      [3, 101, 3, ""],
      // RS_TEXT_MAX without the original length.
      [3, 101, 3, "x".repeat(1012)],
      [3, 101, 3, "deep"],
    ]);
    // Those that were too deep.
    const [account] = await log.sql`
      SELECT sum(attempts)::DOUBLE AS attempts, sum(lost)::DOUBLE AS lost, bool_and(balanced) AS balanced
      FROM accounting`;
    assertEquals(account, { attempts: 12, lost: 2, balanced: true });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
