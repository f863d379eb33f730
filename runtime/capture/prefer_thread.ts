/**
 * Lets the thread that empties the rings go first where processors are short: what it does not take in time is lost. The one that
 * writes has buffers before it, and to defer it only fills them sooner.
 *
 * @module
 */
import { DriverError } from "../errors.ts";
import { Libc, type LibcLibrary, openLibc } from "../reader/libc.ts";

/** How much less nice than it began, where that is allowed. */
const NICENESS_STEP = -10;
const NICENESS_MIN = -20;
/** What the scheduler lets it run for at once (Linux 6.12): who wants little at once is let run sooner. The shortest there is. */
const SLICE_NS = 100_000n;

/** Numbers of `sched_setattr`, for which the C libraries in use have no function. */
const SCHED_SETATTR: Readonly<Record<string, bigint>> = { x86_64: 314n, aarch64: 274n };
/** `struct sched_attr` of <linux/sched/types.h> as it was first, and where its members are. */
const ATTRIBUTES_BYTES = 48, NICENESS_AT = 16, RUNTIME_AT = 24;

/**
 * Lets the calling thread go before others, as far as this user may. On Linux, where priorities are a thread's own; elsewhere, and
 * without the permission for FFI, nothing.
 */
export function preferThread(): void {
  if (Deno.build.os !== "linux" || Deno.permissions.querySync({ name: "ffi" }).state !== "granted") return;
  try {
    const libc = openLibc();
    const { symbols } = libc;
    const niceness = symbols.getpriority(Libc.priorityProcess, 0);
    // Not everybody may be less nice; short slices are everybody's right.
    if (!setAttributes(symbols, Math.max(NICENESS_MIN, niceness + NICENESS_STEP))) {
      setAttributes(symbols, niceness);
    }
    libc.close();
  } catch (error) {
    if (!(error instanceof DriverError)) throw error;
  }
}

/** Whether the system took them. */
function setAttributes(symbols: LibcLibrary["symbols"], niceness: number): boolean {
  const number = SCHED_SETATTR[Deno.build.arch];
  if (number === undefined) return symbols.setpriority(Libc.priorityProcess, 0, niceness) === 0;
  const attributes = new Uint8Array(ATTRIBUTES_BYTES);
  const view = new DataView(attributes.buffer);
  view.setUint32(0, ATTRIBUTES_BYTES, true);
  view.setInt32(NICENESS_AT, niceness, true);
  view.setBigUint64(RUNTIME_AT, SLICE_NS, true);
  return symbols.syscall(number, 0n, attributes, 0n) === 0n;
}
