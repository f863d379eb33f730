/**
 * A Windows as tests want it.
 * @module
 */
import type { DriverService, WindowsFacts } from "./windows_facts.ts";

/** A service that is installed and was never started. */
export const stoppedService: DriverService = {
  state: "stopped",
  exitCode: 0,
  image: "C:\\Windows\\System32\\drivers\\ringscope.sys",
  start: "demand",
};

/** A terminal of an administrator on a machine for tests, where the driver is installed. */
export function windowsFacts(others: Partial<WindowsFacts> = {}): WindowsFacts {
  return {
    service: stoppedService,
    built: "C:\\ringscope\\build\\windows\\clang\\ringscope.sys",
    isElevated: true,
    isTestSigning: true,
    isSecureBoot: false,
    isMemoryIntegrity: false,
    ...others,
  };
}
