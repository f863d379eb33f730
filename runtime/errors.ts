/**
 * The errors that callers of Ringscope catch by class. Everything else is a TypeError, RangeError or SyntaxError.
 *
 * A message says what was attempted, what was found and expected, and the next step. Lost entries, clock steps and torn tails are
 * warnings with rows, not errors.
 * @module
 */

/** A ring set could not be made, opened or drained: missing, no permission, held by another reader, no memory. */
export class DriverError extends Error {
  /** The class's name. */
  override readonly name: string = "DriverError";
}

/** Rings or a library that speak another major version of the ABI, or another byte order. */
export class AbiMismatchError extends DriverError {
  /** The class's name. */
  override readonly name = "AbiMismatchError";
}

/** A capture folder that is missing, is no capture, is of a newer format, or cannot be read or written. */
export class CaptureError extends Error {
  /** The class's name. */
  override readonly name = "CaptureError";
}

/** A query that the engine refused, or that was cancelled. */
export class QueryError extends Error {
  /** The class's name. */
  override readonly name = "QueryError";
}

/** A file of a metric that cannot be used; the message names file, line and reason. */
export class MetricError extends Error {
  /** The class's name. */
  override readonly name = "MetricError";
}

/** Options of {@link CliError}. */
export interface CliErrorOptions extends ErrorOptions {
  /** Exit code of the process: 2 for wrong use (the default), 1 for a failure. */
  exitCode?: number;
}

/** Ends the command line with one clear line on standard error and an exit code. */
export class CliError extends Error {
  override readonly name = "CliError";
  /** Exit code of the process. */
  readonly exitCode: number;

  constructor(message: string, options: CliErrorOptions = {}) {
    super(message, options);
    this.exitCode = options.exitCode ?? 2;
  }
}
