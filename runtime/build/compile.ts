/**
 * Runs the compiler: one object for each source, then one link.
 * @module
 */
import { basename, dirname, join, relative } from "@std/path";
import { DriverError } from "../errors.ts";
import type { Compiler } from "./compiler.ts";
import { parseDependencies, shorten } from "./inputs.ts";

/** Flags of everything written in C here. */
export const C_FLAGS: readonly string[] = [
  "-std=gnu11",
  "-O2",
  "-g",
  "-Wall",
  "-Wextra",
  "-Werror",
  "-Wconversion",
  "-Wshadow",
  "-fPIC",
  "-fvisibility=hidden",
  "-pthread",
  "-Idriver/include",
  "-Idriver/core",
  "-Idriver/user",
  "-Idriver/reader",
];

/** Libraries of this build, which are linked by their place and found again by it when the program runs. */
const OWN_LIBRARIES: readonly string[] = ["ringscope", "ringscope_reader"];

/** A flag that only the linker understands: clang, other than gcc, minds one that it has no use for. */
const LINKER_FLAG = /^-(?:Wl,|[lL])/;

/** An object file and every file that was read for it, system headers excepted. */
export interface CompiledObject {
  readonly path: string;
  readonly inputs: readonly string[];
}

/**
 * Compiles one source.
 *
 * @throws {DriverError} The compiler refused; the message holds the command and its output.
 */
export async function compileObject(
  compiler: Compiler,
  root: string,
  source: string,
  object: string,
  flags: readonly string[],
): Promise<CompiledObject> {
  const dependencies = `${object}.d`;
  const compiling = flags.filter((flag) => !LINKER_FLAG.test(flag));
  await run(
    compiler,
    root,
    [...C_FLAGS, ...compiling, "-MMD", "-MF", dependencies, "-c", source, "-o", object],
    source,
  );
  const inputs = parseDependencies(await Deno.readTextFile(dependencies));
  return { path: object, inputs: inputs.map((input) => shorten(root, input)) };
}

/**
 * Links objects into `output`.
 *
 * @param folder The build folder, which holds the libraries of this build.
 * @param name Where the product will stand below `folder`; decides how it finds those libraries.
 * @throws {DriverError} The linker refused; the message holds the command and its output.
 */
export async function linkObjects(
  compiler: Compiler,
  root: string,
  folder: string,
  name: string,
  objects: readonly string[],
  output: string,
  options: { readonly flags: readonly string[]; readonly libs: readonly string[]; readonly shared: boolean },
): Promise<void> {
  const own = options.libs.filter((lib) => OWN_LIBRARIES.includes(lib));
  const up = relative(dirname(join(folder, name)), folder);
  await run(compiler, root, [
    ...options.flags,
    "-pthread",
    ...(options.shared ? ["-shared", `-Wl,-soname,${basename(name)}`] : []),
    "-o",
    output,
    ...objects,
    ...(own.length > 0 ? [`-L${folder}`, `-Wl,-rpath,$ORIGIN/${up}`, "-Wl,--as-needed"] : []),
    ...options.libs.map((lib) => `-l${lib}`),
  ], name);
}

async function run(compiler: Compiler, root: string, args: string[], what: string): Promise<void> {
  const [program, ...leading] = compiler.command;
  if (program === undefined) throw new TypeError("the compiler's command is empty");
  const answer = await new Deno.Command(program, { args: [...leading, ...args], cwd: root, stdin: "null" })
    .output();
  if (answer.success) return;
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes).trimEnd();
  const output = [text(answer.stderr), text(answer.stdout)].filter((part) => part !== "").join("\n");
  throw new DriverError(
    `compile ${what}: ${program} ended with ${answer.code}:\n${output}\n` +
      `the command, to be run in ${root}: ${[...compiler.command, ...args].join(" ")}`,
  );
}
