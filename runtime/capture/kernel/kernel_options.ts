/**
 * What a recording wants of a kernel, whichever system's.
 * @module
 */
import { checkSetName } from "../../reader/driver_device.ts";
import { DEFAULT_SET, type DevicePlace } from "../../reader/device_path.ts";
import { sourceBits } from "../linux/linux_sources.ts";
import { linuxSystem } from "../linux/linux_system.ts";
import type { RecordOptions } from "../record_types.ts";
import { windowsSources, windowsSystem } from "../windows/windows_system.ts";
import type { KernelSystem, KernelWish } from "./kernel_rings.ts";

/** A wish, and whom it is for. */
export interface WantedKernel extends KernelWish {
  readonly system: KernelSystem;
}

/**
 * What the options want of a kernel; null: none is to be recorded.
 *
 * @throws {RangeError} A source that a driver has not got.
 * @throws {TypeError} Two kernels.
 */
export function wantedKernel({ linux, windows }: RecordOptions): WantedKernel | null {
  if (linux !== undefined && windows !== undefined) {
    throw new TypeError("record a kernel's rings: a machine has one kernel; leave Linux or Windows out");
  }
  if (linux !== undefined) {
    return { system: linuxSystem(), ...named(linux.set), sources: sourceBits(linux) };
  }
  if (windows === undefined) return null;
  return { system: windowsSystem(), ...named(windows.set), sources: windowsSources(windows) };
}

/** The system whose driver has this device. */
export function systemOfPath({ system }: DevicePlace): KernelSystem {
  return system === "linux" ? linuxSystem() : windowsSystem();
}

/** @throws {RangeError | TypeError} Options that cannot be, or that exclude each other. */
export function checkKernelOptions(options: RecordOptions): void {
  const wanted = wantedKernel(options);
  if (wanted === null) return;
  const { system: { title }, sources, set = DEFAULT_SET } = wanted;
  checkSetName(set);
  if (options.kmsg !== undefined || options.rings !== undefined) {
    throw new TypeError(
      `record the ${title} driver's rings: leave other rings, and the kernel's log as programs see it, to another capture`,
    );
  }
  if (options.once && sources !== 0n) {
    throw new TypeError(
      `record once what is in the ${title} driver's rings: no source can be switched on for what is there already; leave one of them out`,
    );
  }
}

function named(set: string | undefined): { readonly set?: string } {
  return set === undefined ? {} : { set };
}
