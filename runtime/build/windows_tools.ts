/**
 * What builds for Windows with MinGW-w64's headers: which compiler, with what, and how it is run.
 * @module
 */
import { basename, dirname, join } from "@std/path";
import { DriverError } from "../errors.ts";

/** Who compiles. */
export type WindowsCompiler = "clang" | "gcc";

/** Something to build with is not installed; the message says which package has it. */
export class NoWindowsToolsError extends DriverError {
  override name = "NoWindowsToolsError";
}

/** What MinGW-w64's programs are called. */
export const PREFIX = "x86_64-w64-mingw32-";

/** What everything written in C here is compiled with. */
export const WARNING_FLAGS: readonly string[] = [
  "-Wall",
  "-Wextra",
  "-Werror",
  "-Wconversion",
  "-Wshadow",
  "-Wmissing-prototypes",
];

/** Each program that a build runs, and Debian's package of it. */
const TOOLS: Record<WindowsCompiler, Readonly<Record<string, string>>> = {
  gcc: {
    [`${PREFIX}gcc`]: "gcc-mingw-w64-x86-64",
    [`${PREFIX}windres`]: "binutils-mingw-w64-x86-64",
    [`${PREFIX}ar`]: "binutils-mingw-w64-x86-64",
  },
  clang: {
    clang: "clang",
    "ld.lld": "lld",
    [`${PREFIX}gcc`]: "gcc-mingw-w64-x86-64",
    [`${PREFIX}windres`]: "binutils-mingw-w64-x86-64",
    [`${PREFIX}ar`]: "binutils-mingw-w64-x86-64",
  },
};

/** Flags by which each of them compiles for Windows, with what a debugger reads. */
const OWN_FLAGS: Record<WindowsCompiler, readonly string[]> = {
  gcc: ["-g"],
  clang: ["--target=x86_64-w64-windows-gnu", "-gcodeview"],
};

const LINKERS: Record<WindowsCompiler, readonly string[]> = {
  gcc: [`${PREFIX}gcc`],
  clang: ["clang", "--target=x86_64-w64-windows-gnu", "-fuse-ld=lld"],
};

/** The tools of one build. */
export class WindowsTools {
  /** Who compiles. */
  readonly compiler: WindowsCompiler;
  readonly #root: string;
  readonly #path: string;

  private constructor(compiler: WindowsCompiler, root: string, path: string) {
    this.compiler = compiler;
    this.#root = root;
    this.#path = path;
  }

  /**
   * Finds them.
   *
   * @param compiler Default: Clang where it and its linker are installed, else GCC.
   * @param root The project's folder, which sources are named from.
   * @param path Where programs are looked for.
   * @throws {NoWindowsToolsError} One is not installed.
   */
  static async find(
    compiler: WindowsCompiler | undefined,
    root: string,
    path: string,
  ): Promise<WindowsTools> {
    const chosen = compiler ?? await chooseCompiler(path);
    await requireTools(chosen, path);
    return new WindowsTools(chosen, root, path);
  }

  /**
   * Compiles one source, of C or of assembler, to `folder/NAME.o`; gives the object.
   *
   * @throws {DriverError} The compiler refused; the message holds the command and its output.
   */
  async compile(source: string, folder: string, flags: readonly string[]): Promise<string> {
    const object = join(folder, `${basename(source).replace(/\.[cS]$/, "")}.o`);
    const isAssembler = source.endsWith(".S");
    await this.run([
      this.compiler === "clang" ? "clang" : `${PREFIX}gcc`,
      ...OWN_FLAGS[this.compiler].filter((flag) => !isAssembler || flag.startsWith("--target")),
      ...(isAssembler ? [] : flags),
      "-c",
      source,
      "-o",
      object,
    ]);
    return object;
  }

  /** Compiles several at a time; gives the objects in the order of their names. */
  async compileAll(sources: readonly string[], folder: string, flags: readonly string[]): Promise<string[]> {
    const jobs = sources.values();
    const objects: string[] = [];
    const work = async () => {
      for (const source of jobs) objects.push(await this.compile(source, folder, flags));
    };
    await Promise.all(Array.from({ length: Math.min(2, navigator.hardwareConcurrency) }, work));
    return objects.sort();
  }

