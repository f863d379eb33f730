/**
 * Installs, starts, stops and removes the Windows kernel driver, through the service manager's own program sc.exe: it ends with the Win32
 * error of what it was told to do. Windows; needs permission to run programs and for FFI.
 * @module
 */
import { DriverError } from "../../errors.ts";
import { readSections } from "../../build/pe_image.ts";
import { SERVICE, type ServiceState } from "./service_state.ts";
import { explainFailure, Win32 } from "./service_failure.ts";
import { readWindowsFacts, type WindowsFacts, windowsFolder } from "./windows_facts.ts";
import { queryService } from "./windows_calls.ts";
import { AS_ADMINISTRATOR, findMissingDevice } from "./windows_problem.ts";

/** When the service manager starts the driver. */
export type DriverStart = "demand" | "boot";

/** As the kernel reads it: with the system's folder under the name that it has before there are drive letters. */
const IMAGE = `\\SystemRoot\\System32\\drivers\\${SERVICE}.sys`;
/** How long a driver may take to start or stop, in ms; those that are slow wait for their users, which can be for ever. */
const PATIENCE_MS = 30_000;
const POLL_MS = 100;

/** What {@link installDriver} did. */
export interface InstalledDriver {
  /** Where it was copied from. */
  readonly from: string;
  /** Where the system loads it from. */
  readonly path: string;
  readonly start: DriverStart;
}

/**
 * Copies the driver to the system's folder and makes its service, or renews both.
 *
 * @param file Default: the one in the project's build folder.
 * @throws {DriverError} There is none, it is no driver, it runs, or the system refuses; the message ends with what to do.
 */
export async function installDriver(start: DriverStart, file?: string): Promise<InstalledDriver> {
  const attempted = "install the driver";
  const facts = readWindowsFacts();
  requireRights(attempted, facts);
  const from = file ?? facts.built;
  if (from === null) {
    const { found, advice } = findMissingDevice({ ...facts, service: null });
    throw new DriverError(`${attempted}: ${found}; ${advice}, or name it: --file PATH`);
  }
  if (facts.service !== null && facts.service.state !== "stopped") {
    throw new DriverError(
      `${attempted}: the one that is there is ${facts.service.state}; stop it first: deno task driver stop`,
    );
  }
  const path = driverFile();
  await copyDriver(attempted, from, path);
  const isThere = facts.service !== null;
  // Each name and its value are words of their own; that is how sc.exe reads them.
  const words = ["type=", "kernel", "start=", start, "error=", "normal", "binPath=", IMAGE];
  const code = await runServiceControl(attempted, [isThere ? "config" : "create", SERVICE, ...words]);
  // What was there before may be what is wanted, also where nothing can be changed.
  const isSame = facts.service?.image?.toLowerCase() === path.toLowerCase() && facts.service.start === start;
  if (code !== 0 && !(code === Win32.invalidCommandLine && isSame)) {
    throw explainFailure(attempted, code, facts);
  }
  return { from, path, start };
}

/**
 * Starts it and waits until it runs. One that runs already is left alone.
 *
 * @throws {DriverError} It is not installed, or the system refuses it; the message says why as far as that can be found out.
 */
export async function startDriver(): Promise<void> {
  const attempted = "start the driver";
  const facts = readWindowsFacts();
  requireService(attempted, facts);
  if (facts.service?.state === "running") return;
  requireRights(attempted, facts);
  const code = await runServiceControl(attempted, ["start", SERVICE]);
  if (code !== 0 && code !== Win32.alreadyRunning) throw explainFailure(attempted, code, facts);
  await waitFor(attempted, "running", "look at what the system says of it: eventvwr");
}

/**
 * Stops it and waits until it has stopped. One that does not run is left alone.
 *
 * @throws {DriverError} It is not installed, in use, or the system refuses.
 */
