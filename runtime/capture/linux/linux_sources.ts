/**
 * What the Linux kernel driver can record without a driver of one's own, by the names that people use.
 * @module
 */
import { SOURCE_BITS } from "../../abi/device_layout.ts";

/** The kernel's own log, taken where it is written. */
const KERNEL_LOG = "kmsg";

/** The tracepoints, as the kernel names them. */
export const TRACEPOINTS: readonly string[] = Object.keys(SOURCE_BITS).filter((name) => name !== KERNEL_LOG);

/** What is to be switched on. */
export interface LinuxSources {
  /** As the kernel names them; an error about another one lists them. */
  readonly tracepoints?: readonly string[];
  /** The kernel's log as well, each line where and when it is written. */
  readonly log?: boolean;
}

/**
 * The bits of the driver for these sources.
 *
 * @throws {RangeError} A tracepoint that it does not know; the message lists those that it does.
 */
export function sourceBits({ tracepoints = [], log = false }: LinuxSources): bigint {
  const unknown = tracepoints.find((name) => !TRACEPOINTS.includes(name));
  if (unknown !== undefined) {
    throw new RangeError(
      `record the tracepoint "${unknown}": the driver has no such source; it has ${TRACEPOINTS.join(", ")}`,
    );
  }
  const names = [...tracepoints, ...(log ? [KERNEL_LOG] : [])] as (keyof typeof SOURCE_BITS)[];
  return names.reduce((bits, name) => bits | 1n << BigInt(SOURCE_BITS[name]), 0n);
}
