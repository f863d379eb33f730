/**
 * Opens the device of this system's kernel driver.
 *
 * @module
 */
import { DriverError } from "../errors.ts";
import { DriverDevice } from "./driver_device.ts";
import { LinuxChannel } from "./linux_channel.ts";
import { WindowsChannel } from "./windows_channel.ts";

/**
 * Opens it.
 *
 * @throws {DeviceError} It is not there (`Errno.notFound`), or not this user's (`Errno.accessDenied`), or the like.
 * @throws {DriverError} There is no driver for this system.
 */
export function openDevice(rights: "read" | "write"): DriverDevice {
  if (Deno.build.os === "windows") return new DriverDevice(new WindowsChannel(rights));
  if (Deno.build.os === "linux") return new DriverDevice(new LinuxChannel(rights));
  throw new DriverError(
    `open the kernel driver's device: this is ${Deno.build.os}; there are drivers for Linux and Windows`,
  );
}
