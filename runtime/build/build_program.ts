/**
 * Makes one library or program from C, when its inputs or its command changed since the last time.
 *
 * Called by build.ts for what ships and by tests and benchmarks for their own programs. A product appears under its
 * name by rename only: a process that has the old library mapped keeps it, and a build that is killed leaves nothing half
 * done. Builds of the same product by several processes wait for each other.
 * @module
 */
import { basename, dirname, join } from "@std/path";
import { DriverError } from "../errors.ts";
import { C_FLAGS, compileObject, linkObjects } from "./compile.ts";
import { findCompiler } from "./compiler.ts";
import { listSources } from "./inputs.ts";
import { buildFolder, projectRoot } from "./place.ts";
import { hashInputs, isCurrent, type Stamp } from "./stamp.ts";

/** What to build. */
export interface ProgramOptions {
  /** Path below the build folder, such as "tests/ring_test" or "libringscope.so". */
  readonly name: string;
  /** C files, relative to the project's root or absolute; `folder/*.c` stands for all of a folder. */
  readonly sources: readonly string[];
  /** Added after {@link C_FLAGS}, for compiling and for linking. */
  readonly flags?: readonly string[];
  /** Libraries to link: names of this build (`ringscope`, `ringscope_reader`, built before) or of the system (`m`). */
  readonly libs?: readonly string[];
  /** Make a shared library instead of a program. */
  readonly shared?: boolean;
}

/** Where to build, and with what. Everything has a default. */
export interface BuildPlace {
  /** Folder that sources are relative to; default: the project's. */
  readonly root?: string;
  /** Folder that gets the products; default: `build` in the project. */
  readonly folder?: string;
  /** The compiler, as `$CC` names one; default: what {@link findCompiler} finds. */
  readonly cc?: string;
}

/** A product that is there. */
export interface BuiltProduct {
  readonly path: string;
  /** Whether the compiler ran. */
  readonly compiled: boolean;
}

/** Nothing here can make a product that is missing or out of date. The message says what to install. */
export class NoCompilerError extends DriverError {}

/**
 * Builds a program or library unless it is up to date.
 *
 * @returns Path of the product.
 * @throws {NoCompilerError} There is no compiler, and the product is missing or out of date.
 * @throws {DriverError} The compiler refused; the message holds its output.
 * @example
 * ```ts
 * const test = await buildProgram({ name: "tests/ring_test", sources: ["tests/core/ring_test.c", "driver/core/*.c"] });
 * ```
 */
export async function buildProgram(options: ProgramOptions, place: BuildPlace = {}): Promise<string> {
  return (await buildProduct(options, place)).path;
}

/** {@link buildProgram}, which also tells whether the compiler ran. */
export async function buildProduct(options: ProgramOptions, place: BuildPlace = {}): Promise<BuiltProduct> {
  const root = place.root ?? projectRoot();
  const folder = place.folder ?? buildFolder();
  const path = join(folder, options.name);
  const flat = options.name.replaceAll(/[\\/]/g, "__");
  const stampPath = join(folder, ".stamps", `${flat}.json`);
  const flags = options.flags ?? [];
  const libs = options.libs ?? [];
  const shared = options.shared ?? false;
  const sources = await listSources(root, options.sources);
  const command = JSON.stringify([C_FLAGS, flags, libs, shared, sources]);
  const compiler = await findCompiler(place.cc);
  const version = "version" in compiler ? compiler.version : null;

  if (await isCurrent(root, path, stampPath, command, version)) return { path, compiled: false };
  if (!("version" in compiler)) throw new NoCompilerError(`build ${options.name}: ${compiler.reason}`);
  await Deno.mkdir(dirname(stampPath), { recursive: true });
  await Deno.mkdir(dirname(path), { recursive: true });
  using lock = await Deno.open(join(folder, ".stamps", `${flat}.lock`), { write: true, create: true });
  await lock.lock(true);
  if (await isCurrent(root, path, stampPath, command, version)) return { path, compiled: false };

  const startedMs = Date.now();
  const work = await makeWorkFolder(folder, flat);
  try {
    const objects = await Promise.all(
      sources.map((source, at) => compileObject(compiler, root, source, join(work, `${at}.o`), flags)),
    );
    const made = join(work, basename(options.name));
    const parts = objects.map((object) => object.path);
    await linkObjects(compiler, root, folder, options.name, parts, made, { flags, libs, shared });
    const inputs = await hashInputs(root, objects.flatMap((object) => object.inputs), startedMs);
    const stamp: Stamp = { compiler: compiler.version, command, inputs };
    const stampMade = join(work, "stamp.json");
    await Deno.writeTextFile(stampMade, JSON.stringify(stamp, null, 1));
    // Without a stamp nobody believes the product: a build that dies between these lines is done again.
    await Deno.remove(stampPath, { recursive: true }).catch(ignoreNotFound);
    await Deno.rename(made, path);
    await Deno.rename(stampMade, stampPath);
  } finally {
    await Deno.remove(work, { recursive: true });
  }
  return { path, compiled: true };
}

/** A folder for half-made things. The lock is held, so that what others left here is of builds that died. */
async function makeWorkFolder(folder: string, flat: string): Promise<string> {
  const prefix = `.${flat}-`;
  for await (const entry of Deno.readDir(folder)) {
    if (entry.isDirectory && entry.name.startsWith(prefix)) {
      await Deno.remove(join(folder, entry.name), { recursive: true });
    }
  }
  return await Deno.makeTempDir({ dir: folder, prefix });
}

function ignoreNotFound(error: unknown): void {
  if (!(error instanceof Deno.errors.NotFound)) throw error;
}
