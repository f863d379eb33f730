/**
 * `deno task build:windows`: compiles the Windows kernel driver with MinGW-w64's headers, by Clang (which makes the PDB that WinDbg
 * reads) or by GCC.
 * @module
 */
import { basename, join } from "@std/path";
import { DriverError } from "../errors.ts";
import { storeChecksum } from "./pe_image.ts";
import { projectRoot } from "./place.ts";
import { buildWindowsReader, type WindowsReader } from "./windows_reader.ts";
import { PREFIX, WARNING_FLAGS, type WindowsCompiler, WindowsTools } from "./windows_tools.ts";

export { NoWindowsToolsError, type WindowsCompiler } from "./windows_tools.ts";

/** What a build of the driver is asked for. */
export interface WindowsBuildOptions {
  /** Default: Clang where it and its linker are installed, else GCC. */
  readonly compiler?: WindowsCompiler;
  /** The project's folder. */
  readonly root?: string;
  /** Where to build; default: `build/windows/COMPILER`. */
  readonly folder?: string;
  /** Where programs are looked for; default: the environment's PATH. */
  readonly path?: string;
}

/** A driver that was built. */
export interface WindowsBuild {
  readonly compiler: WindowsCompiler;
  /** Everything below; the objects stand in `objects`, each with the stack of its functions in `NAME.su`. */
  readonly folder: string;
  /** Path of `ringscope.sys`. */
  readonly driver: string;
  /** Path of `ringscope.inf`, which installs it. */
  readonly installer: string;
  /** Path of `ringscope.pdb`; null: GCC makes none. */
  readonly symbols: string | null;
  /** Path of the library that other drivers link, to import from `ringscope.sys`. */
  readonly importLibrary: string;
  /** Path of the library for a driver that has all of it linked in. */
  readonly staticLibrary: string;
}

/** Flags of every source of the driver. No red zone: an interrupt writes there. No probes of the stack and no registers of vectors. */
export const KERNEL_FLAGS: readonly string[] = [
  "-std=gnu11",
  "-O2",
  "-ffreestanding",
  "-mno-red-zone",
  "-mno-stack-arg-probe",
  "-fno-stack-protector",
  "-mgeneral-regs-only",
  "-fasynchronous-unwind-tables",
  ...WARNING_FLAGS,
  "-D_WIN32_WINNT=0x0A00",
  "-Idriver/include",
  "-Idriver/windows/include",
];

/** … and of those that are ringscope.sys, or have it linked in. */
export const ITSELF_FLAGS: readonly string[] = [
  "-DRS_WINDOWS_KERNEL",
  "-DRINGSCOPE_ITSELF",
  "-Idriver/core",
  "-Idriver/core/kernel",
  "-Idriver/windows",
];

const LINK_FLAGS: readonly string[] = [
  "-shared",
  "-nostdlib",
  "-Wl,--subsystem,native:10.0",
  "-Wl,--entry,DriverEntry",
  "-Wl,--dynamicbase",
  "-Wl,--nxcompat",
];

/** What Stampinf puts in the place of `$ARCH$` in an INF. */
const ARCHITECTURE = "amd64";

/** The object that makes a driver of what is otherwise a library. */
const ENTRY = "entry.o";

/**
 * Builds the driver with all warnings as errors.
 *
 * @throws {NoWindowsToolsError} A compiler, the linker or the system's headers are not installed.
 * @throws {DriverError} The compiler or the linker refused; the message holds the command and its output.
 */
export async function buildWindows(options: WindowsBuildOptions = {}): Promise<WindowsBuild> {
  const root = options.root ?? projectRoot();
  const tools = await WindowsTools.find(options.compiler, root, options.path ?? Deno.env.get("PATH") ?? "");
  const { compiler } = tools;
  const folder = options.folder ?? join(root, "build", "windows", compiler);
  await Deno.mkdir(join(folder, "objects"), { recursive: true });
  const objects = await compileAll(tools, join(folder, "objects"));
  const built: WindowsBuild = {
    compiler,
    folder,
    driver: join(folder, "ringscope.sys"),
    installer: join(folder, "ringscope.inf"),
    symbols: compiler === "clang" ? join(folder, "ringscope.pdb") : null,
    importLibrary: join(folder, "libringscope.dll.a"),
    staticLibrary: join(folder, "libringscope.a"),
  };
  await link(tools, built, objects);
  const installer = await Deno.readTextFile(join(root, "driver", "windows", "ringscope.inf"));
  await Deno.writeTextFile(built.installer, installer.replaceAll("$ARCH$", ARCHITECTURE));
  return built;
}

/** How a driver of one's own comes to what it calls: its own copy, or that of ringscope.sys. */
export type RingscopeUse = "linked" | "imports";

/** The examples in `driver/windows/examples`. */
const EXAMPLES: Readonly<Record<string, RingscopeUse>> = {
  hello: "imports",
  seed: "imports",
  linked: "linked",
};

