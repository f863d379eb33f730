import { CaptureError, CliError, DriverError, MetricError, QueryError } from "../errors.ts";
import { Status } from "../ffi/status.ts";
import { printError, printNote } from "./output.ts";

const FAILURE = 1;
const USAGE = 2;
const FAILURES = new Set<number>([Status.noMemory, Status.noSpace, Status.io]);

/** Says on standard error what went wrong and returns the exit code: one clear line for everything that is foreseen. */
export function reportFailure(error: unknown): number {
  if (error instanceof CliError) {
    printError(error.message);
    return error.exitCode;
  }
  if (error instanceof MetricError) {
    for (const line of error.message.split("\n")) printError(line);
    return USAGE;
  }
  if (isForeseen(error)) {
    printError(error.message.replace(/\s*\n\s*/g, " "));
    return isFailure(error) ? FAILURE : USAGE;
  }
  printError(`this should not happen: ${error instanceof Error ? error.message : String(error)}`);
  if (error instanceof Error && error.stack !== undefined) printNote(error.stack);
  return FAILURE;
}

/** What the user named cannot be used: the rings, the capture, the query, a size. */
function isForeseen(error: unknown): error is Error {
  return [CaptureError, DriverError, QueryError, RangeError, Deno.errors.NotCapable]
    .some((known) => error instanceof known);
}

/** Whether nothing that the user named is at fault: no space, no memory, a device that fails. */
function isFailure(error: Error): boolean {
  const { cause } = error;
  if (typeof cause !== "object" || cause === null) return false;
  if ("status" in cause) return FAILURES.has(Number(cause.status));
  return "code" in cause && ["ENOSPC", "EDQUOT", "ENOMEM", "EIO", "EMFILE"].includes(String(cause.code));
}
