/**
 * Builds the fuzz target: with sanitizers or plain, around its own main or around libFuzzer's.
 * @module
 */
import { buildProgram } from "../../runtime/build/build.ts";
import { findCompiler } from "../../runtime/build/compiler.ts";
import { projectRoot } from "../../runtime/build/place.ts";
import { DriverError } from "../../runtime/errors.ts";

/** How the program is compiled, and who calls the target. */
export type FuzzFlavor = "plain" | "asan" | "libfuzzer";

const DRIVER = ["driver/core/*.c", "driver/user/*.c", "driver/reader/*.c"];
const TARGET = ["fuzz_reader", "play", "outcome", "judge", "script", "scene", "stand_ins"].map((name) =>
  `tests/fuzz/${name}.c`
);
const OWN_MAIN = ["plain_main", "every_field", "race", "random_script"].map((name) => `tests/fuzz/${name}.c`);

/** Calls that go to stand_ins.c. */
const FUZZ_WRAPPED = [
  "clock_gettime",
  "nanosleep",
  "pthread_cond_timedwait",
  "mmap",
  "munmap",
  "rs_host_thread_alive",
];
/** With them script.c sees each load of the reader before it is done. */
const LOAD_HOOKS = [
  ...[1, 2, 4, 8, 16, "N"].map((bytes) => `__asan_load${bytes}`),
  "memcpy",
  "__asan_memcpy",
];

const wrap = (names: readonly string[]) => names.map((name) => `-Wl,--wrap=${name}`);

/**
 * The program, built where its sources changed.
 *
 * @returns Its path.
 * @throws {DriverError} The compiler refused; one without libFuzzer refuses that flavor.
 */
export async function buildFuzzer(flavor: FuzzFlavor): Promise<string> {
  const compiler = flavor === "libfuzzer" ? await findClang() : await findCompiler();
  const isClang = "version" in compiler && compiler.version.includes("clang");
  const flags = ["-DRS_TEST_POINTS", ...wrap(FUZZ_WRAPPED)];
  if (isClang) flags.push("-Wno-unused-command-line-argument");
  if (flavor !== "plain") {
    flags.push(
      "-fsanitize=address,undefined",
      "-fno-sanitize-recover=all",
      "-fno-omit-frame-pointer",
      // Each load is a call, which the linker sends to script.c first.
      ...(isClang
        ? ["-mllvm", "-asan-instrumentation-with-call-threshold=0"]
        : ["--param=asan-instrumentation-with-call-threshold=0"]),
      ...wrap(LOAD_HOOKS),
    );
  }
  if (flavor === "libfuzzer") {
    flags.push("-fsanitize=fuzzer", "-fsanitize-coverage-ignorelist=tests/fuzz/coverage_ignores.txt");
  }
  return await buildProgram({
    name: `tests/fuzz/fuzz_reader_${flavor}`,
    sources: [...TARGET, ...(flavor === "libfuzzer" ? [] : OWN_MAIN), ...DRIVER],
    flags,
  }, "command" in compiler ? { cc: compiler.command.join(" ") } : {});
}

/**
 * The program that fuzzes typed events, built where its sources changed.
 *
 * @returns Its path.
 * @throws {DriverError} The compiler refused; one without libFuzzer refuses that flavor.
 */
export async function buildEventsFuzzer(flavor: FuzzFlavor): Promise<string> {
  const compiler = flavor === "libfuzzer" ? await findClang() : await findCompiler();
  const sanitizers = ["-fsanitize=address,undefined", "-fno-sanitize-recover=all", "-fno-omit-frame-pointer"];
  return await buildProgram({
    name: `tests/fuzz/fuzz_events_${flavor}`,
    sources: [
      "tests/fuzz/fuzz_events.c",
      ...(flavor === "libfuzzer" ? [] : ["tests/fuzz/events_main.c"]),
      ...DRIVER,
    ],
    flags: [
      ...(flavor === "plain" ? [] : sanitizers),
      ...(flavor === "libfuzzer" ? ["-fsanitize=fuzzer"] : []),
    ],
  }, "command" in compiler ? { cc: compiler.command.join(" ") } : {});
}

/** The usual compiler where that is clang, otherwise one of the names under which systems install it. */
async function findClang() {
  const usual = await findCompiler();
  if ("version" in usual && usual.version.includes("clang")) return usual;
  for (const name of ["clang", "clang-19", "clang-18", "clang-17", "clang-16", "clang-15", "clang-14"]) {
    const found = await findCompiler(name);
    if ("version" in found) return found;
  }
  throw new DriverError(
    "find libFuzzer: it comes with clang, which is not there (Debian: apt-get install clang)",
  );
}

/** How a program of this suite ended. */
export interface FuzzOutcome {
  readonly success: boolean;
  /** Both streams; the last line is `N passed, N failed` when it came to its end. */
  readonly output: string;
}

/** Runs the program in the project's folder and keeps what it says. */
export async function runFuzzer(program: string, args: readonly string[]): Promise<FuzzOutcome> {
  const answer = await new Deno.Command(program, {
    args: [...args],
    cwd: projectRoot(),
    stdin: "null",
    env: { UBSAN_OPTIONS: "print_stacktrace=1" },
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { success: answer.success, output: text(answer.stderr) + text(answer.stdout) };
}
