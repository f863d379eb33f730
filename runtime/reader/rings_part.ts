/**
 * A few bytes of the producers' half of a ring set, wherever it lies, for those who only want to look.
 * @module
 */
import { readSpecialPart, specialFileBytes } from "../ffi/special_files.ts";
import { DriverError } from "../errors.ts";
import { parseDevicePath } from "./device_path.ts";
import type { DriverDevice } from "./driver_device.ts";
import { selectDeviceSet } from "./ring_source.ts";

/** `length` bytes from `offset` on, fewer where the file ends; null where it cannot be read, or a driver's set has fewer. */
export function readRingsPart(path: string, offset: number, length: number): Uint8Array<ArrayBuffer> | null {
  return parseDevicePath(path) === null
    ? readSpecialPart(path, offset, length)
    : withDeviceSet(path, (device) => device.copyPart(offset, length));
}

/** Bytes of the whole ring set; null where it cannot be read. */
export function ringsBytes(path: string): number | null {
  return parseDevicePath(path) === null
    ? specialFileBytes(path)
    : withDeviceSet(path, (device) => device.describe().totalBytes);
}

function withDeviceSet<T>(path: string, look: (device: DriverDevice) => T): T | null {
  const place = parseDevicePath(path);
  if (place === null) return null;
  try {
    using device = selectDeviceSet(path, place.set, "read");
    return look(device);
  } catch (error) {
    if (error instanceof DriverError) return null;
    throw error;
  }
}
