/**
 * The kernel's own style checker, which only its source package has: fetched once into `build/kernel/checkpatch/`.
 * @module
 */
import { join } from "@std/path";
import { buildFolder } from "../../../../runtime/build/place.ts";
import { fetchPackage } from "../harness/fetch_package.ts";
import { GuestError, runTool } from "../harness/guest_error.ts";

const FILES = ["checkpatch.pl", "spelling.txt", "const_structs.checkpatch"];

/**
 * The path of `checkpatch.pl`, with its lists beside it: of the folder that RINGSCOPE_KERNEL_SOURCE names, of an installed
 * `linux-source` package, or of one that is fetched.
 *
 * @throws {GuestError} There is none, and none can be fetched; the message names the package.
 */
export async function findCheckpatch(): Promise<string> {
  const named = Deno.env.get("RINGSCOPE_KERNEL_SOURCE");
  if (named !== undefined) return join(named, "scripts", "checkpatch.pl");
  const folder = join(buildFolder(), "kernel", "checkpatch");
  const script = join(folder, "checkpatch.pl");
  if (await isFile(script)) return script;
  const partial = `${folder}.partial-${crypto.randomUUID()}`;
  await Deno.mkdir(partial, { recursive: true });
  try {
    await unpack(await findArchive(partial), partial);
    await Deno.rename(join(partial, "scripts"), folder).catch(async (error: unknown) => {
      if (!await isFile(script)) throw error;
    });
  } finally {
    await Deno.remove(partial, { recursive: true });
  }
  return script;
}

async function findArchive(partial: string): Promise<string> {
  const what = "look for the kernel's checkpatch.pl";
  const installed = "/usr/src/linux-source-6.1.tar.xz";
  if (await isFile(installed)) return installed;
  await fetchPackage("linux-source-6.1", what, partial);
  const fetched = await Array.fromAsync(Deno.readDir(partial));
  const archive = fetched.find((entry) => entry.name.endsWith(".deb"));
  if (archive === undefined) throw new GuestError(`${what}: apt-get install linux-source-6.1`);
  await runTool(["dpkg", "-x", archive.name, "."], `unpack ${archive.name}`, { cwd: partial });
  return join(partial, installed.slice(1));
}

/** Only what is needed: the whole tree is 1.3 GiB. */
async function unpack(archive: string, folder: string): Promise<void> {
  const members = FILES.map((name) => `linux-source-6.1/scripts/${name}`);
  await runTool(
    ["tar", "-xJf", archive, "-C", folder, "--strip-components=1", ...members],
    `unpack checkpatch.pl from ${archive}`,
    { package: "xz-utils" },
  );
}

async function isFile(path: string): Promise<boolean> {
  return await Deno.stat(path).then((info) => info.isFile, () => false);
}
