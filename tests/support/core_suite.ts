import { basename, dirname, join } from "@std/path";
import { buildProgram, NoCompilerError } from "../../runtime/build/build.ts";
import { buildFolder, projectRoot } from "../../runtime/build/place.ts";
import { DriverError } from "../../runtime/errors.ts";
import { addCounts, NO_COUNTS, type SuiteCounts } from "./suite_counts.ts";

/** One way to compile the core and its tests. */
interface Flavor {
  readonly name: string;
  readonly flags: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

const SHARED = ["-fvisibility=default", "-DRS_TEST_POINTS"];
const FLAVORS: readonly Flavor[] = [
  { name: "plain", flags: SHARED, env: {} },
  {
    name: "asan",
    flags: [
      ...SHARED,
      "-fsanitize=address,undefined",
      "-fno-sanitize-recover=all",
      "-fno-omit-frame-pointer",
    ],
    env: { ASAN_OPTIONS: "detect_leaks=1:abort_on_error=0", UBSAN_OPTIONS: "print_stacktrace=1" },
  },
  {
    name: "tsan",
    flags: [...SHARED, "-fsanitize=thread"],
    env: { TSAN_OPTIONS: "halt_on_error=1:exitcode=66" },
  },
];
/** What a test program ends with when the machine cannot run it. */
const SKIPPED = 77;
const PROBE = "int main(void) { return 0; }\n";

/**
 * Builds and runs every tests/core/*_test.c plain, under ASan with UBSan, and under TSan. A program prints what fails and, as its last
 * line, `N passed, N failed`; a test that the machine cannot run is announced by `not run: NAME: REASON`.
 */
export async function runCore(): Promise<SuiteCounts> {
  const sources = await listTests();
  let total = NO_COUNTS;
  for (const flavor of FLAVORS) {
    const runner = await prepare(flavor);
    if (typeof runner === "string") {
      total = addCounts(total, {
        ...NO_COUNTS,
        skipped: sources.map((source) => `${source} (${flavor.name}): ${runner}`),
      });
      continue;
    }
    for (const source of sources) total = addCounts(total, await runTest(flavor, runner, source));
  }
  return total;
}

async function listTests(): Promise<string[]> {
  const folder = join(projectRoot(), "tests", "core");
  const names = await Array.fromAsync(Deno.readDir(folder), (entry) => entry.name);
  return names.filter((name) => name.endsWith("_test.c")).sort().map((name) => `tests/core/${name}`);
}

/** The words that a program of this flavor is started with, or why it cannot be. */
async function prepare(flavor: Flavor): Promise<string[] | string> {
  const probe = join(buildFolder(), "tests", "probe.c");
  await Deno.mkdir(dirname(probe), { recursive: true });
  await Deno.writeTextFile(probe, PROBE);
  let program;
  try {
    program = await buildProgram({
      name: `tests/${flavor.name}/probe`,
      sources: [probe],
      flags: flavor.flags,
    });
  } catch (error) {
    if (error instanceof NoCompilerError) throw error;
    if (!(error instanceof DriverError)) throw error;
    return `the compiler cannot link ${flavor.flags.at(-1)}`;
  }
  // TSan of some compilers cannot place its memory where the kernel shuffles addresses widely; setarch turns that off.
  for (const prefix of [[], ["setarch", Deno.build.arch, "-R"]]) {
    if ((await run([...prefix, program], flavor.env))?.code === 0) return prefix;
  }
  return "programs of this flavor do not start on this machine";
}

async function runTest(flavor: Flavor, prefix: readonly string[], source: string): Promise<SuiteCounts> {
  const label = `${source} (${flavor.name})`;
  let program;
  try {
    const library = await buildCore(flavor);
    program = await buildProgram({
      name: `tests/${flavor.name}/${basename(source, ".c")}`,
      sources: [source],
      flags: [...flavor.flags, `-L${dirname(library)}`, "-Wl,-rpath,$ORIGIN"],
      libs: ["rs_core"],
    });
  } catch (error) {
    if (!(error instanceof DriverError)) throw error;
    console.log(`${label}: ${error.message}`);
    return { ...NO_COUNTS, failed: 1 };
  }
  const result = await run([...prefix, program], flavor.env);
  const lines = (result?.output ?? "it could not be started").trimEnd().split("\n");
  // A test that the machine cannot run counts as passed in the program's own line.
  const skipped = lines.filter((line) => line.startsWith("not run: ")).map((line) =>
    `${label}: ${line.slice("not run: ".length)}`
  );
  const counts = /^(\d+) passed, (\d+) failed$/.exec(lines.at(-1) ?? "");
  if (result?.code === SKIPPED) return { ...NO_COUNTS, skipped: [`${label}: ${lines.at(-1)}`] };
  if (counts !== null && result?.code === 0 && counts[2] === "0") {
    console.log(`${label}: ${counts[1]} passed`);
    return { passed: Number(counts[1]) - skipped.length, failed: 0, skipped };
  }
  console.log(`${label} ended with ${result?.code}:\n${lines.join("\n")}`);
  const passed = counts === null ? 0 : Number(counts[1]) - skipped.length;
  return { passed, failed: Math.max(Number(counts?.[2] ?? 0), 1), skipped };
}

/** The whole core as one library with every symbol visible, so that each flavor is compiled once for all tests. */
async function buildCore(flavor: Flavor): Promise<string> {
  return await buildProgram({
    name: `tests/${flavor.name}/librs_core.so`,
    sources: ["driver/core/*.c", "driver/user/*.c", "driver/reader/*.c"],
    flags: flavor.flags,
    shared: true,
  });
}

async function run(
  words: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<{ code: number; output: string } | null> {
  const [program = "", ...args] = words;
  try {
    const answer = await new Deno.Command(program, { args, env, cwd: projectRoot(), stdin: "null" }).output();
    const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
    // What fails goes to standard error; the counts are the last line of standard output.
    return { code: answer.code, output: text(answer.stderr) + text(answer.stdout) };
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}
