/**
 * A small kernel with the kernel's own checkers built in, from Debian's source, for `--instrumented`. The first time takes ten to fifteen
 * minutes on two processors; afterwards it is there.
 * @module
 */
import { join } from "@std/path";
import { buildFolder, projectRoot } from "../../../../runtime/build/place.ts";
import type { KernelFiles } from "../harness/debian_kernel.ts";
import { fetchPackage } from "../harness/fetch_package.ts";
import { GuestError, runTool } from "../harness/guest_error.ts";

/** The kinds that there are; each has its file of options beside this one. */
export const INSTRUMENTED = ["kasan", "kcsan"] as const;
/** What is built in: memory, locks and RCU; or data races. */
export type Instrumented = typeof INSTRUMENTED[number];

const SOURCE = "linux-source-6.1";
/** What a kernel's build needs beside a compiler, and Debian's packages for it. */
const TOOLS: readonly (readonly [path: string, name: string])[] = [
  ["/usr/bin/bc", "bc"],
  ["/usr/bin/bison", "bison"],
  ["/usr/bin/flex", "flex"],
  ["/usr/include/libelf.h", "libelf-dev"],
];

/**
 * Builds the kernel where it is not there yet, with the processors' spare time.
 *
 * @throws {GuestError} A package is missing, or the build failed; the message says which, or holds the end of its output.
 */
export async function instrumentedKernel(kind: Instrumented): Promise<KernelFiles> {
  const folder = join(buildFolder(), "kernel", kind);
  const image = join(folder, "arch/x86/boot/bzImage");
  const config = await configOf(kind);
  const stamp = join(folder, "built.config");
  if (await Deno.readTextFile(stamp).catch(() => null) !== config) {
    await requireTools();
    const source = await fetchSource();
    await Deno.mkdir(folder, { recursive: true });
    await configure(source, folder, config);
    const jobs = `-j${navigator.hardwareConcurrency}`;
    const make = ["nice", "-n", "19", "make", "-s", "-C", source, `O=${folder}`, jobs, "bzImage", "modules"];
    await runTool(make, `build the ${kind} kernel`, { package: "make" });
    await Deno.writeTextFile(stamp, config);
  }
  const release = await Deno.readTextFile(join(folder, "include/config/kernel.release"));
  return { release: release.trim(), image, buildFolder: folder, modulesFolder: null };
}

/** What is asked for, without comments. */
async function configOf(kind: Instrumented): Promise<string> {
  const read = (name: string) =>
    Deno.readTextFile(join(projectRoot(), "tests/kernel/linux/instrumented", `${name}.config`));
  return `${await read("base")}${await read(kind)}`.split("\n").filter((line) => line.startsWith("CONFIG_"))
    .join("\n");
}

async function requireTools(): Promise<void> {
  const missing: string[] = [];
  for (const [path, name] of TOOLS) {
    if (!await Deno.stat(path).then(() => true, () => false)) missing.push(name);
  }
  if (missing.length > 0) throw new GuestError(`build a kernel: apt-get install ${missing.join(" ")}`);
}

/** Debian's source, fetched once; it need not be of the version whose headers are installed. */
async function fetchSource(): Promise<string> {
  const folder = join(buildFolder(), "kernel", "source");
  const source = join(folder, SOURCE);
  if (await Deno.stat(join(folder, "whole")).then(() => true, () => false)) return source;
  await Deno.remove(folder, { recursive: true }).catch(() => {});
  await Deno.mkdir(folder, { recursive: true });
  await fetchPackage(SOURCE, `fetch ${SOURCE}`, folder);
  const archive = (await Array.fromAsync(Deno.readDir(folder))).find(({ name }) => name.endsWith(".deb"));
  if (archive === undefined) throw new GuestError(`fetch ${SOURCE}: apt-get left no package behind`);
  await runTool(["dpkg", "-x", archive.name, "."], `unpack ${archive.name}`, { cwd: folder });
  await runTool(["tar", "-x", "-f", `usr/src/${SOURCE}.tar.xz`], `unpack ${SOURCE}`, {
    cwd: folder,
    package: "xz-utils",
  });
  await Deno.remove(join(folder, archive.name));
  await Deno.remove(join(folder, "usr"), { recursive: true });
  await Deno.writeTextFile(join(folder, "whole"), "");
  return source;
}

/** tinyconfig, then what is asked for. An option that the kernel dropped because it lacks another one is an error: its checker would be missing. */
async function configure(source: string, folder: string, config: string): Promise<void> {
  const make = (target: string) =>
    runTool(["make", "-s", "-C", source, `O=${folder}`, target], `configure a kernel by ${target}`, {
      package: "make",
    });
  await make("tinyconfig");
  await Deno.writeTextFile(join(folder, ".config"), `\n${config}\n`, { append: true });
  await make("olddefconfig");
  const given = new Set((await Deno.readTextFile(join(folder, ".config"))).split("\n"));
  const dropped = config.split("\n").filter((line) =>
    line.endsWith("=n") ? given.has(line.replace(/n$/, "y")) : !given.has(line)
  );
  if (dropped.length > 0) throw new GuestError(`configure a kernel: it would not take ${dropped.join(", ")}`);
}
