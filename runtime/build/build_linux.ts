/**
 * `deno task build:linux`: stages the Linux kernel driver with the shared core, and runs kbuild on it.
 * @module
 */
import { join, resolve } from "@std/path";
import { DriverError } from "../errors.ts";
import { projectRoot } from "./place.ts";

/** What a kernel's build of the module is asked for. */
export interface LinuxBuildOptions {
  /** Folder with the kernel's headers or build; default: those of the running kernel, or the newest that is installed. */
  readonly kernel?: string;
  /** The project's folder. */
  readonly root?: string;
  /** Where headers are looked for, in `RELEASE/build`; default: `/lib/modules`. */
  readonly modules?: string;
  /** Where to stage and build; default: `build/linux/RELEASE`. */
  readonly folder?: string;
  /** Further variables for make, such as `C=2` for sparse. */
  readonly variables?: readonly string[];
}

/** A module that was built. */
export interface LinuxBuild {
  /** The staged sources, `ringscope.ko` and `Module.symvers`. */
  readonly folder: string;
  /** Path of `ringscope.ko`. */
  readonly module: string;
  /** The kernel's release, as `uname -r` says it there. */
  readonly release: string;
  /** The folder of the kernel's headers. */
  readonly kernel: string;
  /** What make printed. */
  readonly output: string;
}

/** There are no headers to build against; the message says which package has them. */
export class NoKernelHeadersError extends DriverError {
  override name = "NoKernelHeadersError";
}

/** What goes into the staged folder, and where; the folders of the driver in which it lies. */
const STAGED: readonly { readonly from: string; readonly to: string; readonly names: RegExp }[] = [
  { from: "driver/core", to: "core", names: /\.[ch]$/ },
  { from: "driver/core/kernel", to: "core/kernel", names: /\.[ch]$/ },
  { from: "driver/include", to: "include", names: /^(?:rs_\w+|ringscope_calls)\.h$/ },
  { from: "driver/linux/include", to: "include", names: /\.h$/ },
  { from: "driver/linux/sources", to: "sources", names: /\.[ch]$/ },
  { from: "driver/linux", to: ".", names: /\.[ch]$|^(?:Kbuild|Makefile|dkms\.conf|.*\.rules)$/ },
];

/**
 * Builds the module with all warnings of kbuild's `W=1`.
 *
 * @throws {NoKernelHeadersError} No headers were found.
 * @throws {DriverError} make or the compiler refused; the message holds the output.
 */
export async function buildLinux(options: LinuxBuildOptions = {}): Promise<LinuxBuild> {
  const root = options.root ?? projectRoot();
  const kernel = options.kernel === undefined
    ? await findHeaders(options.modules ?? "/lib/modules")
    : resolve(options.kernel);
  const release = await readRelease(kernel);
  const folder = options.folder ?? join(root, "build", "linux", release);
  await stageLinux(root, folder);
  const output = await runMake(folder, [`KERNEL=${kernel}`, "W=1", ...options.variables ?? []]);
  return { folder, module: join(folder, "ringscope.ko"), release, kernel, output };
}

/** Puts the sources where kbuild, make and DKMS find them together; what has not changed keeps its time. */
export async function stageLinux(root: string, folder: string): Promise<void> {
  const kept = new Set<string>();
  for (const { from, to, names } of STAGED) {
    const source = join(root, from);
    if (!await isFolder(source)) continue;
    await Deno.mkdir(join(folder, to), { recursive: true });
    for await (const entry of Deno.readDir(source)) {
      if (!entry.isFile || !names.test(entry.name)) continue;
      const target = join(folder, to, entry.name);
      kept.add(target);
      await copyIfChanged(join(source, entry.name), target);
    }
  }
  await removeOthers(folder, kept);
}

