/**
 * Golden ring images, read by ringscope-reader.exe and by a C program with ringscope.dll under Wine: the same rows, gaps and counters as on Linux.
 * @module
 */
import { assert, assertEquals, equal } from "@std/assert";
import { join } from "@std/path";
import { buildReaderForWindows } from "../../../runtime/build/build_windows.ts";
import { projectRoot } from "../../../runtime/build/place.ts";
import { EVERYTHING } from "../../../runtime/reader/wanted_entries.ts";
import { readCapturedFolder } from "../../golden/captured_folder.ts";
import { goldenCases } from "../../golden/golden_cases.ts";
import { loadImage } from "../../golden/golden_files.ts";
import { sortGaps } from "../../golden/golden_result.ts";
import { loadGolden } from "../../golden/golden_suite.ts";
import { runTool } from "../linux/harness/guest_error.ts";
import { GUEST } from "./harness/guest_program.ts";
import { WinePrefix } from "./harness/wine_prefix.ts";

/** Seconds for all of them, on a machine that does something else too. */
const PATIENCE = 1200;

/** What cmd.exe says when it could not start a program. Wine cannot once in some thousand times; the program has done nothing then. */
const NOT_STARTED = 9009;
const READ = "C:\\reader.exe drain %%f C:\\captures\\%%~nf --image 2>C:\\errors\\%%~nf.txt";

/** One start of Wine for all: a start takes longer than reading an image. An image that is refused gets a line with the program's status. */
const SCRIPT = [
  "@echo off",
  "setlocal enabledelayedexpansion",
  "mkdir C:\\captures",
  "mkdir C:\\errors",
  "for %%f in (C:\\images\\*.img) do (",
  `  ${READ}`,
  `  if !errorlevel! == ${NOT_STARTED} ${READ}`,
  "  if not !errorlevel! == 0 echo refused %%~nf !errorlevel!",
  ")",
  "",
].join("\r\n");

Deno.test("under Wine golden images have the rows, gaps and counters that they have everywhere", async (t) => {
  const folder = await Deno.makeTempDir({ prefix: "ringscope-golden-test-" });
  try {
    const reader = await buildReaderForWindows({ folder: join(folder, "build") });
    await using wine = await WinePrefix.open();
    await Deno.copyFile(reader.program, wine.path("reader.exe"));
    await Deno.mkdir(wine.path("images"));
    // The program has no filter.
    const names = Object.keys(goldenCases).filter((name) => equal(loadGolden(name).filter, EVERYTHING));
    assert(names.length > 50, `there are only ${names.length} images`);
    for (const name of names) await Deno.writeFile(wine.path(`images/${name}.img`), await loadImage(name));
    await Deno.writeTextFile(wine.path("golden.bat"), SCRIPT);
    const run = await wine.run("windows\\system32\\cmd.exe", ["/c", "C:\\golden.bat"], PATIENCE);
    const refused = new Map(
      [...run.output.matchAll(/^refused (\S+) (-?\d+)\r?$/gm)].map((
        [, name = "", code],
      ) => [name, Number(code)]),
    );
    for (const name of names) {
      const golden = loadGolden(name);
      await t.step(`${golden.about} (${name})`, async () => {
        const told = await Deno.readTextFile(wine.path(`errors/${name}.txt`));
        assertEquals(
          refused.get(name) ?? 0,
          golden.error === null ? 0 : 1,
          `the program's status; it said: ${told}`,
        );
        assertEquals(told !== "", golden.error !== null, `it said: ${told}`);
        const image = await loadImage(name);
        assertEquals(
          await Deno.readFile(wine.path(`images/${name}.img`)),
          image,
          "reading has changed the image",
        );
        if (golden.error !== null) return;
        const result = await readCapturedFolder(wine.path(`captures/${name}`));
        assertEquals({ ...result, gaps: sortGaps(result.gaps) }, golden.result);
      });
    }
    await t.step("a C program that is linked with ringscope.dll gets the same rows", async () => {
      const flags = ["-std=gnu11", "-O2", "-Wall", "-Wextra", "-Werror", "-Idriver/include"];
      const program = [`${GUEST}/library_rows.c`, reader.importLibrary, "-o", wine.path("library_rows.exe")];
      await runTool(["x86_64-w64-mingw32-gcc", ...flags, ...program], "build library_rows.exe", {
        cwd: projectRoot(),
        package: "gcc-mingw-w64-x86-64",
      });
      await Deno.copyFile(reader.library, wine.path("ringscope.dll"));
      const run = await wine.run("library_rows.exe", ["C:\\images\\nested_inversion.img"], PATIENCE);
      assertEquals(run.code, 0, run.errors);
      const rows = loadGolden("nested_inversion").result.rows;
      assert(rows.length > 2);
      assertEquals(
        run.output.trim().split(/\r?\n/),
        rows.map(({ idx, processor, seq, payload }) =>
          `row ${idx} ${processor} ${seq} ${payload.length / 2}`
        ),
      );
    });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
