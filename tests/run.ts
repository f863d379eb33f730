/**
 * `deno task test [SUITE…]`: runs every test that this machine can run, names those that it cannot, and ends with the
 * counts. With RINGSCOPE_NO_SKIPS=1, as in CI, a skipped test is a failure.
 * @module
 */
import { bold, green, red, yellow } from "@std/fmt";
import { projectRoot } from "../runtime/build/place.ts";
import { runCore } from "./support/core_suite.ts";
import { runDenoTests } from "./support/deno_suite.ts";
import { addCounts, NO_COUNTS, type SuiteCounts } from "./support/suite_counts.ts";

/** Files of tests that only compute or wait, at a time: each may hold a database of some hundred MiB. */
const JOBS = 2;

/** Of a file of the kernels' tests: it may have to boot again. */
const KERNEL_LIMIT_MS = 60 * 60_000;

/** Each suite by its name, cheapest first. What stresses or measures the machine has it for itself. */
const SUITES: Record<string, (sharing: Sharing) => Promise<SuiteCounts>> = {
  lint: () => runDenoTests("lint", ["tests/lint", "tests/support", "tests/full"]),
  unit: runUnit,
  core: runCore,
  model: () => runDenoTests("model", ["tests/model"]),
  golden: () => runDenoTests("golden", ["tests/golden"], { jobs: JOBS }),
  queries: () => runDenoTests("queries", ["tests/queries", "queries"], { jobs: JOBS }),
  faults: () => runDenoTests("faults", ["tests/faults"], { jobs: JOBS }),
  docs: () => runDenoTests("docs", ["tests/docs"]),
  events: () => runDenoTests("events", ["tests/events"]),
  order: () => runDenoTests("order", ["tests/order"]),
  stress: () => runDenoTests("stress", ["tests/stress"]),
  kill: () => runDenoTests("kill", ["tests/kill"]),
  fuzz: () => runDenoTests("fuzz", ["tests/fuzz"]),
  soak: () => runDenoTests("soak", ["tests/soak"]),
  report: () => runDenoTests("report", ["tests/report"], { jobs: JOBS }),
  bench: () => runDenoTests("bench", ["tests/bench"]),
  kernel: (sharing) =>
    runDenoTests("kernel", ["tests/kernel/linux"], { ...sharing, limitMs: KERNEL_LIMIT_MS }),
  windows: (sharing) =>
    runDenoTests("windows", ["tests/kernel/windows"], { ...sharing, limitMs: KERNEL_LIMIT_MS }),
  e2e: () => runDenoTests("e2e", ["tests/e2e"], { jobs: navigator.hardwareConcurrency }),
};

/** A guest's processors take turns on one of the machine's, and Wine waits more than it computes: together they take as long as the first. */
const TOGETHER: readonly string[] = ["kernel", "windows"];

interface Sharing {
  /** Another suite runs beside this one: output comes file by file. */
  readonly isKept: boolean;
}

if (import.meta.main) {
  const wanted = Deno.args.length > 0 ? Deno.args : Object.keys(SUITES);
  const unknown = wanted.filter((name) => !Object.hasOwn(SUITES, name));
  if (unknown.length > 0) {
    console.error(`there is no suite ${unknown.join(", ")}; there are ${Object.keys(SUITES).join(", ")}`);
    Deno.exit(2);
  }
  await fetchModules();
  let total = NO_COUNTS;
  const lines: string[] = [];
  for (const names of groupsOf(wanted)) {
    console.log(bold(`\n== ${names.join(" and ")}`));
    await Promise.all(names.map(async (name) => {
      const started = performance.now();
      const counts = await SUITES[name]?.({ isKept: names.length > 1 }) ?? NO_COUNTS;
      total = addCounts(total, counts);
      const seconds = ((performance.now() - started) / 1000).toFixed(1);
      const line = `${name.padEnd(8)} ${summary(counts)} (${seconds} s)`;
      console.log(line);
      lines.push(line);
    }));
  }
  console.log(`\n${lines.join("\n")}`);
  const noSkips = Deno.env.get("RINGSCOPE_NO_SKIPS") === "1";
  if (total.skipped.length > 0) {
    console.log(
      `\n${yellow(`${total.skipped.length} not run on this machine`)}${
        noSkips ? ", which is a failure here" : ""
      }:`,
    );
    for (const name of total.skipped) console.log(`  ${name}`);
  }
  if (total.failed > 0) {
    console.log(`\n${red("failed")}:`);
    for (const failure of total.failures) console.log(`  ${failure}`);
  }
  const failed = total.failed + (noSkips ? total.skipped.length : 0);
  console.log(`\n${total.passed} passed, ${failed} failed`);
  Deno.exit(failed > 0 || total.passed === 0 ? 1 : 0);
}

/** Fetches what the command line imports: a test's process that had to would tell of it among what it prints. */
async function fetchModules(): Promise<void> {
  const args = ["cache", "--quiet", "runtime/cli/main.ts"];
  const { success } = await new Deno.Command(Deno.execPath(), { args, cwd: projectRoot() }).spawn().status;
  if (success) return;
  console.error(
    "the modules of the command line could not be fetched, which the tests need: see what Deno said above",
  );
  Deno.exit(1);
}

/** Suites in their order, each in a group of its own or with those that run beside it. */
function groupsOf(wanted: readonly string[]): readonly (readonly string[])[] {
  const shared = wanted.filter((name) => TOGETHER.includes(name));
  return wanted.flatMap((name) => {
    if (!TOGETHER.includes(name)) return [[name]];
    return name === shared[0] ? [shared] : [];
  });
}

/** Recordings look for what they left behind by the number of their process, so their files take turns. */
async function runUnit(): Promise<SuiteCounts> {
  const capture = "runtime/capture";
  return addCounts(
    await runDenoTests("unit", ["runtime", "scripts", "driver"], { jobs: JOBS, ignore: [capture] }),
    await runDenoTests("capture", [capture]),
  );
}

function summary({ passed, failed, skipped }: SuiteCounts): string {
  const parts = [green(`${passed} passed`), failed === 0 ? "0 failed" : red(`${failed} failed`)];
  if (skipped.length > 0) parts.push(yellow(`${skipped.length} not run`));
  return parts.join(", ");
}