/** Builds `ringscope_NAME.sys` of each example beside the driver; gives their paths. */
export async function buildWindowsExamples(built: WindowsBuild): Promise<string[]> {
  const outputs: string[] = [];
  for (const [name, use] of Object.entries(EXAMPLES)) {
    const output = join(built.folder, `ringscope_${name}.sys`);
    await buildDriverWith(built, `driver/windows/examples/${name}.c`, output, use);
    outputs.push(output);
  }
  return outputs;
}

/**
 * Builds a driver of one's own: one source, which has the DriverEntry.
 *
 * @param source Path below the project's folder.
 * @param output Path of the `.sys`.
 * @throws {DriverError} The compiler or the linker refused; the message holds the command and its output.
 */
export async function buildDriverWith(
  built: WindowsBuild,
  source: string,
  output: string,
  use: RingscopeUse = "linked",
): Promise<void> {
  const tools = await WindowsTools.find(built.compiler, projectRoot(), Deno.env.get("PATH") ?? "");
  const folder = await Deno.makeTempDir({ dir: built.folder });
  try {
    const object = await tools.compile(source, folder, await kernelFlags(tools, use));
    await linkImage(tools, output, [object, use === "linked" ? built.staticLibrary : built.importLibrary]);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Where the driver's sources stand. */
export const FOLDERS: readonly string[] = ["driver/core", "driver/core/kernel", "driver/windows"];

/** Compiles every source of the core and of the driver; gives the objects. */
async function compileAll(tools: WindowsTools, folder: string): Promise<string[]> {
  const sources = (await Promise.all(FOLDERS.map((name) => tools.listSources(name)))).flat();
  const objects = await tools.compileAll(sources, folder, await kernelFlags(tools, "linked"));
  return [
    ...objects,
    await tools.compileResource("driver/windows/ringscope.rc", join(folder, "resource.o")),
  ];
}

async function kernelFlags(tools: WindowsTools, use: RingscopeUse): Promise<string[]> {
  return [
    ...KERNEL_FLAGS,
    ...(use === "linked" ? ITSELF_FLAGS : []),
    "-fstack-usage",
    "-isystem",
    await tools.findKitHeaders(),
  ];
}

async function link(tools: WindowsTools, built: WindowsBuild, objects: readonly string[]): Promise<void> {
  await linkImage(tools, built.driver, [
    ...(built.symbols === null ? [] : [`-Wl,--pdb=${built.symbols}`]),
    `-Wl,--out-implib,${built.importLibrary}`,
    ...objects,
  ]);
  await Deno.remove(built.staticLibrary).catch((error: unknown) => {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  });
  const parts = objects.filter((object) => basename(object) !== ENTRY && basename(object) !== "resource.o");
  await tools.run([`${PREFIX}ar`, "rcs", built.staticLibrary, ...parts]);
}

/** Links what `words` name, and stores the image's checksum: LLD leaves it out. */
async function linkImage(tools: WindowsTools, output: string, words: readonly string[]): Promise<void> {
  await tools.link(output, [...LINK_FLAGS, ...words, "-lntoskrnl", "-lhal"]);
  const image = await Deno.readFile(output);
  storeChecksum(image);
  await Deno.writeFile(output, image);
}

/**
 * Builds the reader's library and program.
 *
 * @throws {NoWindowsToolsError | DriverError} As {@link buildWindows}.
 */
export async function buildReaderForWindows(options: WindowsBuildOptions = {}): Promise<WindowsReader> {
  const root = options.root ?? projectRoot();
  const tools = await WindowsTools.find(options.compiler, root, options.path ?? Deno.env.get("PATH") ?? "");
  return await buildWindowsReader(tools, options.folder ?? join(root, "build", "windows", tools.compiler));
}

/** The value of `--compiler NAME` in a command line. */
function parseArguments(args: readonly string[]): WindowsBuildOptions {
  if (args.length === 0) return {};
  const [name, compiler] = args;
  if (args.length === 2 && name === "--compiler" && (compiler === "clang" || compiler === "gcc")) {
    return { compiler };
  }
  throw new TypeError(`deno task build:windows takes [--compiler clang|gcc], not "${args.join(" ")}"`);
}

if (import.meta.main) {
  try {
    const options = parseArguments(Deno.args);
    const built = await buildWindows(options);
    const reader = await buildReaderForWindows(options);
    console.log(
      `built  ${built.driver}  (by ${built.compiler}, not signed), installed by ${built.installer}`,
    );
    if (built.symbols !== null) console.log(`symbols for WinDbg: ${built.symbols}`);
    console.log(`for drivers that log: ${built.importLibrary} (imports), ${built.staticLibrary} (linked in)`);
    for (const example of await buildWindowsExamples(built)) console.log(`built  ${example}`);
    console.log(`for readers: ${reader.library}, ${reader.importLibrary} (imports), ${reader.program}`);
  } catch (error) {
    if (!(error instanceof DriverError) && !(error instanceof TypeError)) throw error;
    console.error(error.message);
    Deno.exitCode = 1;
  }
}
