/**
 * `deno task build`: makes the driver, the reader library and the example programs, as far as they are out of date.
 * @module
 */
import { basename, join } from "@std/path";
import {
  type BuildPlace,
  buildProduct,
  type BuiltProduct,
  NoCompilerError,
  type ProgramOptions,
} from "./build_program.ts";
import { findFile, projectRoot, windowsProducts } from "./place.ts";

export { type BuildPlace, buildProgram, NoCompilerError, type ProgramOptions } from "./build_program.ts";

/** What a build made or found up to date. */
export interface BuildResult {
  /** Path of the reader library, or null; see `reason`. */
  readonly reader: string | null;
  /** Path of the library that user-mode programs log through, or null. */
  readonly driver: string | null;
  /** Path of the library that is preloaded into programs which do not log themselves, or null. */
  readonly preload: string | null;
  /** Path of the program that passes the kernel's log on, or null. */
  readonly kmsg: string | null;
  /** Paths of the example programs by name (`walk`); empty where there is no compiler. */
  readonly examples: Readonly<Record<string, string>>;
  /** Why something is null, and what to do; null when nothing is. */
  readonly reason: string | null;
  /** Everything that is there, in the order in which it was looked at. */
  readonly products: readonly BuiltProduct[];
}

/** The reader library. */
export const READER_LIBRARY: ProgramOptions = {
  name: "libringscope_reader.so",
  sources: [
    "driver/reader/*.c",
    "driver/core/*.c",
    "driver/user/guard.c",
    "driver/user/host.c",
    "driver/user/host_common.c",
    "driver/user/host_file.c",
    "driver/user/host_numbers.c",
    "driver/user/host_thread.c",
    "driver/user/ringset_file.c",
  ],
  flags: ["-Wl,-z,defs"],
  shared: true,
};

/** The driver for user mode. */
export const DRIVER_LIBRARY: ProgramOptions = {
  name: "libringscope.so",
  sources: ["driver/user/*.c", "driver/core/*.c"],
  // Bound when it is loaded: a first call in a signal handler must not begin by looking up symbols. Never unloaded: the threads that
  // logged end in it, and so does a SIGBUS.
  flags: ["-Wl,-z,defs", "-Wl,-z,now", "-Wl,-z,nodelete"],
  shared: true,
};

/** The driver for user mode without what a program of its own only has: the seed's names, and opening what the environment names. */
const PRODUCER = [
  "control",
  "event",
  "guard",
  "host",
  "host_common",
  "host_file",
  "host_thread",
  "log",
  "ringset_file",
  "sites",
  "thread",
  "write",
].map(
  (name) => `driver/user/${name}.c`,
);

/** Calls of the ring library that must not pass the wrappers of the library that it is linked into. */
const OWN_CALLS = ["open", "close", "read", "pread", "write", "unlink"];

/** What records programs that know nothing of it: wrappers around the C library's calls, with the driver inside. */
export const PRELOAD_LIBRARY: ProgramOptions = {
  name: "libringscope_preload.so",
  sources: [
    "driver/preload/*.c",
    "driver/core/*.c",
    ...PRODUCER,
  ],
  // The program's own libringscope.so must not be led here.
  flags: [
    "-DRS_API=",
    "-Wl,-z,defs",
    "-Wl,-z,now",
    "-Wl,-z,start-stop-visibility=hidden",
    ...OWN_CALLS.map((name) => `-Wl,--wrap=${name}`),
  ],
  shared: true,
};

/** What passes the Linux kernel's log on into rings. */
export const KMSG_PROGRAM: ProgramOptions = {
  name: "ringscope-kmsg",
  sources: [
    "driver/kmsg/*.c",
    "driver/core/*.c",
    ...PRODUCER,
  ],
};

/** One program for each C file of `driver/examples`, linked with what it uses of both libraries. */
export async function listExamples(root: string = projectRoot()): Promise<ProgramOptions[]> {
  const examples: ProgramOptions[] = [];
  for await (const entry of Deno.readDir(join(root, "driver", "examples"))) {
    if (!entry.isFile || !entry.name.endsWith(".c")) continue;
    examples.push({
      name: `examples/${basename(entry.name, ".c")}`,
      sources: [`driver/examples/${entry.name}`],
      libs: ["ringscope", "ringscope_reader"],
    });
  }
  return examples.sort((a, b) => a.name < b.name ? -1 : 1);
}

/**
 * Builds what is out of date and gives the paths. Where there is no compiler, or the project's folder cannot be written,
 * what is missing is null and `reason` says why; products that still fit their sources are used.
 *
 * @throws {DriverError} The compiler refused; the message holds its output.
 */
export async function ensureBuilt(place: BuildPlace = {}): Promise<BuildResult> {
  const nothing = { reader: null, driver: null, preload: null, kmsg: null, examples: {}, products: [] };
  if (Deno.build.os === "windows") return findWindowsLibrary(nothing);
  if (Deno.build.os !== "linux") {
    return {
      ...nothing,
      reason: `the driver and the reader library are for Linux so far; this is ${Deno.build.os}`,
    };
  }
  const products: BuiltProduct[] = [];
  const examples: Record<string, string> = {};
  let reason: string | null = null;
  const make = async (options: ProgramOptions): Promise<string | null> => {
    try {
      const product = await buildProduct(options, place);
      products.push(product);
      return product.path;
    } catch (error) {
      if (!(error instanceof NoCompilerError) && !isReadOnly(error)) throw error;
      reason ??= error.message;
      return null;
    }
  };
  const reader = await make(READER_LIBRARY);
  const driver = await make(DRIVER_LIBRARY);
  const preload = await make(PRELOAD_LIBRARY);
  const kmsg = await make(KMSG_PROGRAM);
  if (reader !== null && driver !== null) {
    for (const example of await listExamples(place.root)) {
      const path = await make(example);
      if (path !== null) examples[basename(example.name)] = path;
    }
  }
  return { reader, driver, preload, kmsg, examples, reason, products };
}

/** Nothing is built on Windows: the library is one that was built on Linux and copied here. */
function findWindowsLibrary(nothing: Omit<BuildResult, "reason">): BuildResult {
  const places = windowsProducts("ringscope.dll");
  const reader = findFile(places);
  const reason = reader === null
    ? `there is no ${
      places.join(" or ")
    }; build it on Linux (deno task build:windows) and copy build/windows here`
    : "on Windows there are the reader library and the kernel driver only";
  return { ...nothing, reader, reason };
}

function isReadOnly(error: unknown): error is Error {
  return error instanceof Deno.errors.PermissionDenied ||
    (error instanceof Error && "code" in error && error.code === "EROFS");
}

if (import.meta.main) {
  const result = await ensureBuilt();
  for (const { path, compiled } of result.products) {
    console.log(`${compiled ? "built" : "up to date"}  ${path}`);
  }
  if (result.reason !== null) {
    console.error(result.reason);
    Deno.exitCode = 1;
  }
}
