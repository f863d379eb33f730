/**
 * The Windows service of the kernel driver: its name, its states and kinds of start by the numbers of <winsvc.h>, which no language changes.
 * @module
 */
import { decodeWide } from "../../ffi/wide_text.ts";

/** Of the service, and of the driver's file without its ending. */
export const SERVICE = "ringscope";

/** What a service is doing. */
export type ServiceState =
  | "stopped"
  | "starting"
  | "stopping"
  | "running"
  | "resuming"
  | "pausing"
  | "paused";

/** Bytes of SERVICE_STATUS, and where its members are. */
export const SERVICE_STATUS_BYTES = 28;
const STATE_AT = 4, EXIT_CODE_AT = 12;
const STATES: readonly ServiceState[] = [
  "stopped",
  "starting",
  "stopping",
  "running",
  "resuming",
  "pausing",
  "paused",
];

/** When a service is started. */
export type ServiceStart = "boot" | "system" | "auto" | "demand" | "disabled";

const STARTS: readonly ServiceStart[] = ["boot", "system", "auto", "demand", "disabled"];

/** The state of a service. */
export interface ServiceStatus {
  readonly state: ServiceState;
  /** The Win32 error that it ended or could not be started with; 0: none. ERROR_SERVICE_NEVER_STARTED is none either. */
  readonly exitCode: number;
}

const NEVER_STARTED = 1077;

/**
 * Reads a SERVICE_STATUS.
 *
 * @throws {RangeError} A state that there is not.
 */
export function parseServiceStatus(bytes: Uint8Array<ArrayBuffer>): ServiceStatus {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const number = view.getUint32(STATE_AT, true), exitCode = view.getUint32(EXIT_CODE_AT, true);
  const state = STATES[number - 1];
  if (state === undefined) throw new RangeError(`read the state of a service: ${number} is none`);
  return { state, exitCode: exitCode === NEVER_STARTED ? 0 : exitCode };
}

/** What a registry's value `Start` means; null: nothing. */
export function parseServiceStart(value: Uint8Array<ArrayBuffer> | null): ServiceStart | null {
  return value === null || value.length < 4 ? null : STARTS[readNumber(value)] ?? null;
}

/** A REG_DWORD. */
export function readNumber(value: Uint8Array<ArrayBuffer>): number {
  return new DataView(value.buffer, value.byteOffset, value.byteLength).getUint32(0, true);
}

/**
 * The path of a driver's file as programs see it: the service manager keeps it as the kernel does, relative to the system's folder.
 *
 * @param root `C:\Windows`.
 */
export function imagePath(value: Uint8Array<ArrayBuffer> | null, root: string): string | null {
  if (value === null) return null;
  const path = decodeWide(value);
  const inRoot = /^(?:\\SystemRoot\\|(?=system32\\))(.*)$/is.exec(path)?.[1];
  return inRoot === undefined ? path.replace(/^\\\?\?\\/, "") : `${root}\\${inRoot}`;
}
