/**
 * `capture --linux`, `control` and `doctor` over the driver in a real kernel.
 * @module
 */
import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { projectRoot } from "../../../runtime/build/place.ts";
import { bootAgain } from "./harness/boot_again.ts";
import { runInGuest } from "./harness/run_in_guest.ts";
import { buildGuestFiles } from "./record/guest_files.ts";

/** The commands of the README's section, as busybox's shell runs them in a guest where everybody is root. */
async function readmeCommands(): Promise<string[]> {
  const readme = await Deno.readTextFile(join(projectRoot(), "README.md"));
  const block = /^## Record a Linux driver\n[\s\S]*?^```text\n([\s\S]*?)^```/m.exec(readme)?.[1] ?? "";
  return block.trim().split("\n").map((line) => line.replace(/ +#.*$/, ""))
    // The driver is built on this side.
    .filter((line) => line !== "deno task build:linux")
    .map((line) =>
      line.replace(/^sudo /, "").replace(/build\/linux\/.*\/(?=ringscope\.ko)/, "/modules/")
        .replace(/^deno task/, "deno run -A --cached-only --no-check runtime/cli/main.ts")
    );
}

/** Runs each, and says so; a verdict is one line. */
function scriptOf(commands: readonly string[]): string {
  const runs = commands.map((command, n) => {
    const name = `'README, command ${n + 1}'`,
      output = `"$(tr '\\n' ' ' < /out/command${n}.txt | tail -c 1500)"`;
    return `if ${command} > /out/command${n}.txt 2>&1; then verdict ok ${name} ${output}; else verdict failed ${name} ${output}; fi`;
  });
  return runs.join("\n");
}

/** V8 gives up in one of some ten: a run in a hundred thousand sees it in each. */
const BOOTS = 5;

Deno.test("the Linux driver is recorded, controlled and looked at in a guest", async (t) => {
  const commands = await readmeCommands();
  assertEquals(commands.length, 4);
  const { modules } = await buildGuestFiles();
  const boot = () =>
    runInGuest({
      modules,
      script: `deno run -A --cached-only --no-check tests/kernel/linux/guest/reader/check.ts\n${
        scriptOf(commands)
      }`,
      takesTurns: true,
      // The root lies in memory, and SQL takes some.
      memoryMib: 3072,
      timeoutMs: 40 * 60_000,
    });
  const run = await bootAgain(BOOTS, boot);
  for (const { name, ok, detail } of run.verdicts) {
    await t.step(name, () => {
      if (!ok) throw new Error(detail);
      console.log(detail);
    });
  }
  await t.step("the kernel had nothing to complain of, and everything was asked", () => {
    assertEquals([run.end, run.faults], ["done", []]);
    assertEquals(run.verdicts.length, 10 + commands.length);
  });
});
