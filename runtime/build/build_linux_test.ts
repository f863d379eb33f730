import { assert, assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { buildLinux, NoKernelHeadersError, stageLinux } from "./build_linux.ts";
import { projectRoot } from "./place.ts";

async function withFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await work(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("without headers the build of the kernel driver names the package that has them", () =>
  withFolder(async (modules) => {
    await Deno.mkdir(join(modules, "6.1.0-1-amd64", "kernel"), { recursive: true });
    const error = await assertRejects(() => buildLinux({ modules, folder: modules }), NoKernelHeadersError);
    assert(error.message.includes(`apt-get install linux-headers-${Deno.osRelease()}`), error.message);
    assert(error.message.includes(modules), error.message);
  }));

Deno.test("a folder that holds no prepared headers is refused before anything is staged", () =>
  withFolder(async (kernel) => {
    const building = () => buildLinux({ kernel, folder: join(kernel, "out") });
    const error = await assertRejects(building, NoKernelHeadersError);
    assert(error.message.includes("make modules_prepare"), error.message);
    assertEquals(await Array.fromAsync(Deno.readDir(kernel)), []);
  }));

const NEEDED = [
  "Kbuild",
  "Makefile",
  "dkms.conf",
  "module.c",
  "core/ring.c",
  "core/kernel/write.c",
  "include/rs_abi.h",
  "include/ringscope.h",
  "include/ringscope_calls.h",
];

Deno.test("staging the kernel driver brings what kbuild needs, keeps what is the same and drops what is gone", () =>
  withFolder(async (folder) => {
    await stageLinux(projectRoot(), folder);
    for (const path of NEEDED) assert((await Deno.stat(join(folder, path))).isFile, path);
    const kept = join(folder, "core", "ring.c");
    const gone = join(folder, "core", "gone.c");
    const made = join(folder, "ringscope.mod.c");
    const before = new Date(1_000_000_000_000);
    await Deno.utime(kept, before, before);
    await Deno.writeTextFile(gone, "");
    await Deno.writeTextFile(made, "");
    await stageLinux(projectRoot(), folder);
    assertEquals((await Deno.stat(kept)).mtime, before);
    await assertRejects(() => Deno.stat(gone), Deno.errors.NotFound);
    assert((await Deno.stat(made)).isFile);
  }));
