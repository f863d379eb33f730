/**
 * What the kernel wrote of itself for readers of its memory: lines of `KEY=value` (Documentation/admin-guide/kdump/vmcoreinfo.rst).
 *
 * @module
 */

/** More is not read of it: a page on x86-64, up to 64 KiB elsewhere. */
export const VMCOREINFO_BYTES_MAX = 2 ** 20;

/** What is used of it. */
export interface VmcoreInfo {
  /** OSRELEASE, else "". */
  readonly release: string;
  /** CRASHTIME, which is there when the kernel itself has crashed: unix time in ns, else null. */
  readonly crashUnixNs: bigint | null;
}

export function parseVmcoreinfo(bytes: Uint8Array): VmcoreInfo {
  const text = new TextDecoder().decode(bytes.subarray(0, VMCOREINFO_BYTES_MAX));
  const value = (key: string) => new RegExp(`^${key}=(.*)$`, "m").exec(text)?.[1] ?? "";
  const seconds = /^\d{1,11}$/.exec(value("CRASHTIME"))?.[0];
  return {
    // The kernel's own bound (__NEW_UTS_LEN), and nothing that a terminal would obey.
    release: /^[\x21-\x7e]{1,64}$/.exec(value("OSRELEASE"))?.[0] ?? "",
    crashUnixNs: seconds === undefined || Number(seconds) === 0 ? null : BigInt(seconds) * 1_000_000_000n,
  };
}

/** Text of at most so many bytes that ends with a zero, where it is printable ASCII; else "". */
export function fixedText(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  const text = new TextDecoder().decode(end < 0 ? bytes : bytes.subarray(0, end));
  return /^[\x20-\x7e]*$/.test(text) ? text : "";
}
