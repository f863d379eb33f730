/**
 * The driver and the test modules, built for a kernel.
 * @module
 */
import { join } from "@std/path";
import { buildFolder, projectRoot } from "../../../../runtime/build/place.ts";
import type { KernelFiles } from "./debian_kernel.ts";
import { runTool } from "./guest_error.ts";

/** Paths of modules that fit one kernel. */
export interface BuiltModules {
  readonly ringscope: string;
  readonly test: string;
  /** Says of the emulated counter that it is invariant; loaded before the driver, for clock order. */
  readonly invariant: string;
  /** What `deno task build:linux` staged: the driver's sources, headers and Module.symvers. */
  readonly staged: string;
  /** What the compiler said of the test modules. */
  readonly output: string;
}

const SOURCES = "tests/kernel/linux/module";

/**
 * Builds the driver as its users do, and the test modules against what that staged.
 *
 * @throws {GuestError} A compiler or a header is missing, or the compiler refused; the message holds its output.
 */
export async function buildModules(kernel: KernelFiles): Promise<BuiltModules> {
  await runTool(
    [Deno.execPath(), "task", "--quiet", "build:linux", "--kernel", kernel.buildFolder],
    `build the driver for ${kernel.release}`,
    { cwd: projectRoot() },
  );
  const staged = join(buildFolder(), "linux", kernel.release);
  const folder = join(buildFolder(), "kernel", "modules", kernel.release);
  await Deno.mkdir(folder, { recursive: true });
  for await (const { name } of Deno.readDir(join(projectRoot(), SOURCES))) {
    await copyIfChanged(join(projectRoot(), SOURCES, name), join(folder, name));
  }
  const output = await runTool(
    [
      "make",
      "-C",
      kernel.buildFolder,
      `M=${folder}`,
      "W=1",
      `RINGSCOPE=${staged}`,
      `KBUILD_EXTRA_SYMBOLS=${join(staged, "Module.symvers")}`,
      "modules",
    ],
    `build the test modules for ${kernel.release}`,
    { package: "make gcc linux-headers-amd64" },
  );
  return {
    ringscope: join(staged, "ringscope.ko"),
    test: join(folder, "rs_test.ko"),
    invariant: join(folder, "rs_invariant.ko"),
    staged,
    output: new TextDecoder().decode(output),
  };
}

/** make goes by times, so a file that is as it was keeps its own. */
async function copyIfChanged(from: string, to: string): Promise<void> {
  const text = await Deno.readTextFile(from);
  if (await Deno.readTextFile(to).catch(() => null) !== text) await Deno.writeTextFile(to, text);
}
