/**
 * A guest that panics while everything in it logs, and the images of its memory.
 * @module
 */
import { join } from "@std/path";
import { buildLinux } from "../../../runtime/build/build_linux.ts";
import { buildFolder, projectRoot } from "../../../runtime/build/place.ts";
import { debianKernel } from "./harness/debian_kernel.ts";
import { runTool } from "./harness/guest_error.ts";
import { type GuestRun, runInGuest } from "./harness/run_in_guest.ts";

/** How QEMU is asked for an image. */
export const DUMP_FORMATS = ["elf", "kdump-zlib", "kdump-lzo", "kdump-snappy"] as const;

/** What is left of the guest. */
export interface Crash {
  readonly run: GuestRun;
  /** Paths of the images by format; what QEMU was built without is not there. */
  readonly images: Readonly<Partial<Record<(typeof DUMP_FORMATS)[number], string>>>;
  /** Number in the last words, by the console. */
  readonly lastWords: number;
}

/** Builds the module that brings the guest down. */
async function buildCrashModule(release: string, kernel: string, staged: string): Promise<string> {
  const source = join(projectRoot(), "tests", "kernel", "linux", "crash");
  const folder = join(buildFolder(), "kernel", "crash", release);
  await Deno.mkdir(folder, { recursive: true });
  for await (const { name } of Deno.readDir(source)) {
    const text = await Deno.readTextFile(join(source, name));
    // make goes by times.
    if (await Deno.readTextFile(join(folder, name)).catch(() => null) !== text) {
      await Deno.writeTextFile(join(folder, name), text);
    }
  }
  const symbols = `KBUILD_EXTRA_SYMBOLS=${join(staged, "Module.symvers")}`;
  await runTool(
    ["make", "-C", kernel, `M=${folder}`, "W=1", `RINGSCOPE=${staged}`, symbols, "modules"],
    "build the module that crashes",
    { package: "make gcc linux-headers-amd64" },
  );
  return join(folder, "rs_crash.ko");
}

/**
 * Boots, lets everything log for a while, panics, and dumps the memory into `folder` while the machine stands still.
 *
 * @throws {GuestError} Something that a guest is made of is missing.
 */
export async function crashGuest(folder: string): Promise<Crash> {
  const kernel = await debianKernel();
  const built = await buildLinux({ kernel: kernel.buildFolder });
  const module = await buildCrashModule(built.release, built.kernel, built.folder);
  const { promise: panicked, resolve: panic } = Promise.withResolvers<void>();
  const images: Partial<Record<(typeof DUMP_FORMATS)[number], string>> = {};
  const run = await runInGuest({
    kernel,
    withRuntime: false,
    memoryMib: 512,
    // The kernel tells QEMU where its VMCOREINFO lies, which makedumpfile wants.
    devices: ["vmcoreinfo"],
    kernelModules: ["qemu_fw_cfg"],
    // It stands still instead of ending QEMU.
    commandLine: "panic=0",
    timeoutMs: 600_000,
    modules: [built.module, module],
    script: `
      insmod /modules/ringscope.ko autostart=1 ring_bytes=16777216 &&
        insmod /modules/rs_crash.ko && cd /sys/module/rs_crash/parameters || exit
      until [ $(cat least) -gt 1000 ]; do sleep 0.1; done
      ask crash && echo 1 > crash
    `,
    onConsole: (line) => {
      if (line.includes("end Kernel panic")) panic();
    },
    requests: {
      async crash(qmp) {
        await panicked;
        await qmp("stop");
        const { formats } = await qmp("query-dump-guest-memory-capability") as { formats: string[] };
        for (const format of DUMP_FORMATS.filter((format) => formats.includes(format))) {
          const image = join(folder, `vmcore.${format}`);
          await qmp("dump-guest-memory", { paging: false, protocol: `file:${image}`, format });
          images[format] = image;
        }
        // Its answer may come after its end.
        await qmp("quit").catch(() => {});
      },
    },
    expectedFaults: [/Kernel panic - not syncing: rs_crash was asked to/, /Call Trace:/],
  });
  const said = run.console.map((line) => /rs_crash: last words (\d+)/.exec(line)?.[1]).find(Boolean);
  return { run, images, lastWords: Number(said ?? NaN) };
}

/**
 * QEMU 7.2 writes its table of segments behind that of sections, and makedumpfile 1.7.2 looks for it right behind the header, whatever
 * that says. Moves it there.
 */
export async function moveSegmentTable(image: string, moved: string): Promise<void> {
  await Deno.copyFile(image, moved);
  await Deno.chmod(moved, 0o600);
  using file = await Deno.open(moved, { read: true, write: true });
  const head = new Uint8Array(64);
  await file.read(head);
  const view = new DataView(head.buffer);
  const table = new Uint8Array(view.getUint16(56, true) * 56);
  await file.seek(Number(view.getBigUint64(32, true)), Deno.SeekMode.Start);
  await file.read(table);
  view.setBigUint64(32, 64n, true);
  view.setBigUint64(40, 0n, true);
  view.setUint16(52, 64, true);
  view.setUint16(60, 0, true);
  view.setUint16(62, 0, true);
  await file.seek(0, Deno.SeekMode.Start);
  await file.write(head);
  await file.write(table);
}
