import { basename, dirname, join } from "@std/path";
import { buildProgram, NoCompilerError } from "../../runtime/build/build.ts";
import { buildFolder, projectRoot } from "../../runtime/build/place.ts";
import { DriverError } from "../../runtime/errors.ts";
import { runBounded } from "./bounded_child.ts";
import { compilerOf, type Flavor, FLAVORS } from "./core_flavors.ts";
import { runInLanes } from "./lanes.ts";
import { addCounts, NO_COUNTS, oneFailure, type SuiteCounts } from "./suite_counts.ts";

/** What a test program ends with when the machine cannot run it. */
const SKIPPED = 77;
/** Programs that run at once. More would make those that wait for each other, or measure, wait for the machine. */
const LANES = 2;
/** The longest program takes a thirtieth of this where the machine has other work. One that hangs is killed with its children, and named. */
const LIMIT_MS = 900_000;
const PROBE = "int main(void) { return 0; }\n";
/** Lines of a program that failed that are told again at the end of all: what failed comes first. */
const TOLD_AGAIN = 12;
const NOT_RUN = "not run: ", LEFT_OUT = "left out: ";

/** A flavor that works here. */
interface ReadyFlavor extends Flavor {
  /** The compiler; undefined for the usual one. */
  readonly cc: string | undefined;
  /** Words in front of a program. */
  readonly prefix: readonly string[];
  /** The whole core with every symbol visible, or why it cannot be compiled. */
  readonly library: string | DriverError;
  /** What a test loads and unloads; null where the library failed. */
  readonly plugin: string | null;
}

/** What one program gave, beside what it left out as it was told to. */
interface Result {
  readonly counts: SuiteCounts;
  readonly leftOut: readonly string[];
}

/**
 * Builds and runs every tests/core/*_test.c in every flavor. A program prints what fails and, as its last line,
 * `N passed, N failed`; a test that the machine cannot run is announced by `not run: NAME: REASON`.
 */
export async function runCore(): Promise<SuiteCounts> {
  const sources = await listTests();
  const jobs = FLAVORS.flatMap((flavor) => {
    let preparing: Promise<ReadyFlavor | string> | undefined;
    return sources.map((source) => async () => {
      const ready = await (preparing ??= prepare(flavor));
      if (typeof ready !== "string") return await runTest(ready, source);
      return { counts: { ...NO_COUNTS, skipped: [`${source} (${flavor.name}): ${ready}`] }, leftOut: [] };
    });
  });
  const results = await runInLanes(jobs, LANES);
  const total = results.reduce((sum, { counts }) => addCounts(sum, counts), NO_COUNTS);
  const stale = FLAVORS.flatMap(({ name, leftOut }, at) => {
    const own = results.slice(at * sources.length, (at + 1) * sources.length);
    // A flavor that did not run left nothing out.
    if (own.every(({ counts }) => counts.passed === 0)) return [];
    const seen = new Set(own.flatMap(({ leftOut }) => leftOut));
    return Object.keys(leftOut).filter((sentence) => !seen.has(sentence)).map((sentence) =>
      `${name} leaves out "${sentence}", which no test is named: take it out of core_flavors.ts`
    );
  });
  for (const line of stale) console.log(line);
  return stale.map(oneFailure).reduce(addCounts, total);
}

async function listTests(): Promise<string[]> {
  const folder = join(projectRoot(), "tests", "core");
  const names = await Array.fromAsync(Deno.readDir(folder), (entry) => entry.name);
  return names.filter((name) => name.endsWith("_test.c")).sort().map((name) => `tests/core/${name}`);
}

