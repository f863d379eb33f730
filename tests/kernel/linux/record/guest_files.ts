/**
 * What the boots of these tests are made of: the driver, its examples, a module that prints, and small programs.
 *
 * @module
 */
import { join } from "@std/path";
import { buildProgram } from "../../../../runtime/build/build_program.ts";
import { ensureBuilt } from "../../../../runtime/build/build.ts";
import { buildLinux } from "../../../../runtime/build/build_linux.ts";
import { buildFolder, projectRoot } from "../../../../runtime/build/place.ts";
import { debianKernel } from "../harness/debian_kernel.ts";
import { runTool } from "../harness/guest_error.ts";

/** Names of the example modules, without `ringscope_`. */
export const EXAMPLES = ["hello", "packets", "ram", "maybe"] as const;

/** Everything by the names that {@link runInGuest} takes. */
export interface GuestFiles {
  readonly modules: string[];
  readonly files: Record<string, string>;
  /** The folder with the example modules. */
  readonly examples: string;
}

/** Builds all of it. @throws {GuestError} A compiler or a header is missing, or refuses; the message names the package. */
export async function buildGuestFiles(): Promise<GuestFiles> {
  await ensureBuilt();
  const kernel = await debianKernel();
  const driver = await buildLinux({ kernel: kernel.buildFolder });
  const examples = join(buildFolder(), "linux-examples", kernel.release);
  await runTool(
    [
      "make",
      "-C",
      join(projectRoot(), "driver/linux/examples"),
      `RELEASE=${kernel.release}`,
      `RINGSCOPE=${driver.folder}`,
      `BUILD=${examples}`,
      `KERNEL=${kernel.buildFolder}`,
    ],
    "build the example modules",
    { package: "make gcc" },
  );
  return {
    modules: [
      driver.module,
      ...EXAMPLES.map((name) => join(examples, `ringscope_${name}.ko`)),
      await buildPrinter(kernel.buildFolder, kernel.release),
    ],
    files: { "/bin/rings": await buildTool("rings"), "/bin/kmsg": await buildTool("kmsg") },
    examples,
  };
}

async function buildTool(name: string): Promise<string> {
  return await buildProgram({
    name: `tests/kernel_${name}`,
    sources: [`tests/kernel/linux/guest/${name}/main.c`],
    flags: ["-D_GNU_SOURCE", "-static"],
  });
}

async function buildPrinter(headers: string, release: string): Promise<string> {
  const folder = join(buildFolder(), "kernel", "printer", release);
  await Deno.mkdir(folder, { recursive: true });
  for (const name of ["Kbuild", "printer.c"]) {
    await Deno.copyFile(join(projectRoot(), "tests/kernel/linux/printer", name), join(folder, name));
  }
  await runTool(["make", "-C", headers, `M=${folder}`, "modules"], "build the module that prints", {
    package: "make gcc",
  });
  return join(folder, "rs_printer.ko");
}
