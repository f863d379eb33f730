/**
 * The suite's boot: everything is built, run once in a guest, and looked at by as many tests as like.
 * @module
 */
import { buildProgram } from "../../../../runtime/build/build_program.ts";
import { ensureBuilt } from "../../../../runtime/build/build.ts";
import { buildModules } from "../harness/build_modules.ts";
import { debianKernel, type KernelFiles } from "../harness/debian_kernel.ts";
import { bootAgain } from "../harness/boot_again.ts";
import { type GuestRun, runInGuest } from "../harness/run_in_guest.ts";
import { GUEST_DEVICE_PROGRAM, guestScript } from "./guest_script.ts";

/** With several processors, which machine code is changed on at once, V8 may give up. */
const BOOTS = 3;

/** How the suite is run. */
export interface BootOptions {
  readonly processors: number;
  /** Default: Debian's. */
  readonly kernel?: KernelFiles;
  readonly memoryMib?: number;
  readonly timeoutMs?: number;
  /** Default: the whole suite. */
  readonly script?: string;
}

/** The program of both folders guest/device for this machine and the guest alike; it needs no library. */
export async function buildDeviceProgram(): Promise<string> {
  return await buildProgram({
    name: "tests/kernel_device",
    sources: ["tests/kernel/guest/device/*.c", "tests/kernel/linux/guest/device/*.c"],
    flags: ["-D_GNU_SOURCE", "-static", "-Itests/kernel/guest/device", "-Itests/kernel/linux/guest/device"],
  });
}

/** Names of the cases of guest/device, in the order in which they run. */
export async function listDeviceCases(): Promise<string[]> {
  const { stdout } = await new Deno.Command(await buildDeviceProgram(), { args: ["list"] }).output();
  return new TextDecoder().decode(stdout).trim().split("\n");
}

/** Builds driver, modules and programs, and boots. @throws {GuestError} Something is missing; the message names the package. */
export async function bootSuite(
  { processors, kernel, memoryMib, timeoutMs, script }: BootOptions,
): Promise<GuestRun> {
  await ensureBuilt();
  const image = kernel ?? await debianKernel();
  const modules = await buildModules(image);
  const program = await buildDeviceProgram();
  return await bootAgain(BOOTS, () =>
    runInGuest({
      kernel: image,
      processors,
      memoryMib: memoryMib ?? 1536,
      timeoutMs: timeoutMs ?? 2_400_000,
      modules: [modules.ringscope, modules.test, modules.invariant],
      files: { [GUEST_DEVICE_PROGRAM]: program },
      script: script ?? guestScript(),
      onVerdict: ({ ok, name }) => console.log(`  ${ok ? "ok" : "FAILED"} ${name}`),
    }));
}
