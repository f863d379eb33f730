/**
 * What this machine lacks for booting a guest.
 * @module
 */

/** Something that is needed, where it may lie, and the Debian package that has it. */
export interface Need {
  readonly paths: readonly string[];
  readonly package: string;
}

const NEEDS: readonly Need[] = [
  { paths: ["/usr/bin/qemu-system-x86_64"], package: "qemu-system-x86" },
  { paths: ["/bin/busybox"], package: "busybox-static" },
  { paths: ["/usr/bin/xz"], package: "xz-utils" },
  { paths: ["/usr/bin/make"], package: "make" },
  { paths: ["/usr/bin/gcc"], package: "gcc" },
];

/** Debian packages to install, none where a guest can be booted. */
export async function findMissing(): Promise<string[]> {
  const missing = await findMissingOf(NEEDS);
  if (!await hasHeaders()) missing.push("linux-headers-amd64");
  return missing;
}

/** Debian packages of what is not there of `needs`. */
export async function findMissingOf(needs: readonly Need[]): Promise<string[]> {
  if (Deno.build.os !== "linux" || Deno.build.arch !== "x86_64") return ["linux-on-x86-64"];
  const missing: string[] = [];
  for (const { paths, package: name } of needs) {
    if (!(await Promise.all(paths.map(exists))).some(Boolean)) missing.push(name);
  }
  return missing;
}

async function exists(path: string): Promise<boolean> {
  return await Deno.stat(path).then(() => true, () => false);
}

async function hasHeaders(): Promise<boolean> {
  try {
    for await (const { name } of Deno.readDir("/lib/modules")) {
      if (await exists(`/lib/modules/${name}/build/Makefile`)) return true;
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  return false;
}
