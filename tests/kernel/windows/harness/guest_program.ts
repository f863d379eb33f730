/**
 * The programs that run beside the driver under Wine: one C file each, with what they share (service.c, set.c, load_calls.c,
 * reader_process.c).
 * @module
 */
import { join } from "@std/path";
import { buildDriverWith, buildWindows } from "../../../../runtime/build/build_windows.ts";
import { projectRoot } from "../../../../runtime/build/place.ts";
import { runTool } from "../../linux/harness/guest_error.ts";
import { WinePrefix, type WineRun } from "./wine_prefix.ts";

/** Where their sources and the test drivers' stand. */
export const GUEST = "tests/kernel/windows/guest";

/** What a program said of each thing that it looked at. */
export interface Checks {
  readonly failures: string[];
  readonly checks: number;
}

/** Reads the lines of CHECK. */
export function readChecks(output: string): Checks {
  const lines = output.split("\n").map((line) => line.trimEnd());
  return {
    failures: lines.filter((line) => line.startsWith("FAILED ")),
    checks: lines.filter((line) => line.startsWith("ok ")).length,
  };
}

/**
 * Compiles `NAME.c` to `C:\\NAME.exe`.
 *
 * @throws {GuestError} The compiler is not installed, or refused.
 */
export async function buildProgram(wine: Pick<WinePrefix, "path">, name: string): Promise<void> {
  const flags = ["-std=gnu11", "-O2", "-Wall", "-Wextra", "-Werror", "-Idriver/include", `-I${GUEST}`];
  const sources = [name, "service", "set", "load_calls", "reader_process"].map((file) =>
    `${GUEST}/${file}.c`
  );
  const words = ["x86_64-w64-mingw32-gcc", ...flags, ...sources, "-o", wine.path(`${name}.exe`)];
  await runTool(words, `build ${name}.exe`, { cwd: projectRoot(), package: "gcc-mingw-w64-x86-64" });
}

/** Runs one program against the test driver, which is at `C:\\load.sys`, in a Windows of its own. */
export async function runProgram(name: string, args: readonly string[], seconds: number): Promise<WineRun> {
  const folder = await Deno.makeTempDir({ prefix: "ringscope-wine-test-" });
  try {
    const built = await buildWindows({ folder: join(folder, "build") });
    await using wine = await WinePrefix.open();
    await buildDriverWith(built, `${GUEST}/load.c`, wine.path("load.sys"));
    await buildProgram(wine, name);
    return await wine.run(`${name}.exe`, args, seconds);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Has a reader take the set that a program left as a file; gives the capture's folder, below `folder`. */
export async function takeSet(wine: WinePrefix, file: string, folder: string, name: string): Promise<string> {
  const words = ["deno", "task", "-q", "capture", "--rings", wine.path(file), "--once"];
  await runTool([...words, "--dir", folder, "--name", name], "take the rings that the driver left", {
    cwd: projectRoot(),
  });
  return join(folder, name);
}
