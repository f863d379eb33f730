/**
 * What is Windows' own of recording a kernel.
 * @module
 */
import { WINDOWS_SOURCE_BITS } from "../../abi/device_layout.ts";
import type { KernelSystem } from "../kernel/kernel_rings.ts";
import { readWindowsFacts, type WindowsFacts } from "./windows_facts.ts";
import { findMissingDevice, findMissingRight, findSignatureProblem } from "./windows_problem.ts";

/** What is to be recorded of the kernel. */
export interface WindowsOptions {
  /** Name of the ring set; default: "default", which drivers log into that have none of their own. */
  readonly set?: string;
  /** What every driver says by `DbgPrint` as well. */
  readonly debugPrint?: boolean;
}

/** The bits of the driver for these sources. */
export function windowsSources({ debugPrint = false }: WindowsOptions): bigint {
  return debugPrint ? 1n << BigInt(WINDOWS_SOURCE_BITS.debug_print) : 0n;
}

/** The system as `look` sees it; default: this one. */
export function windowsSystem(look: () => WindowsFacts = readWindowsFacts): KernelSystem {
  return {
    name: "windows",
    title: "Windows",
    findMissingDevice: () => findMissingDevice(look()),
    findMissingRight: () => findMissingRight(look()),
    findSignaturePolicy: () => findSignatureProblem(look())?.found ?? null,
    sources: WINDOWS_SOURCE_BITS,
    release: () => Deno.osRelease(),
    memoryAdvice: "give the driver's parameter MemoryLimitMiB (driver/windows/README.md) and start it again",
    logAdvice: "what the system says of drivers is in its event log: eventvwr",
  };
}
