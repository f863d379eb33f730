/**
 * Sets that are taken away from under modules that log into them. RINGSCOPE_KERNEL: which kernel, Debian's by default.
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { buildLinux } from "../../../runtime/build/build_linux.ts";
import { buildProgram } from "../../../runtime/build/build_program.ts";
import { projectRoot } from "../../../runtime/build/place.ts";
import { runTool } from "./harness/guest_error.ts";
import { runInGuest } from "./harness/run_in_guest.ts";
import { chosenKernel } from "./instrumented/chosen_kernel.ts";

const STATEMENTS = [
  "a module's set is not removed by a user",
  "sets come and go under writers in threads and interrupts",
  "both of them logged and found nothing open",
  "a module's set goes with its last reader when the module is gone",
  "ringscope.ko goes when nobody has it any more",
];

const SCRIPT = `
insmod /modules/ringscope.ko && insmod /modules/rs_storm.ko || exit 1
/data/sets_come_and_go /dev/ttyS1
rmmod ringscope && verdict ok "${STATEMENTS[4]}" || verdict failed "${STATEMENTS[4]}"
`;

Deno.test("the lifetime of sets in a kernel", async (t) => {
  const chosen = await chosenKernel();
  const driver = await buildLinux(chosen === null ? {} : { kernel: chosen.kernel.buildFolder });
  const folder = await Deno.makeTempDir({ prefix: "ringscope-lifetime-" });
  try {
    for (const name of ["Kbuild", "rs_storm.c"]) {
      await Deno.copyFile(join(projectRoot(), "tests/kernel/linux/lifetime", name), join(folder, name));
    }
    await runTool(
      [
        "make",
        "-C",
        driver.kernel,
        `M=${folder}`,
        `RINGSCOPE=${driver.folder}`,
        `KBUILD_EXTRA_SYMBOLS=${join(driver.folder, "Module.symvers")}`,
        "modules",
      ],
      "build rs_storm.ko",
    );
    const program = await buildProgram({
      name: "tests/sets_come_and_go",
      sources: ["tests/kernel/linux/lifetime/sets_come_and_go.c"],
      flags: ["-static"],
    });
    const run = await runInGuest({
      processors: 2,
      ...chosen,
      withRuntime: false,
      modules: [driver.module, join(folder, "rs_storm.ko")],
      files: { "/data/sets_come_and_go": program },
      script: SCRIPT,
      timeoutMs: 900_000,
    });
    for (const statement of STATEMENTS) {
      await t.step(statement, () => {
        const verdict = run.verdicts.find(({ name }) => name === statement);
        assert(verdict, `was not said; the guest ended with ${run.end}, status ${run.status}`);
        assert(verdict.ok, verdict.detail);
      });
    }
    await t.step("the kernel has nothing to say about it", () => assertEquals(run.faults, []));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
