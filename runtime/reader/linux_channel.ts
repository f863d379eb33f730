/**
 * The Linux kernel driver's device, by ioctl and mmap. Linux; needs permission for FFI.
 *
 * @module
 */
import { device, DeviceCall, type DeviceCallName, deviceControl } from "../abi/device_layout.ts";
import { abi } from "../abi/layout.ts";
import { encodePath } from "../ffi/path.ts";
import { type DeviceChannel, DeviceError, type DeviceRefusal } from "./device_channel.ts";
import { Errno, Libc, type LibcLibrary, openLibc, readErrno } from "./libc.ts";

/** What mmap returns for failure: all bits set. */
const mapFailed = 0xffff_ffff_ffff_ffffn;

/** An open file of /dev/ringscope. */
export class LinuxChannel implements DeviceChannel {
  readonly file: number;
  readonly #libc: LibcLibrary;

  /**
   * Opens the device.
   *
   * @throws {DeviceError} It is not there (`Errno.notFound`), or not this user's (`Errno.accessDenied`), or the like.
   */
  constructor(rights: "read" | "write") {
    this.#libc = openLibc();
    const flags = (rights === "write" ? Libc.openReadWrite : Libc.openReadOnly) | Libc.openCloseOnExec;
    this.file = this.#libc.symbols.open(encodePath(device.path), flags);
    if (this.file >= 0) return;
    const errno = readErrno(this.#libc);
    this.#libc.close();
    throw new DeviceError(`cannot open ${device.path}: ${nameError(errno)}`, errno);
  }

  call(
    name: DeviceCallName,
    request: DataView<ArrayBuffer>,
    further?: Uint8Array<ArrayBuffer>,
  ): DeviceRefusal | null {
    if (further !== undefined && further.length > 0) {
      const address = Deno.UnsafePointer.value(Deno.UnsafePointer.of(further));
      request.setBigUint64(deviceControl.changes, address, true);
    }
    const { ioctl } = this.#libc.symbols;
    if (ioctl(this.file, DeviceCall[name], new Uint8Array(request.buffer)) === 0) return null;
    const errno = readErrno(this.#libc);
    return { errno, found: nameError(errno) };
  }

  copyPart(offset: number, length: number): Uint8Array<ArrayBuffer> | null {
    const begin = offset - offset % abi.pageBytes;
    const bytes = Math.ceil((offset + length - begin) / abi.pageBytes) * abi.pageBytes;
    const { mmap, munmap } = this.#libc.symbols;
    const pointer = mmap(null, BigInt(bytes), Libc.protectRead, Libc.mapShared, this.file, BigInt(begin));
    if (pointer === null || Deno.UnsafePointer.value(pointer) === mapFailed) return null;
    const copy = new Uint8Array(length);
    new Deno.UnsafePointerView(pointer).copyInto(copy, offset - begin);
    munmap(pointer, BigInt(bytes));
    return copy;
  }

  [Symbol.dispose](): void {
    this.#libc.symbols.close(this.file);
    this.#libc.close();
  }
}

const ERRORS: Readonly<Record<number, string>> = {
  [Errno.noPermission]: "it is not permitted (EPERM)",
  [Errno.notFound]: "it is not there (ENOENT)",
  [Errno.noMemory]: "there is no memory (ENOMEM)",
  [Errno.accessDenied]: "this user may not (EACCES)",
  [Errno.busy]: "it is in use (EBUSY)",
  [Errno.exists]: "it exists already (EEXIST)",
  [Errno.noDevice]: "there is no such device (ENODEV)",
  [Errno.invalid]: "it cannot be so (EINVAL)",
  [Errno.notTty]: "it does not know the call (ENOTTY)",
  [Errno.noSpace]: "there is no room (ENOSPC)",
  [Errno.notSupported]: "this kernel, or this set, cannot do it (EOPNOTSUPP)",
};

function nameError(errno: number): string {
  return ERRORS[errno] ?? `error ${errno}`;
}