/** Compiles what all tests of a flavor share, or says why its programs cannot be built or started here. */
async function prepare(flavor: Flavor): Promise<ReadyFlavor | string> {
  const cc = await compilerOf(flavor);
  if (cc === null) return `there is no ${flavor.compilers?.[0]}; ${flavor.remedy}`;
  const probe = join(buildFolder(), "tests", `probe_${flavor.name}.c`);
  await Deno.mkdir(dirname(probe), { recursive: true });
  await Deno.writeTextFile(probe, PROBE);
  let program;
  try {
    program = await build(cc, {
      name: `tests/${flavor.name}/probe`,
      sources: [probe],
      flags: flavor.flags,
    });
  } catch (error) {
    if (error instanceof NoCompilerError || !(error instanceof DriverError)) throw error;
    return `the compiler cannot link ${flavor.flags.at(-1)}; ${flavor.remedy}`;
  }
  const prefix = await findPrefix(flavor, program);
  if (prefix === null) return `programs of this flavor do not start on this machine; ${flavor.remedy}`;
  const library = await build(cc, {
    name: `tests/${flavor.name}/librs_core.so`,
    sources: [
      "driver/core/*.c",
      "driver/user/*.c",
      "driver/reader/*.c",
      "driver/kmsg/record.c",
      "driver/kmsg/relay.c",
    ],
    flags: flavor.flags,
    shared: true,
  }).catch((error) => {
    if (error instanceof DriverError) return error;
    throw error;
  });
  const plugin = typeof library !== "string" ? null : await build(cc, {
    name: `tests/${flavor.name}/libevent_plugin.so`,
    sources: ["tests/core/event_plugin.c"],
    flags: [...flavor.flags, ...besides(library)],
    libs: ["rs_core"],
    shared: true,
  });
  if (flavor.caution !== undefined) console.log(`${flavor.name}: ${flavor.caution}`);
  for (const [sentence, reason] of Object.entries(flavor.leftOut)) {
    console.log(`${flavor.name}: left out: ${sentence}: ${reason}`);
  }
  return { ...flavor, cc, prefix, library, plugin };
}

/** Flags of what is linked with the library in the same folder. */
function besides(library: string): string[] {
  return [`-L${dirname(library)}`, "-Wl,-rpath,$ORIGIN"];
}

async function findPrefix({ prefixes, env }: Flavor, program: string): Promise<readonly string[] | null> {
  for (const prefix of prefixes) {
    if ((await run([...prefix, program], env))?.code === 0) return prefix;
  }
  return null;
}

async function runTest(flavor: ReadyFlavor, source: string): Promise<Result> {
  const label = `${source} (${flavor.name})`;
  const { cc, library } = flavor;
  let program;
  try {
    if (typeof library !== "string") throw library;
    program = await build(cc, {
      name: `tests/${flavor.name}/${basename(source, ".c")}`,
      sources: [source],
      flags: [...flavor.flags, ...besides(library)],
      libs: ["rs_core"],
    });
  } catch (error) {
    if (!(error instanceof DriverError)) throw error;
    console.log(`${label}: ${error.message}`);
    return { counts: oneFailure(`${label}: ${error.message}`), leftOut: [] };
  }
  const env = {
    ...flavor.env,
    CHECK_LEFT_OUT: Object.keys(flavor.leftOut).join("\n"),
    ...(flavor.plugin === null ? {} : { RS_TEST_PLUGIN: flavor.plugin }),
  };
  const result = await run([...flavor.prefix, program], env);
  const lines = (result?.output ?? "it could not be started").trimEnd().split("\n");
  const after = (start: string) =>
    lines.filter((line) => line.startsWith(start)).map((line) => line.slice(start.length));
  const leftOut = after(LEFT_OUT);
  // A test that the machine cannot run counts as passed in the program's own line.
  const skipped = after(NOT_RUN).map((rest) => `${label}: ${rest}`);
  const counts = /^(\d+) passed, (\d+) failed$/.exec(lines.at(-1) ?? "");
  if (result?.code === SKIPPED) {
    return { counts: { ...NO_COUNTS, skipped: [`${label}: ${lines.at(-1)}`] }, leftOut };
  }
  const passed = counts === null ? 0 : Number(counts[1]) - skipped.length;
  if (counts !== null && result?.code === 0 && counts[2] === "0") {
    console.log(`${label}: ${counts[1]} passed`);
    return { counts: { ...NO_COUNTS, passed, skipped }, leftOut };
  }
  const end = `${label} ended with ${result?.code}`;
  console.log(`${end}:\n${lines.join("\n")}`);
  const failures = [`${end}\n${lines.slice(0, TOLD_AGAIN).map((line) => `    ${line}`).join("\n")}`];
  return { counts: { passed, failed: Math.max(Number(counts?.[2] ?? 0), 1), failures, skipped }, leftOut };
}

async function build(cc: string | undefined, options: Parameters<typeof buildProgram>[0]): Promise<string> {
  return await buildProgram(options, cc === undefined ? {} : { cc });
}

async function run(
  words: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<{ code: number; output: string } | null> {
  const [program = "", ...args] = words;
  try {
    const answer = await runBounded(program, { args, env, cwd: projectRoot() }, LIMIT_MS);
    const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
    // What fails goes to standard error; the counts are the last line of standard output.
    const late = answer.isLate ? `killed, for it had not ended within ${LIMIT_MS / 1000} s\n` : "";
    return { code: answer.code, output: text(answer.stderr) + text(answer.stdout) + late };
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}
