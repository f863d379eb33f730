/**
 * Paths of the kernel drivers' devices: the device and, behind an `@`, one of its ring sets, as in `/dev/ringscope@net` and
 * `\\.\Ringscope@net`; without one it means the set "default".
 * @module
 */
import { resolve } from "@std/path";
import { device } from "../abi/device_layout.ts";

/** The name of the set that is meant where none is named. */
export const DEFAULT_SET = "default";

/** Systems with a kernel driver. */
export type DriverSystem = "linux" | "windows";

/** What a path of a device means. */
export interface DevicePlace {
  /** Whose device it is. */
  readonly system: DriverSystem;
  /** Name of the set. */
  readonly set: string;
}

const PATTERNS = [
  ["linux", /^\/dev\/ringscope(?:@(.*))?$/s],
  ["windows", /^\\\\\.\\ringscope(?:@(.*))?$/is],
] as const;

/** A path of a device taken apart; null when it is another's. Windows asks nobody for capital letters. */
export function parseDevicePath(path: string): DevicePlace | null {
  for (const [system, pattern] of PATTERNS) {
    const found = pattern.exec(path);
    if (found !== null) return { system, set: found[1] || DEFAULT_SET };
  }
  return null;
}

/** The path of rings that a user has named. A device is no file below a folder. */
export function resolveRings(path: string): string {
  return parseDevicePath(path) === null ? resolve(path) : path;
}

/** The path that means this set. */
export function devicePath(set: string, system: DriverSystem): string {
  const path = system === "linux" ? device.path : device.windowsPath;
  return set === DEFAULT_SET ? path : `${path}@${set}`;
}
