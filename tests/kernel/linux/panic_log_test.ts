/**
 * What a kernel prints in its panic lies in the rings to the last line, and comes out of an image of its memory.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { KernelBoot } from "./record/kernel_boot.ts";
import { ringscope } from "./record/image_capture.ts";
import { printedLines, type PrintedText } from "./record/printed_lines.ts";

const { promise: panicked, resolve: panic } = Promise.withResolvers<void>();
const image = () => join(boot.dir, "vmcore.elf");

const boot = await KernelBoot.plan({
  memoryMib: 512,
  // It stands still instead of ending QEMU; the host takes an image of it, and ends it.
  commandLine: "panic=0",
  script: `
    insmod /modules/ringscope.ko && rings make default 1048576 && rings sources default kmsg && ask image
    echo "<4>before the panic" > /dev/kmsg
    echo c > /proc/sysrq-trigger
  `,
  onConsole: (line) => {
    if (line.includes("end Kernel panic")) panic();
  },
  requests: {
    async image(qmp) {
      await panicked;
      await qmp("stop");
      await qmp("dump-guest-memory", { paging: false, protocol: `file:${image()}` });
      // Its answer may come after its end.
      await qmp("quit").catch(() => {});
    },
  },
  expectedFaults: [/sysrq triggered crash/, /BUG: kernel NULL pointer/, /Oops/, /Call Trace:/],
  timeoutMs: 600_000,
});

boot.test("a panicking kernel's last lines are in the rings as they are on its console", async () => {
  const run = await boot.run();
  assertEquals({ end: run.end, faults: run.faults }, { end: "early", faults: [] });
  await ringscope("import", "--memory", image(), "--dir", boot.dir, "--name", "panic");
  const query = "SELECT tid, flags, remarks, type, severity, message FROM logs ORDER BY idx";
  const rows: (PrintedText["row"] & { message: string })[] = JSON.parse(
    await ringscope("sql", "--dir", boot.dir, "panic", query, "--json"),
  );
  const lines = printedLines(rows.map((row) => ({ row, message: row.message })));
  // The console has warnings and what is worse, each behind its time; sysrq sees to it that it has its own line as well.
  const ours = lines.filter(({ severity, text }) => severity >= 4 || text.startsWith("sysrq: ")).map((
    { text },
  ) => text);
  const console = run.console.map((line) => line.replace(/^\[ *\d+\.\d+\] /, ""));
  const theirs = console.slice(console.indexOf("before the panic"));
  assertEquals(ours.slice(ours.indexOf("before the panic")), theirs);
  assert(theirs.length > 20 && theirs.at(-1)!.startsWith("---[ end Kernel panic"), theirs.join("\n"));
});
