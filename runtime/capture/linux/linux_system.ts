/**
 * What is Linux's own of recording a kernel.
 * @module
 */
import { SOURCE_BITS } from "../../abi/device_layout.ts";
import type { KernelSystem } from "../kernel/kernel_rings.ts";
import {
  findLockdown,
  findMissingDevice,
  findMissingRight,
  kernelRelease,
  type SystemRoots,
  systemRoots,
} from "./linux_problem.ts";
import type { LinuxSources } from "./linux_sources.ts";

/** What is to be recorded of the kernel. */
export interface LinuxOptions extends LinuxSources {
  /** Name of the ring set; default: "default", which modules log into that have none of their own. */
  readonly set?: string;
}

/** The system as it is at `roots`; default: this one. */
export function linuxSystem(roots?: SystemRoots): KernelSystem {
  return {
    name: "linux",
    title: "Linux",
    findMissingDevice: () => findMissingDevice(roots ?? systemRoots()),
    findMissingRight: () => findMissingRight(roots ?? systemRoots()),
    findSignaturePolicy: () => findLockdown(roots ?? systemRoots()),
    sources: SOURCE_BITS,
    release: kernelRelease,
    memoryAdvice: "load the module with a larger memory_limit_mib",
    logAdvice: "the kernel's log says more: dmesg",
  };
}
