/**
 * The C programs of these tests, built when a test first asks for one: plain, or with a sanitizer and the driver's own sources.
 * @module
 */
import { dirname } from "@std/path";
import { buildProgram, ensureBuilt } from "../../runtime/build/build.ts";
import { buildFolder } from "../../runtime/build/place.ts";
import { DriverError } from "../../runtime/errors.ts";

/** How a program is compiled. */
export type Flavor = "plain" | "asan" | "tsan";

/** A compiled program and how it is started. */
export interface Program {
  /** Words of the command; a program of ThreadSanitizer may need another one in front of it. */
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

const SANITIZERS = {
  asan: {
    flags: ["-fsanitize=address,undefined", "-fno-sanitize-recover=all", "-fno-omit-frame-pointer"],
    env: { ASAN_OPTIONS: "detect_leaks=0", UBSAN_OPTIONS: "print_stacktrace=1" },
  },
  tsan: {
    flags: ["-fsanitize=thread"],
    // A killed process leaves no report; what is reported ends the run.
    env: { TSAN_OPTIONS: "halt_on_error=1:exitcode=66" },
  },
} as const;

/** The programs that log and keep a record, by name. */
const PRODUCERS = {
  stress: "tests/stress/programs/stress.c",
  step: "tests/stress/programs/step.c",
  crowd: "tests/stress/programs/crowd.c",
  witness: "tests/order/witness.c",
} as const;

/** Name of a program that logs. */
export type ProducerName = keyof typeof PRODUCERS;

/** A program that logs. */
export async function buildProducer(name: ProducerName, flavor: Flavor = "plain"): Promise<Program> {
  return await build(name, PRODUCERS[name], flavor, "ringscope");
}

/** The slow reader. */
export async function buildReader(flavor: Flavor = "plain"): Promise<Program> {
  return await build("drain", "tests/stress/programs/drain.c", flavor, "ringscope_reader");
}

async function build(name: string, source: string, flavor: Flavor, library: string): Promise<Program> {
  const sources = [source];
  if (flavor === "plain") {
    await ensureBuilt();
    const program = await buildProgram({ name: `tests/${name}`, sources, libs: [library] });
    // What the linker does at the first call of a function is nothing to step through.
    return { command: [program], env: { LD_BIND_NOW: "1" } };
  }
  const { flags, env } = SANITIZERS[flavor];
  // A library here too: linked into the program, thread-local storage is addressed by instructions that GNU ld rewrites, and
  // UBSan's test of their flags then sees null pointers where there are none.
  const driver = await buildProgram({
    name: `tests/stress_${flavor}/libringscope_all.so`,
    sources: ["driver/core/*.c", "driver/user/*.c", "driver/reader/*.c"],
    flags,
    shared: true,
  });
  const program = await buildProgram({
    name: `tests/stress_${flavor}/${name}`,
    sources,
    flags: [...flags, `-L${dirname(driver)}`, "-Wl,-rpath,$ORIGIN"],
    libs: ["ringscope_all"],
  });
  return { command: [...(await prefixOf(flavor) ?? []), program], env };
}

/** Whether programs of this flavor can be compiled and started here. */
export async function isFlavorUsable(flavor: Flavor): Promise<boolean> {
  return flavor === "plain" || await prefixOf(flavor) !== null;
}

/** Words in front of a program of this flavor; null when it does not start even so. */
async function prefixOf(flavor: "asan" | "tsan"): Promise<string[] | null> {
  const probe = `${buildFolder()}/tests/start_probe.c`;
  await Deno.mkdir(`${buildFolder()}/tests`, { recursive: true });
  await Deno.writeTextFile(probe, "int main(void) { return 0; }\n");
  let program: string;
  try {
    program = await buildProgram({
      name: `tests/start_probe_${flavor}`,
      sources: [probe],
      flags: SANITIZERS[flavor].flags,
    });
  } catch (error) {
    if (error instanceof DriverError) return null;
    throw error;
  }
  // Some ThreadSanitizers cannot place their memory where the kernel shuffles addresses widely; setarch turns that off.
  for (const prefix of [[], ["setarch", Deno.build.arch, "-R"]]) {
    if (await starts([...prefix, program])) return prefix;
  }
  return null;
}

async function starts([program = "", ...args]: readonly string[]): Promise<boolean> {
  try {
    return (await new Deno.Command(program, { args, stdin: "null" }).output()).success;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/**
 * Runs a program to its end.
 *
 * @returns What it wrote to standard output.
 * @throws {Error} It ended with another code than 0; the message holds what it wrote to standard error.
 */
export async function run(
  program: Program,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<string> {
  const [path = "", ...leading] = program.command;
  const answer = await new Deno.Command(path, {
    args: [...leading, ...args],
    env: { ...program.env, ...env },
    stdin: "null",
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  if (answer.success) return text(answer.stdout);
  throw new Error(
    `${path} ${args.join(" ")} ended with ${answer.signal ?? answer.code}:\n${text(answer.stderr)}`,
  );
}
