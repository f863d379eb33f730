/**
 * `deno task test:kernel:linux [--processors N] [--instrumented [kasan|kcsan]]`: the tests of the Linux driver in a guest. With `--instrumented`
 * in kernels that have the kernel's own checkers built in, one after the other. Ends with `N passed, N failed`.
 * @module
 */
import { join } from "@std/path";
import { buildFolder, projectRoot } from "../../../runtime/build/place.ts";
import { parseJunit } from "../../support/junit.ts";
import { addCounts, NO_COUNTS, oneFailure, type SuiteCounts } from "../../support/suite_counts.ts";
import { INSTRUMENTED, type Instrumented } from "./instrumented/build_kernel.ts";

const PERMISSIONS = ["read", "write", "env", "sys", "run", "ffi"].map((name) => `--allow-${name}`);

const KERNEL_TEST = "tests/kernel/linux/kernel_test.ts";
/** Of Debian's kernel it is asked with the other tests. */
const LIFETIME_TEST = "tests/kernel/linux/lifetime_test.ts";

/** Runs the tests in one kernel, in a process of its own. A run that dies without a failed test is one failure. */
async function runIn(kernel: Instrumented | "debian", processors: string): Promise<SuiteCounts> {
  console.log(`\n== ${kernel}, ${processors} processors`);
  const report = join(buildFolder(), "test", `kernel-${kernel}.xml`);
  await Deno.mkdir(join(buildFolder(), "test"), { recursive: true });
  await Deno.remove(report).catch(() => {});
  const { success, code } = await new Deno.Command(Deno.execPath(), {
    args: [
      "test",
      "--no-prompt",
      "--no-check",
      ...PERMISSIONS,
      `--junit-path=${report}`,
      ...kernel === "debian" ? [KERNEL_TEST] : [LIFETIME_TEST, KERNEL_TEST],
    ],
    cwd: projectRoot(),
    env: { RINGSCOPE_KERNEL: kernel, RINGSCOPE_KERNEL_PROCESSORS: processors },
    stdin: "null",
  }).spawn().status;
  const counts = await Deno.readTextFile(report).then(parseJunit, () => NO_COUNTS);
  if (success || counts.failed > 0) return counts;
  const what = `deno test ended with ${code} and no failed test`;
  console.log(`${what}: counted as one failure`);
  return addCounts(counts, oneFailure(what));
}

/** The words of the command line, or null where they cannot be. */
function parse(
  words: readonly string[],
): { kernels: (Instrumented | "debian")[]; processors: string } | null {
  const rest = [...words];
  let processors = "2";
  let kernels: (Instrumented | "debian")[] = ["debian"];
  while (rest.length > 0) {
    const word = rest.shift();
    if (word === "--processors" && /^[1-9]\d*$/.test(rest[0] ?? "")) processors = rest.shift() ?? "";
    else if (word === "--instrumented") {
      const kind = INSTRUMENTED.find((name) => name === rest[0]);
      if (kind !== undefined) rest.shift();
      kernels = kind === undefined ? [...INSTRUMENTED] : [kind];
    } else return null;
  }
  return { kernels, processors };
}

if (import.meta.main) {
  const wanted = parse(Deno.args);
  if (wanted === null) {
    console.error("usage: test:kernel:linux [--processors N] [--instrumented [kasan|kcsan]]");
    Deno.exit(2);
  }
  let total = NO_COUNTS;
  for (const kernel of wanted.kernels) total = addCounts(total, await runIn(kernel, wanted.processors));
  for (const name of total.skipped) console.log(`not run: ${name}`);
  console.log(`\n${total.passed} passed, ${total.failed} failed`);
  Deno.exit(total.failed > 0 || total.passed === 0 ? 1 : 0);
}
