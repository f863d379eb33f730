/**
 * Debian's kernel of exactly the version whose headers are installed: fetched once into `build/kernel/`, never installed here.
 * @module
 */
import { join } from "@std/path";
import { buildFolder } from "../../../../runtime/build/place.ts";
import { fetchPackage } from "./fetch_package.ts";
import { GuestError, runTool } from "./guest_error.ts";
import { extractVmlinux } from "./vmlinux.ts";

/** A kernel that can be booted, and what modules for it are built with. */
export interface KernelFiles {
  /** As `uname -r` says it in the guest. */
  readonly release: string;
  /** What QEMU boots: an uncompressed kernel with a PVH entry, or a bzImage. */
  readonly image: string;
  /** The folder given to `make -C` for modules. */
  readonly buildFolder: string;
  /** Folder of the kernel's own modules, or null where everything is built in. */
  readonly modulesFolder: string | null;
}

/**
 * Finds the kernel, fetches and unpacks what is missing.
 *
 * @throws {GuestError} No headers are installed, or the package of their version cannot be fetched; the message names the package.
 */
export async function debianKernel(): Promise<KernelFiles> {
  const { release, version } = await installedHeaders();
  const folder = join(buildFolder(), "kernel", `${release}_${version}`);
  const kernel: KernelFiles = {
    release,
    image: join(folder, "vmlinux"),
    buildFolder: join("/lib/modules", release, "build"),
    modulesFolder: join(folder, "lib/modules", release),
  };
  if (await isFile(kernel.image)) return kernel;
  const partial = `${folder}.partial`;
  await Deno.remove(partial, { recursive: true }).catch(() => {});
  await Deno.mkdir(partial, { recursive: true });
  const name = `linux-image-${release}`;
  await fetchPackage(`${name}=${version}`, `fetch Debian's ${name} ${version}`, partial);
  const fetched = await Array.fromAsync(Deno.readDir(partial));
  const archive = fetched.find((entry) => entry.name.endsWith(".deb"));
  if (archive === undefined) {
    throw new GuestError(`fetch Debian's ${name} ${version}: apt-get left no package behind`);
  }
  await runTool(["dpkg", "-x", archive.name, "."], `unpack ${archive.name}`, { cwd: partial });
  await Deno.remove(join(partial, archive.name));
  await extractVmlinux(join(partial, "boot", `vmlinuz-${release}`), join(partial, "vmlinux"));
  await Deno.remove(folder, { recursive: true }).catch(() => {});
  await Deno.rename(partial, folder);
  return kernel;
}

/** The newest headers that dpkg has installed, as `6.1.0-56-amd64` and the package's version. */
async function installedHeaders(): Promise<{ release: string; version: string }> {
  const format = "${db:Status-Status} ${Package} ${Version}\\n";
  const what = "look for the kernel's headers";
  const listed = await runTool(["dpkg-query", "-W", "-f", format, "linux-headers-*-amd64"], what)
    .catch(() => new Uint8Array());
  const found = [
    ...new TextDecoder().decode(listed).matchAll(/^installed linux-headers-(\d\S*-amd64) (\S+)$/gm),
  ];
  const newest = found.map(([, release = "", version = ""]) => ({ release, version }))
    .sort((a, b) => a.release.localeCompare(b.release, "en", { numeric: true })).at(-1);
  if (newest === undefined) {
    throw new GuestError(`${what}: none are installed; apt-get install linux-headers-amd64`);
  }
  return newest;
}

async function isFile(path: string): Promise<boolean> {
  return await Deno.stat(path).then((info) => info.isFile, () => false);
}
