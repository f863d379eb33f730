/**
 * The kernel that a run of the tests is about, by RINGSCOPE_KERNEL: Debian's, or one of those with checkers.
 * @module
 */
import type { GuestOptions } from "../harness/run_in_guest.ts";
import { INSTRUMENTED, instrumentedKernel } from "./build_kernel.ts";

/** What such a kernel is booted with. */
export type ChosenKernel = Required<Pick<GuestOptions, "kernel" | "timeoutMs">>;

/** Null for Debian's. @throws {GuestError} It cannot be built; the message says why. */
export async function chosenKernel(): Promise<ChosenKernel | null> {
  const kind = INSTRUMENTED.find((kind) => kind === Deno.env.get("RINGSCOPE_KERNEL"));
  if (kind === undefined) return null;
  return { kernel: await instrumentedKernel(kind), timeoutMs: 3_600_000 };
}
