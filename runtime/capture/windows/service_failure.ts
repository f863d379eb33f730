/**
 * What it means when the service manager refuses something for the driver, and what to do then.
 * @module
 */
import { DriverError } from "../../errors.ts";
import type { WindowsFacts } from "./windows_facts.ts";
import { AS_ADMINISTRATOR, findSignatureProblem, SIGNATURE_ERRORS } from "./windows_problem.ts";

/** Errors of <winerror.h> that are told apart. */
export const Win32 = {
  fileNotFound: 2,
  pathNotFound: 3,
  accessDenied: 5,
  badFormat: 193,
  noResponse: 1053,
  alreadyRunning: 1056,
  disabled: 1058,
  cannotAcceptControl: 1061,
  notActive: 1062,
  markedForDelete: 1072,
  timeout: 1460,
  invalidCommandLine: 1639,
} as const;

/** The error for the caller, from the exit status of sc.exe. */
export function explainFailure(attempted: string, code: number, facts: WindowsFacts): DriverError {
  const { found, advice } = explain(code, facts);
  return new DriverError(`${attempted}: ${found} (error ${code}); ${advice}`, { cause: { code } });
}

function explain(code: number, facts: WindowsFacts): { readonly found: string; readonly advice: string } {
  if (SIGNATURE_ERRORS.includes(code)) {
    return findSignatureProblem(facts) ?? {
      found: facts.isMemoryIntegrity
        ? "the driver's signature is refused, and memory integrity (HVCI) is on"
        : "the driver's signature is refused, although test signing is on",
      advice: "sign it with a test certificate (driver/windows/README.md)" +
        (facts.isMemoryIntegrity
          ? ", or switch memory integrity off: Windows Security, Device security, Core isolation"
          : ""),
    };
  }
  switch (code) {
    case Win32.accessDenied:
      return { found: "this user may not", advice: `type it ${AS_ADMINISTRATOR}` };
    case Win32.fileNotFound:
    case Win32.pathNotFound:
      return {
        found: `its file ${facts.service?.image ?? "ringscope.sys"} is not there`,
        advice: "deno task driver install",
      };
    case Win32.badFormat:
      return {
        found: "its file is not for this processor",
        advice: "install one that is built for it: deno task driver install --file PATH",
      };
    case Win32.disabled:
      return { found: "its service is disabled", advice: "deno task driver install" };
    case Win32.markedForDelete:
      return {
        found: "its service is being removed, which waits for a program that looks at it",
        advice: "close services.msc and the like, or restart the system",
      };
    case Win32.noResponse:
      return {
        found: "the system's service process gave no answer",
        advice: "try again; if it stays so, look at what the system says: eventvwr",
      };
    case Win32.timeout:
      return {
        found: "the service manager has given no answer in time",
        advice: "look what it is doing: deno task driver status",
      };
    case Win32.invalidCommandLine:
      return {
        found: "this system's sc.exe cannot change a service that is there",
        advice: "deno task driver remove, then install it again",
      };
    default:
      return { found: "the service manager refuses", advice: `what the number means: net helpmsg ${code}` };
  }
}
