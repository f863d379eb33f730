/**
 * ringscope.inf in the hands of a real reader of such files, Wine's SetupAPI: the driver is installed by it, started, stopped and
 * removed. Wine has no driver store and checks no signature.
 * @module
 */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { delay } from "@std/async";
import { basename, dirname } from "@std/path";
import { buildWindows } from "../../../runtime/build/build_windows.ts";
import { WinePrefix, type WineRun } from "./harness/wine_prefix.ts";

const PATIENCE = 600;
/** What net says of a service manager that is busy with something else: 1055, or Wine's words for it. */
const BUSY = /\b1055\b|database locked/;
const BUSY_TRIES = 60, BUSY_PAUSE_MS = 2000;
const SERVICE = "HKLM\\SYSTEM\\CurrentControlSet\\Services\\ringscope";

Deno.test("under Wine the INF installs a driver that starts and stops, and removes it", async (t) => {
  const folder = await Deno.makeTempDir({ prefix: "ringscope-wine-test-" });
  try {
    const built = await buildWindows({ folder });
    await using wine = await WinePrefix.open();
    const run = async (program: string, ...args: string[]): Promise<WineRun> =>
      await wine.run(`windows\\system32\\${program}.exe`, args, PATIENCE);
    const ask = async (action: string): Promise<WineRun> => {
      for (let tries = 1;; tries++) {
        const asked = await run("net", action, "ringscope");
        if (asked.code === 0 || tries === BUSY_TRIES || !BUSY.test(asked.output + asked.errors)) return asked;
        await delay(BUSY_PAUSE_MS);
      }
    };
    const install = async (section: string) => {
      const done = await run(
        "rundll32",
        "setupapi.dll,InstallHinfSection",
        section,
        "128",
        "C:\\package\\ringscope.inf",
      );
      assertEquals(done.code, 0, done.errors);
    };
    for (const path of [built.driver, built.installer]) {
      const copy = wine.path(`package/${basename(path)}`);
      await Deno.mkdir(dirname(copy), { recursive: true });
      await Deno.copyFile(path, copy);
    }

    await t.step("installs the file and the service", async () => {
      await install("DefaultInstall.NTamd64");
      const { output } = await run("reg", "query", SERVICE);
      for (
        const line of [
          /Type\s+REG_DWORD\s+0x1\s/,
          /Start\s+REG_DWORD\s+0x3\s/,
          /ErrorControl\s+REG_DWORD\s+0x1\s/,
        ]
      ) {
        assertMatch(output, line);
      }
      const image = /ImagePath\s+REG_\w+\s+C:\\(.*\\ringscope\.sys)/i.exec(output)?.[1];
      assert(image !== undefined, output);
      const installed = await Deno.readFile(wine.path(image.replaceAll("\\", "/")));
      assertEquals(installed, await Deno.readFile(built.driver));
    });

    await t.step("starts and stops it", async () => {
      await wine.restart();
      for (const action of ["start", "stop"]) {
        const { code, output, errors } = await ask(action);
        assertEquals(code, 0, `net ${action}: ${output}${errors}`);
      }
    });

    await t.step("removes the service", async () => {
      await install("DefaultUninstall.NTamd64");
      assert((await run("reg", "query", SERVICE)).code !== 0, "the service is still there");
    });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
