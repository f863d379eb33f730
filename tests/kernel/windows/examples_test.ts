/**
 * The example drivers under Wine: one that imports from ringscope.sys, one that was written for Win-Kernel-Logger, one that has all of
 * it linked in. What they log is asked for in SQL.
 * @module
 */
import { assertEquals, assertMatch } from "@std/assert";
import { basename, join } from "@std/path";
import { buildDriverWith, buildWindows, buildWindowsExamples } from "../../../runtime/build/build_windows.ts";
import { type Entry, openCapture } from "../../../runtime/mod.ts";
import { buildProgram, GUEST, readChecks, takeSet } from "./harness/guest_program.ts";
import { WinePrefix } from "./harness/wine_prefix.ts";

const PATIENCE = 600;

async function readEntries(capture: string): Promise<Entry[]> {
  await using log = await openCapture(capture);
  return await Array.fromAsync(log.entries());
}

Deno.test("under Wine the example drivers' entries arrive, from what is imported and from what is linked in", async (t) => {
  const folder = await Deno.makeTempDir({ prefix: "ringscope-wine-test-" });
  try {
    const built = await buildWindows({ folder: join(folder, "build") });
    await using wine = await WinePrefix.open();
    for (const path of [built.driver, ...await buildWindowsExamples(built)]) {
      await Deno.copyFile(path, wine.path(basename(path)));
    }
    await buildDriverWith(built, `${GUEST}/loader.c`, wine.path("loader.sys"), "imports");
    await buildProgram(wine, "examples");
    const run = async (...args: string[]) => {
      const run = await wine.run("examples.exe", ["C:", ...args], PATIENCE);
      assertEquals(readChecks(run.output).failures, [], `${run.output}\n${run.errors}`);
      assertEquals(run.code, 0, run.output);
    };

    await t.step("of hello.c and seed.c", async () => {
      await run("C:\\imports.bin", "imports");
      const entries = await readEntries(await takeSet(wine, "imports.bin", folder, "imports"));
      const [hello, bytes, event, goes, loaded, ...rest] = entries;
      assertMatch(hello?.message ?? "", /^hello from \\Registry\\Machine\\System\\.*\\ringscope_hello$/i);
      assertEquals([bytes?.type, bytes?.remarks, bytes?.data], [
        42,
        1,
        new Uint8Array([0xde, 0xad, 0xbe, 0xef]),
      ]);
      assertMatch(event?.message ?? "", /^bytes=\d+ status=STATUS_DEVICE_BUSY$/);
      assertEquals(goes?.message, "hello goes");
      assertMatch(loaded?.message ?? "", /^Driver is loaded from .*\\ringscope_seed, 3 packets follow$/i);
      // LogMessage is level 1; what SendData calls a type is the level there.
      assertEquals([loaded?.kind, loaded?.type], ["text", 1]);
      const packets = rest.slice(0, 3);
      assertEquals(packets.map(({ kind, type, remarks }) => [kind, type, remarks]), [
        ["data", 7, 1],
        ["data", 7, 2],
        ["data", 7, 3],
      ]);
      const packet = packets[2]?.data;
      assertEquals(packet?.slice(0, 4), new Uint8Array([3, 0, 0, 0]));
      assertEquals(new TextDecoder().decode(packet?.slice(4, 15)), "first bytes");
      assertMatch(rest[3]?.message ?? "", /^Driver .*ringscope_seed is unloaded$/i);
      assertEquals(entries.length, 9);
    });

    await t.step("of linked.c", async () => {
      await run("C:\\linked.bin", "linked");
      const entries = await readEntries(await takeSet(wine, "linked.bin", folder, "linked"));
      assertEquals(entries.length, 1);
      assertMatch(entries[0]?.message ?? "", /^linked in, from .*\\ringscope_linked$/i);
    });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