export async function stopDriver(): Promise<void> {
  const attempted = "stop the driver";
  const facts = readWindowsFacts();
  requireService(attempted, facts);
  if (facts.service?.state === "stopped") return;
  requireRights(attempted, facts);
  const code = await runServiceControl(attempted, ["stop", SERVICE]);
  // One that is in use goes on stopping until it is not.
  const mayStop: readonly number[] = [0, Win32.notActive, Win32.cannotAcceptControl, Win32.timeout];
  if (!mayStop.includes(code)) throw explainFailure(attempted, code, facts);
  await waitFor(
    attempted,
    "stopped",
    "programs that have its device open keep it, and so do drivers that log through it: end the captures, and stop those drivers first",
  );
}

/**
 * Removes service and file.
 *
 * @throws {DriverError} It runs, is not installed, or the system refuses.
 */
export async function removeDriver(): Promise<void> {
  const attempted = "remove the driver";
  const facts = readWindowsFacts();
  requireService(attempted, facts);
  requireRights(attempted, facts);
  if (facts.service?.state !== "stopped") {
    throw new DriverError(
      `${attempted}: it is ${facts.service?.state}; stop it first: deno task driver stop`,
    );
  }
  const code = await runServiceControl(attempted, ["delete", SERVICE]);
  if (code !== 0) throw explainFailure(attempted, code, facts);
  try {
    await Deno.remove(driverFile());
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return;
    if (!(error instanceof Error)) throw error;
    throw new DriverError(
      `${attempted}: the service is gone, its file is not: ${error.message}; remove ${driverFile()} by hand`,
      { cause: error },
    );
  }
}

/** Where the system loads it from. */
function driverFile(): string {
  return `${windowsFolder()}\\System32\\drivers\\${SERVICE}.sys`;
}

function requireRights(attempted: string, { isElevated }: WindowsFacts): void {
  if (isElevated) return;
  throw new DriverError(
    `${attempted}: that takes an administrator's rights, which this terminal has not got; type it ${AS_ADMINISTRATOR}`,
  );
}

function requireService(attempted: string, facts: WindowsFacts): void {
  if (facts.service !== null) return;
  const { found, advice } = findMissingDevice(facts);
  throw new DriverError(`${attempted}: ${found}; ${advice}`);
}

async function copyDriver(attempted: string, from: string, path: string): Promise<void> {
  try {
    readSections(await Deno.readFile(from));
    await Deno.copyFile(from, path);
  } catch (error) {
    if (!(error instanceof Error) || error instanceof Deno.errors.NotCapable) throw error;
    const next = error instanceof TypeError ? "name a ringscope.sys: --file PATH" : "check the path";
    throw new DriverError(`${attempted}: ${from} cannot be copied to ${path}: ${error.message}; ${next}`, {
      cause: error,
    });
  }
}

/** Its exit status; `Win32.timeout` when it does not end. */
async function runServiceControl(attempted: string, args: readonly string[]): Promise<number> {
  const program = `${windowsFolder()}\\System32\\sc.exe`;
  const signal = AbortSignal.timeout(PATIENCE_MS);
  try {
    const command = new Deno.Command(program, {
      args: [...args],
      stdin: "null",
      stdout: "null",
      stderr: "null",
      signal,
    });
    const { code } = await command.output();
    return signal.aborted ? Win32.timeout : code;
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw new DriverError(`${attempted}: there is no ${program}; look at SystemRoot in the environment`, {
      cause: error,
    });
  }
}

async function waitFor(attempted: string, wanted: ServiceState, advice: string): Promise<void> {
  let state: ServiceState | null = null;
  for (const begun = performance.now(); performance.now() - begun < PATIENCE_MS;) {
    state = queryService(SERVICE)?.state ?? null;
    if (state === wanted) return;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  throw new DriverError(
    `${attempted}: after ${PATIENCE_MS / 1000} s it is ${state ?? "not there"}, not ${wanted}; ${advice}`,
  );
}
