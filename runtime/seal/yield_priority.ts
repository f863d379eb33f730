/**
 * Puts the calling thread behind all others.
 *
 * @module
 */
import { DriverError } from "../errors.ts";
import { Libc, openLibc } from "../reader/libc.ts";

/** The lowest. */
const NICENESS = 19;

/** On Linux, where priorities are a thread's own; elsewhere, and without the permission for FFI, nothing. */
export function yieldPriority(): void {
  if (Deno.build.os !== "linux" || Deno.permissions.querySync({ name: "ffi" }).state !== "granted") return;
  try {
    const library = openLibc();
    library.symbols.setpriority(Libc.priorityProcess, 0, NICENESS);
    library.close();
  } catch (error) {
    if (!(error instanceof DriverError)) throw error;
  }
}
