/**
 * How a system carries the calls of a kernel driver's device: what linux_channel.ts and windows_channel.ts have in common.
 *
 * @module
 */
import type { DeviceCallName } from "../abi/device_layout.ts";
import { DriverError } from "../errors.ts";

/** Why a call was refused. */
export interface DeviceRefusal {
  /** As in <errno.h>, whatever the system has its own for it; rs_device_windows.h has the pairs. */
  readonly errno: number;
  /** In words, with the system's own name for it. */
  readonly found: string;
}

/** An open file of the device. */
export interface DeviceChannel extends Disposable {
  /** Its number, by which it can be mapped; null where that is not the way. */
  readonly file: number | null;
  /**
   * Sends a structure, which comes back changed. Null: the driver has done it.
   *
   * @param further What the structure refers to: `rs_rule_t` of `control`.
   */
  call(
    name: DeviceCallName,
    request: DataView<ArrayBuffer>,
    further?: Uint8Array<ArrayBuffer>,
  ): DeviceRefusal | null;
  /** Copies of the producers' half of the selected set, which has `sharedBytes`; null where it cannot be mapped. */
  copyPart(offset: number, length: number, sharedBytes: number): Uint8Array<ArrayBuffer> | null;
}

/** A call that the driver refused, or a device that cannot be opened. */
export class DeviceError extends DriverError {
  /** As in <errno.h>. */
  readonly errno: number;

  constructor(message: string, errno: number) {
    super(message);
    this.errno = errno;
  }
}