/** Sources of an earlier state of the project would be found by an `#include`. */
async function removeOthers(folder: string, kept: ReadonlySet<string>): Promise<void> {
  for (const to of new Set(STAGED.map(({ to }) => to))) {
    const below = join(folder, to);
    if (!await isFolder(below)) continue;
    for await (const entry of Deno.readDir(below)) {
      const path = join(below, entry.name);
      if (/\.[ch]$/.test(entry.name) && !entry.name.endsWith(".mod.c") && !kept.has(path)) {
        await Deno.remove(path);
      }
    }
  }
}

async function copyIfChanged(from: string, to: string): Promise<void> {
  const bytes = await Deno.readFile(from);
  const before = await Deno.readFile(to).catch(() => null);
  if (before !== null && before.length === bytes.length && before.every((byte, at) => byte === bytes[at])) {
    return;
  }
  await Deno.writeFile(to, bytes);
}

async function isFolder(path: string): Promise<boolean> {
  return await Deno.stat(path).then((found) => found.isDirectory, () => false);
}

/** The headers of the running kernel; where there are none, those with the greatest release that is installed. */
async function findHeaders(modules: string): Promise<string> {
  const running = Deno.osRelease();
  const own = join(modules, running, "build");
  if (await isFolder(own)) return own;
  const releases: string[] = [];
  for await (const entry of readFolder(modules)) {
    if (await isFolder(join(modules, entry.name, "build"))) releases.push(entry.name);
  }
  const newest = releases.sort((a, b) => a.localeCompare(b, "en", { numeric: true })).at(-1);
  if (newest !== undefined) return join(modules, newest, "build");
  throw new NoKernelHeadersError(
    `build the kernel driver: found no kernel headers below ${modules}; ` +
      `install those of the running kernel (Debian: apt-get install linux-headers-${running}, ` +
      `or linux-headers-amd64 for the newest) or name a folder with --kernel`,
  );
}

async function* readFolder(path: string): AsyncGenerator<Deno.DirEntry> {
  try {
    yield* Deno.readDir(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

async function readRelease(kernel: string): Promise<string> {
  const path = join(kernel, "include", "generated", "utsrelease.h");
  const text = await Deno.readTextFile(path).catch((error: unknown) => {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    return "";
  });
  const release = /UTS_RELEASE "([^"/]+)"/.exec(text)?.[1];
  if (release !== undefined) return release;
  throw new NoKernelHeadersError(
    `build the kernel driver: ${kernel} holds no prepared headers (${path} names no release); ` +
      `name the folder of a linux-headers package, or run "make modules_prepare" in the kernel's sources`,
  );
}

async function runMake(folder: string, variables: readonly string[]): Promise<string> {
  const args = ["-j2", "--no-print-directory", "-C", folder, ...variables];
  const answer = await new Deno.Command("make", { args, stdin: "null", env: { LC_ALL: "C" } }).output();
  const output = [answer.stderr, answer.stdout].map((bytes) => new TextDecoder().decode(bytes)).join("");
  if (answer.success) return output;
  throw new DriverError(
    `build the kernel driver in ${folder}: make ended with ${answer.code}:\n${output.trimEnd()}\n` +
      `the command: make ${args.join(" ")}`,
  );
}

/** The values of `--kernel DIR` in a command line. */
function parseArguments(args: readonly string[]): LinuxBuildOptions {
  if (args.length === 0) return {};
  const [name, kernel] = args;
  if (args.length === 2 && name === "--kernel" && kernel !== undefined) return { kernel };
  throw new TypeError(`deno task build:linux takes [--kernel DIR], not "${args.join(" ")}"`);
}

if (import.meta.main) {
  try {
    const built = await buildLinux(parseArguments(Deno.args));
    console.log(`built  ${built.module}`);
    console.log(`against Linux ${built.release} (${built.kernel})`);
    console.log(`symbols for modules that log: ${join(built.folder, "Module.symvers")}`);
  } catch (error) {
    if (!(error instanceof DriverError) && !(error instanceof TypeError)) throw error;
    console.error(error.message);
    Deno.exitCode = 1;
  }
}
