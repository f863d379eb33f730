/**
 * Puts the calling thread behind others.
 *
 * @module
 */
import { DriverError } from "../errors.ts";
import { Libc, openLibc } from "../reader/libc.ts";

/** For work that can wait as long as there is any other. */
export const LEAST_NICENESS = 19;

/**
 * Makes the calling thread nicer; others that want to run get more of the processors then. On Linux, where priorities are a thread's own;
 * elsewhere, and without the permission for FFI, nothing.
 */
export function yieldPriority(niceness: number): void {
  if (Deno.build.os !== "linux" || Deno.permissions.querySync({ name: "ffi" }).state !== "granted") return;
  try {
    const library = openLibc();
    library.symbols.setpriority(Libc.priorityProcess, 0, niceness);
    library.close();
  } catch (error) {
    if (!(error instanceof DriverError)) throw error;
  }
}