  /**
   * Compiles a resource, with its version, to `object`.
   *
   * @throws {DriverError} As {@link compile}.
   */
  async compileResource(source: string, object: string): Promise<string> {
    await this.run([`${PREFIX}windres`, source, object]);
    return object;
  }

  /**
   * Links an image.
   *
   * @param words Objects, libraries and flags, without the linker's name and `-o`.
   * @throws {DriverError} As {@link compile}.
   */
  async link(output: string, words: readonly string[]): Promise<void> {
    await this.run([...LINKERS[this.compiler], "-o", output, ...words]);
  }

  /**
   * Runs one of them from the project's folder.
   *
   * @throws {DriverError} It failed; the message holds the command and its output.
   */
  async run(words: readonly string[]): Promise<void> {
    const [program = "", ...args] = words;
    const env = { PATH: this.#path, LC_ALL: "C" };
    const answer = await new Deno.Command(program, { args, cwd: this.#root, stdin: "null", env }).output();
    if (answer.success) return;
    const output = [answer.stderr, answer.stdout].map((bytes) => new TextDecoder().decode(bytes)).join("");
    throw new DriverError(
      `build for Windows: ${program} ended with ${answer.code}:\n${output.trimEnd()}\n` +
        `the command, to be run in ${this.#root}: ${words.join(" ")}`,
    );
  }

  /**
   * The kit's headers, which MinGW keeps apart from the others.
   *
   * @throws {NoWindowsToolsError} They are not installed.
   */
  async findKitHeaders(): Promise<string> {
    const answer = await new Deno.Command(`${PREFIX}gcc`, {
      args: ["-E", "-v", "-x", "c", "/dev/null"],
      stdin: "null",
      env: { PATH: this.#path, LC_ALL: "C" },
    }).output();
    const listed = new TextDecoder().decode(answer.stderr);
    const folders = [...listed.matchAll(/^ (\/\S+)$/gm)].map(([, folder = ""]) => join(folder, "ddk"));
    for (const folder of folders) {
      if (await Deno.stat(join(folder, "ntddk.h")).then(() => true, () => false)) return folder;
    }
    throw new NoWindowsToolsError(
      `build the Windows kernel driver: no ddk/ntddk.h in any of ${folders.length} folders of ${PREFIX}gcc; ` +
        `install the headers (Debian: apt-get install mingw-w64-x86-64-dev)`,
    );
  }

  /** Flags by which a linker finds what programs are linked with: Clang does not know where Debian keeps GCC's. */
  async findLibraryFlags(): Promise<string[]> {
    if (this.compiler === "gcc") return [];
    const answer = await new Deno.Command(`${PREFIX}gcc`, {
      args: ["-print-libgcc-file-name"],
      stdin: "null",
      env: { PATH: this.#path, LC_ALL: "C" },
    }).output();
    return [`-L${dirname(new TextDecoder().decode(answer.stdout).trim())}`];
  }

  /** Every source of C or assembler of a folder, sorted by name; without those of folders in it. */
  async listSources(folder: string): Promise<string[]> {
    const names = await Array.fromAsync(Deno.readDir(join(this.#root, folder)), ({ name }) => name);
    return names.filter((name) => /\.[cS]$/.test(name)).map((name) => `${folder}/${name}`).sort();
  }
}

async function chooseCompiler(path: string): Promise<WindowsCompiler> {
  const missing = await Promise.all(["clang", "ld.lld"].map((name) => isMissing(name, path)));
  return missing.some((is) => is) ? "gcc" : "clang";
}

async function isMissing(program: string, path: string): Promise<boolean> {
  for (const folder of path.split(":").filter((part) => part !== "")) {
    if (await Deno.stat(join(folder, program)).then((found) => found.isFile, () => false)) return false;
  }
  return true;
}

async function requireTools(compiler: WindowsCompiler, path: string): Promise<void> {
  const missing: string[] = [], packages = new Set<string>();
  for (const [program, name] of Object.entries(TOOLS[compiler])) {
    if (!await isMissing(program, path)) continue;
    missing.push(program);
    packages.add(name);
  }
  if (missing.length === 0) return;
  // The headers are a package of their own, which the compiler's brings along.
  throw new NoWindowsToolsError(
    `build for Windows by ${compiler}: there is no ${missing.join(", ")}; ` +
      `install what is missing (Debian: apt-get install ${[...packages].join(" ")})`,
  );
}
