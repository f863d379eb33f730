/**
 * Where a ring set that is to be mapped lies: in a file, or in a kernel driver's device.
 *
 * @module
 */
import { abi, Mode, setHeader } from "../abi/layout.ts";
import { device } from "../abi/device_layout.ts";
import { AbiMismatchError, DriverError } from "../errors.ts";
import { encodePath } from "../ffi/path.ts";
import { readSpecialFile, specialFileBytes } from "../ffi/special_files.ts";
import { DeviceError } from "./device_channel.ts";
import { parseDevicePath } from "./device_path.ts";
import type { DriverDevice } from "./driver_device.ts";
import { Errno, Libc, type LibcLibrary } from "./libc.ts";
import { openDevice } from "./open_device.ts";
import { readSetHeader, type SetHeader } from "./set_header.ts";

/** An open file that a ring set can be mapped from. */
export interface RingSource extends Disposable {
  readonly file: number;
  /** Bytes of the producers' half. */
  readonly producerBytes: number;
  /** Whether this user may write into the set at all. */
  readonly mayWrite: boolean;
  /** A file, which others may cut short while it is mapped, and in which everybody may act as the driver. */
  readonly isFile: boolean;
  /** Checks the first page. `mapped` is a copy of its beginning as it was mapped. @throws {AbiMismatchError | DriverError} */
  checkHeader(mapped: Uint8Array): SetHeader;
  /** Takes the right of the one reader that drains, which ends with the file. False: somebody else has it. */
  take(): boolean;
  /** Who has it; null where only the set itself can tell. */
  findTaker(): number | null;
}

/**
 * Opens it; `/dev/ringscope@NAME` means a set of the driver.
 *
 * @throws {AbiMismatchError} As `readSetHeader`, or of a driver of another version.
 * @throws {DriverError} It is missing, not ours to read, or no ring set.
 */
export function openRingSource(libc: LibcLibrary, path: string): RingSource {
  const place = parseDevicePath(path);
  return place === null ? openFile(libc, path) : openDeviceSet(path, place.set);
}

function openFile(libc: LibcLibrary, path: string): RingSource {
  const header = readHeaderOfFile(path);
  const open = (rights: number) => libc.symbols.open(encodePath(path), rights | Libc.openCloseOnExec);
  let file = open(Libc.openReadWrite);
  const mayWrite = file >= 0;
  // Rings that overwrite are read without writing anything.
  if (!mayWrite && header.mode === Mode.overwrite) file = open(Libc.openReadOnly);
  if (file < 0) {
    throw new DriverError(
      `cannot open the rings ${path}: the system refused; record as the user who made them`,
    );
  }
  return {
    file,
    producerBytes: header.consumerOff,
    mayWrite,
    isFile: true,
    checkHeader: () => header,
    take: () => libc.symbols.flock(file, Libc.lockExclusive | Libc.lockNonBlocking) === 0,
    findTaker: () => null,
    [Symbol.dispose]: () => void libc.symbols.close(file),
  };
}

function readHeaderOfFile(path: string): SetHeader {
  const bytes = readSpecialFile(path), size = specialFileBytes(path);
  if (bytes === null || size === null) {
    throw new DriverError(
      `cannot open the rings ${path}: it is not there, or may not be read; check the path (the program that logs makes the rings ` +
        "when it starts), and record as the user who made them",
    );
  }
  return readSetHeader(bytes.subarray(0, setHeader.bytes), size, path);
}

/**
 * Opens the device and selects a set of it.
 *
 * @throws {AbiMismatchError} The driver that is loaded is of another version.
 * @throws {DriverError} There is no device, it is not this user's, or there is no such set.
 */
export function selectDeviceSet(path: string, set: string, rights: "read" | "write"): DriverDevice {
  const opened = openDevice(rights);
  try {
    checkDeviceVersion(opened, path);
    opened.select(set);
    return opened;
  } catch (error) {
    opened[Symbol.dispose]();
    if (error instanceof DeviceError && error.errno === Errno.notFound) {
      throw new DriverError(
        `cannot open the rings ${path}: the driver has no set of the name "${set}"; ` +
          `capture --${Deno.build.os}=${set} makes one`,
        { cause: error },
      );
    }
    throw error;
  }
}

/** @throws {AbiMismatchError} The driver that is loaded and this program cannot talk to each other. */
export function checkDeviceVersion(opened: DriverDevice, path: string): void {
  const { deviceAbi, ringAbiMajor, ringAbiMinor, version } = opened.version();
  if (deviceAbi === device.abi && ringAbiMajor === abi.major) return;
  throw new AbiMismatchError(
    `cannot use ${path}: the driver that is loaded (${version}) has device ABI ${deviceAbi} and rings of ABI ` +
      `${ringAbiMajor}.${ringAbiMinor}, this program ${device.abi} and ${abi.major}.${abi.minor}; build and load it again: ` +
      (Deno.build.os === "windows"
        ? "deno task build:windows, then ringscope driver stop, install, start"
        : "deno task build:linux"),
  );
}

function openDeviceSet(path: string, set: string): RingSource {
  const { opened, mayWrite } = openWithRights(path, set);
  const { consumerOff, totalBytes, mode } = opened.describe();
  const { file } = opened;
  if (file === null) {
    opened[Symbol.dispose]();
    throw new DriverError(
      `cannot read ${path} with the reader in TypeScript: this system has no file to map; use the reader library`,
    );
  }
  return {
    file,
    producerBytes: consumerOff,
    mayWrite,
    isFile: false,
    checkHeader(mapped) {
      const header = readSetHeader(mapped, totalBytes, path);
      if (header.consumerOff === consumerOff && header.mode === mode) return header;
      throw new DriverError(
        `cannot read ${path}: its header is not that of the set that the driver tells of`,
      );
    },
    take() {
      try {
        opened.claim();
        return true;
      } catch (error) {
        if (error instanceof DeviceError && error.errno === Errno.busy) return false;
        throw error;
      }
    },
    findTaker: () => opened.describe().claimerPid,
    [Symbol.dispose]: () => opened[Symbol.dispose](),
  };
}

/** Sets that overwrite are read without writing anything. */
function openWithRights(path: string, set: string): { opened: DriverDevice; mayWrite: boolean } {
  try {
    return { opened: selectDeviceSet(path, set, "write"), mayWrite: true };
  } catch (error) {
    if (!(error instanceof DeviceError) || error.errno !== Errno.accessDenied) throw error;
    const opened = selectDeviceSet(path, set, "read");
    if (opened.describe().mode === Mode.overwrite) return { opened, mayWrite: false };
    opened[Symbol.dispose]();
    throw error;
  }
}
