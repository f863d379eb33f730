/** Exit code of `capture -- COMMAND` for a failure that is not the command's. */
export const OWN_FAILURE = 125;

/** Exit code of `capture --fail-on-loss` where entries were lost. */
export const LOST_ENTRIES = 4;

const STOPS = new Set(["SIGHUP", "SIGINT", "SIGTERM", "SIGKILL"]);

/**
 * The exit code that stands for a command's end: its own, or 128 + n for a signal. A command that died of a signal after
 * the capture was `stopped` on purpose has ended as it was meant to: 0.
 */
export function commandExitCode(
  status: { readonly code: number; readonly signal: string | null } | undefined,
  stopped: boolean,
): number {
  if (status === undefined) return 0;
  return stopped && status.signal !== null && STOPS.has(status.signal) ? 0 : status.code;
}
