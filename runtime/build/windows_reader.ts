/**
 * The reader on Windows: `ringscope.dll`, which has all of rs_reader.h, and `ringscope-reader.exe`, which records without Deno.
 * @module
 */
import { basename, join } from "@std/path";
import { WARNING_FLAGS, type WindowsTools } from "./windows_tools.ts";

/** A reader that was built. */
export interface WindowsReader {
  /** Path of `ringscope.dll`. */
  readonly library: string;
  /** Path of the library that C programs link, to import from `ringscope.dll`. */
  readonly importLibrary: string;
  /** Path of `ringscope-reader.exe`. */
  readonly program: string;
}

/**
 * Flags of everything in user mode. Formats are C's, not those of Microsoft's library of 1998; what is hidden is so by the list of
 * exports, not by ELF's visibility, which GCC minds here.
 */
export const USER_FLAGS: readonly string[] = [
  "-std=gnu11",
  "-O2",
  ...WARNING_FLAGS,
  "-Wno-attributes",
  "-D_WIN32_WINNT=0x0A00",
  "-D__USE_MINGW_ANSI_STDIO=1",
  "-Idriver/include",
  "-Idriver/core",
  "-Idriver/user",
  "-Idriver/user/windows",
  "-Idriver/reader",
];

const EXPORT_FLAGS: readonly string[] = [
  "-DRS_READER_API=__declspec(dllexport)",
  "-DRS_COMPAT_API=__declspec(dllexport)",
];

/** Nothing of MinGW's own beside the images; safe addresses, which GCC's linker has by default and says nothing of. */
export const USER_LINK_FLAGS: readonly string[] = [
  "-static",
  "-Wl,--dynamicbase",
  "-Wl,--nxcompat",
  "-Wl,--high-entropy-va",
];

/** Libraries of the system, behind the objects. */
export const USER_LIBRARIES: readonly string[] = ["-lpthread", "-lbcrypt", "-ladvapi32", "-lshell32"];

/** Of the user-mode driver, what a reader needs as well. */
const READERS_SHARE: readonly string[] = ["driver/user/host_common.c", "driver/user/ringset_file.c"];

/** What passes another log on into rings. */
const PRODUCER: readonly string[] = ["event", "log", "sites", "thread", "write"].map((name) =>
  `driver/user/${name}.c`
);

/** The sources of a folder as Windows compiles them: a file of the same name in `windows/` stands in for one that is POSIX's. */
export async function listUserSources(tools: WindowsTools, folder: string): Promise<string[]> {
  const own = await tools.listSources(`${folder}/windows`);
  const names = new Set(own.map((source) => basename(source)));
  return [...(await tools.listSources(folder)).filter((source) => !names.has(basename(source))), ...own];
}

/**
 * Builds both.
 *
 * @throws {DriverError} The compiler or the linker refused; the message holds the command and its output.
 */
export async function buildWindowsReader(tools: WindowsTools, folder: string): Promise<WindowsReader> {
  const objects = join(folder, "reader_objects");
  const parts = ["library", "producer", "program"].map((name) => join(objects, name)) as [
    string,
    string,
    string,
  ];
  for (const part of parts) await Deno.mkdir(part, { recursive: true });
  const built: WindowsReader = {
    library: join(folder, "ringscope.dll"),
    importLibrary: join(folder, "libringscope_reader.dll.a"),
    program: join(folder, "ringscope-reader.exe"),
  };
  const sources = [
    ...await tools.listSources("driver/core"),
    ...await listUserSources(tools, "driver/reader"),
    ...await tools.listSources("driver/user/windows"),
    ...READERS_SHARE,
  ];
  const library = await tools.compileAll(sources, parts[0], [...USER_FLAGS, ...EXPORT_FLAGS]);
  await link(tools, built.library, ["-shared", `-Wl,--out-implib,${built.importLibrary}`, ...library]);
  const producer = await tools.compileAll(PRODUCER, parts[1], USER_FLAGS);
  const program = await tools.compileAll(
    await tools.listSources("driver/windows/reader"),
    parts[2],
    USER_FLAGS,
  );
  await link(tools, built.program, [...program, ...producer, ...library]);
  return built;
}

async function link(tools: WindowsTools, output: string, words: readonly string[]): Promise<void> {
  const symbols = tools.compiler === "clang" ? [`-Wl,--pdb=${output.replace(/\.\w+$/, ".pdb")}`] : [];
  const places = await tools.findLibraryFlags();
  await tools.link(output, [...USER_LINK_FLAGS, ...symbols, ...words, ...places, ...USER_LIBRARIES]);
}
