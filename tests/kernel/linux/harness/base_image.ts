/**
 * The part of a guest's root that is the same in every boot: busybox, Deno with its libraries, and the npm packages that capture and
 * sql use. About 200 MB, written once for each set of inputs.
 * @module
 */
import { join } from "@std/path";
import { buildFolder, projectRoot } from "../../../../runtime/build/place.ts";
import { type CpioEntry, writeCpio } from "./cpio.ts";
import { GuestError, runTool } from "./guest_error.ts";

/** Where things lie in the guest. */
export const GUEST_DENO = "/usr/bin/deno";
/** Deno's folder of packages in the guest. */
export const GUEST_DENO_DIR = "/deno";

/** What no guest needs of the packages: other engines, other systems, sources, maps, types. */
const LEFT_OUT =
  /node-bindings-[^/]+\/[^/]+\/.|duckdb-(?:mvp|coi)|\.worker\.|duckdb-browser|\.map$|\.d\.[cm]?ts$|apache-arrow\/[^/]+\/src\/|@types\/[^/]+\/[^/]+\/.|\/Arrow\.(?:es2015|esnext)|\/(?:bundler|esm)\/.*\.wasm$/;
const BUSYBOX = "/bin/busybox";

/**
 * The archive, made where it is not there yet.
 *
 * @param withRuntime With Deno and the packages; without them a guest has busybox alone and boots a few seconds sooner.
 * @throws {GuestError} busybox-static is not installed.
 */
export async function baseImage(withRuntime: boolean): Promise<string> {
  const entries = [
    ...await listBusybox(),
    ...(withRuntime ? [...await listDeno(), ...await listPackages()] : []),
  ];
  const folder = join(buildFolder(), "kernel");
  await Deno.mkdir(folder, { recursive: true });
  const image = join(folder, `base-${withRuntime ? "deno" : "busybox"}-${await fingerprint(entries)}.cpio`);
  if (await Deno.stat(image).then(() => true, () => false)) return image;
  const partial = `${image}.${Deno.pid}`;
  using output = await Deno.open(partial, { write: true, create: true, truncate: true });
  await writeCpio(output, entries);
  await Deno.rename(partial, image);
  return image;
}

/** Names and sizes of everything inside: other packages are another image. */
async function fingerprint(entries: readonly CpioEntry[]): Promise<string> {
  const listed = entries.map((entry) => {
    if (!("file" in entry)) return JSON.stringify(entry);
    const { size, mtime } = Deno.statSync(entry.file);
    return `${entry.path} ${size} ${mtime?.getTime()}`;
  });
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(listed.join("\n")));
  return [...new Uint8Array(digest, 0, 6)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function listBusybox(): Promise<CpioEntry[]> {
  const what = "put busybox into the guest";
  const listed = await runTool([BUSYBOX, "--list"], what, { package: "busybox-static" });
  const needed = await runTool(["ldd", BUSYBOX], what).then(
    (output) => new TextDecoder().decode(output),
    () => "",
  );
  if (needed.includes("=>")) {
    throw new GuestError(`${what}: ${BUSYBOX} needs shared libraries; apt-get install busybox-static`);
  }
  const names = new TextDecoder().decode(listed).trim().split("\n").filter((name) => name !== "busybox");
  return [
    ...["proc", "sys", "dev", "tmp", "run", "out", "root", "etc"].map((path) => ({
      path,
      folder: true as const,
    })),
    { path: "dev/console", character: [5, 1] },
    { path: "bin/busybox", file: BUSYBOX },
    ...names.map((name) => ({ path: `bin/${name}`, link: "busybox" })),
  ];
}

async function listDeno(): Promise<CpioEntry[]> {
  const deno = await Deno.realPath(Deno.execPath());
  return [{ path: GUEST_DENO.slice(1), file: deno }, ...await listLibraries(deno)];
}

/** The shared libraries of a program and its loader, at the places where the loader looks for them. */
export async function listLibraries(program: string): Promise<CpioEntry[]> {
  const output = new TextDecoder().decode(
    await runTool(["ldd", program], `find the libraries of ${program}`),
  );
  const paths = [...output.matchAll(/(?:=> )?(\/\S+) \(0x/g)].map(([, path = ""]) => path);
  return await Promise.all(
    paths.map(async (path) => ({ path: path.slice(1), file: await Deno.realPath(path) })),
  );
}

/** The npm packages of the command line, from this Deno's own folder. */
async function listPackages(): Promise<CpioEntry[]> {
  const ask = async (...args: string[]) =>
    JSON.parse(
      new TextDecoder().decode(
        await runTool([Deno.execPath(), "info", "--json", ...args], "list npm packages", {
          cwd: projectRoot(),
        }),
      ),
    );
  const { npmCache } = await ask() as { npmCache: string };
  const { npmPackages } = await ask("runtime/cli/main.ts") as {
    npmPackages: Record<string, { name: string; version: string }>;
  };
  const root = "registry.npmjs.org";
  const entries: CpioEntry[] = [];
  const seen = new Set<string>();
  for (const { name, version } of Object.values(npmPackages)) {
    const place = `${root}/${name}/${version}`;
    if (seen.has(place)) continue;
    seen.add(place);
    // Deno takes a package for missing, and would fetch it, when its folder is not there.
    entries.push({ path: `${GUEST_DENO_DIR.slice(1)}/npm/${place}`, folder: true });
    for (const file of [`${root}/${name}/registry.json`, ...listFiles(npmCache, place)]) {
      const from = join(npmCache, file);
      if (LEFT_OUT.test(file) || !await Deno.stat(from).then((info) => info.isFile, () => false)) continue;
      entries.push({ path: `${GUEST_DENO_DIR.slice(1)}/npm/${file}`, file: from, mode: 0o644 });
    }
  }
  const unique = new Map(entries.map((entry) => [entry.path, entry]));
  return [...unique.values()];
}

/** Files below `folder` of `root`, as paths from `root`. */
export function* listFiles(root: string, folder: string): Generator<string> {
  let listed: Deno.DirEntry[];
  try {
    listed = [...Deno.readDirSync(join(root, folder))];
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return; // builds for other systems are never fetched
    throw error;
  }
  for (const entry of listed) {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory) yield* listFiles(root, path);
    else yield path;
  }
}
