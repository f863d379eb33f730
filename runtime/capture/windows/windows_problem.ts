/**
 * Why the Windows kernel driver cannot be used here, and the one command that is next, from what was found out (windows_facts.ts).
 *
 * The same look serves `capture --windows`, `driver` and `doctor`.
 * @module
 */
import type { KernelProblem } from "../kernel/kernel_rings.ts";
import type { WindowsFacts } from "./windows_facts.ts";

/** What a shell needs that may not do something. */
export const AS_ADMINISTRATOR = 'in a terminal that was opened by "Run as administrator"';

/** Win32 errors of a driver that is refused because of its signature: ERROR_INVALID_IMAGE_HASH, ERROR_DRIVER_BLOCKED. */
export const SIGNATURE_ERRORS: readonly number[] = [577, 1275];

/** What stands in the way when the device is not there. */
export function findMissingDevice(facts: WindowsFacts): KernelProblem {
  const { service, built } = facts;
  if (service === null) {
    if (built === null) {
      return {
        found: "the driver ringscope.sys is not installed, and there is none in build\\windows",
        advice: `build it on Linux (deno task build:windows), copy build/windows here, then ${
          asAdministrator(facts, "install")
        }`,
      };
    }
    return { found: "the driver ringscope.sys is not installed", advice: asAdministrator(facts, "install") };
  }
  if (service.state === "running") {
    return {
      found:
        "the driver ringscope.sys is running, and its device is not there: another driver has the service's name",
      advice: `look at its file (deno task driver status), and ${asAdministrator(facts, "remove")}`,
    };
  }
  if (service.start === "disabled") {
    return {
      found: "the driver ringscope.sys is installed and disabled",
      advice: `${asAdministrator(facts, "install")}, which lets it be started again`,
    };
  }
  const signature = findSignatureProblem(facts);
  const found = `the driver ringscope.sys is installed and not started (it is ${service.state})`;
  if (signature !== null && SIGNATURE_ERRORS.includes(service.exitCode)) {
    return { found: `${found}: ${signature.found}`, advice: signature.advice };
  }
  return { found, advice: asAdministrator(facts, "start") };
}

/** What stands in the way when the device is there and may not be opened. */
export function findMissingRight({ isElevated }: WindowsFacts): KernelProblem {
  if (isElevated) {
    return {
      found: "\\\\.\\Ringscope may not be opened, although this process has an administrator's rights",
      advice: "deno task driver stop, then start: that gives the device its access list again",
    };
  }
  return {
    found:
      "\\\\.\\Ringscope may be opened by administrators only, and this terminal has not got their rights",
    advice: `do the same ${AS_ADMINISTRATOR}`,
  };
}

/** Why this system takes no driver without Microsoft's signature; null: it does. */
export function findSignatureProblem(
  { isTestSigning, isSecureBoot, isMemoryIntegrity }: WindowsFacts,
): KernelProblem | null {
  if (isTestSigning) return null;
  const why = "test signing is off, so that only drivers with Microsoft's signature are started";
  const integrity = isMemoryIntegrity ? ", and memory integrity (HVCI) is on, which refuses them too" : "";
  const firmware = isSecureBoot ? "switch Secure Boot off in the firmware, " : "";
  return {
    found: `${why}${isSecureBoot ? " (Secure Boot keeps it off)" : ""}${integrity}`,
    advice:
      `on a machine for tests: ${firmware}bcdedit /set testsigning on ${AS_ADMINISTRATOR}, a restart, and a ringscope.sys with a test ` +
      "signature (driver/windows/README.md); elsewhere have it signed by Microsoft's attestation",
  };
}

/** The command, and where to type it. */
function asAdministrator({ isElevated }: WindowsFacts, command: string): string {
  const typed = `deno task driver ${command}`;
  return isElevated ? typed : `${typed}, ${AS_ADMINISTRATOR}`;
}
