/**
 * The Windows kernel driver's device, by the system's own calls below kernel32: they return their status, where GetLastError is another
 * call that the runtime's own could come before. Windows; needs permission for FFI.
 *
 * @module
 */
import { device, type DeviceCallName, deviceMap, WindowsCall } from "../abi/device_layout.ts";
import { type DeviceChannel, DeviceError, type DeviceRefusal } from "./device_channel.ts";
import { Errno } from "./libc.ts";

const NT = {
  NtOpenFile: { parameters: ["buffer", "u32", "buffer", "buffer", "u32", "u32"], result: "u32" },
  NtDeviceIoControlFile: {
    parameters: ["u64", "u64", "pointer", "pointer", "buffer", "u32", "buffer", "u32", "buffer", "u32"],
    result: "u32",
  },
  NtClose: { parameters: ["u64"], result: "u32" },
} as const satisfies Deno.ForeignLibraryInterface;

const KERNEL = {
  MapViewOfFile: { parameters: ["u64", "u32", "u32", "u32", "usize"], result: "pointer" },
  UnmapViewOfFile: { parameters: ["pointer"], result: "i32" },
} as const satisfies Deno.ForeignLibraryInterface;

/** Of <winnt.h> and <winternl.h>. */
const GENERIC_READ = 0x8000_0000, GENERIC_WRITE = 0x4000_0000, SYNCHRONIZE = 0x0010_0000;
const FILE_SHARE_ALL = 7, FILE_SYNCHRONOUS_IO_NONALERT = 0x20, OBJ_CASE_INSENSITIVE = 0x40, FILE_MAP_READ = 4;
/** Views begin at a multiple of it on every Windows. */
const GRANULE_BYTES = 64 * 1024;
/** Structures of 64-bit Windows: their sizes, and where members are that are not 0. */
const OBJECT_ATTRIBUTES_BYTES = 48, OBJECT_NAME_AT = 16, ATTRIBUTES_AT = 24;
const UNICODE_STRING_BYTES = 16, MAXIMUM_LENGTH_AT = 2, TEXT_AT = 8;
const IO_STATUS_BLOCK_BYTES = 16;

/** An open file of \\.\Ringscope. */
export class WindowsChannel implements DeviceChannel {
  readonly file = null;
  readonly #nt = Deno.dlopen("ntdll.dll", NT);
  readonly #handle: bigint;

  /**
   * Opens the device.
   *
   * @throws {DeviceError} It is not there (`Errno.notFound`), or not this user's (`Errno.accessDenied`), or the like.
   */
  constructor(rights: "read" | "write") {
    const access = GENERIC_READ | SYNCHRONIZE | (rights === "write" ? GENERIC_WRITE : 0);
    const handle = new BigUint64Array(1);
    const name = nameObject(device.windowsPath);
    const status = this.#nt.symbols.NtOpenFile(
      new Uint8Array(handle.buffer),
      access >>> 0,
      name.attributes,
      new Uint8Array(IO_STATUS_BLOCK_BYTES),
      FILE_SHARE_ALL,
      FILE_SYNCHRONOUS_IO_NONALERT,
    );
    this.#handle = handle[0] ?? 0n;
    const refusal = judgeStatus(status);
    if (refusal === null) return;
    this.#nt.close();
    throw new DeviceError(`cannot open ${device.windowsPath}: ${refusal.found}`, refusal.errno);
  }

  /** What Linux finds behind an address stands behind the structure here. */
  call(
    name: DeviceCallName | "map",
    request: DataView<ArrayBuffer>,
    further: Uint8Array<ArrayBuffer> = new Uint8Array(),
  ): DeviceRefusal | null {
    const answer = new Uint8Array(request.buffer);
    const sent = new Uint8Array(answer.length + further.length);
    sent.set(answer);
    sent.set(further, answer.length);
    const status = this.#nt.symbols.NtDeviceIoControlFile(
      this.#handle,
      0n,
      null,
      null,
      new Uint8Array(IO_STATUS_BLOCK_BYTES),
      WindowsCall[name],
      sent,
      sent.length,
      answer,
      answer.length,
    );
    return judgeStatus(status);
  }

  copyPart(offset: number, length: number, sharedBytes: number): Uint8Array<ArrayBuffer> | null {
    const request = new DataView(new ArrayBuffer(deviceMap.bytes));
    request.setUint32(0, deviceMap.bytes, true);
    if (this.call("map", request) !== null) return null;
    const shared = request.getBigUint64(deviceMap.shared, true);
    const begin = offset - offset % GRANULE_BYTES;
    const kernel = Deno.dlopen("kernel32.dll", KERNEL);
    try {
      const bytes = Math.min(offset + length, sharedBytes) - begin;
      const [high, low] = [Math.floor(begin / 2 ** 32), begin % 2 ** 32];
      const view = kernel.symbols.MapViewOfFile(shared, FILE_MAP_READ, high, low, BigInt(bytes));
      if (view === null) return null;
      const copy = new Uint8Array(length);
      new Deno.UnsafePointerView(view).copyInto(copy, offset - begin);
      kernel.symbols.UnmapViewOfFile(view);
      return copy;
    } finally {
      kernel.close();
      this.#nt.symbols.NtClose(shared);
      this.#nt.symbols.NtClose(request.getBigUint64(deviceMap.consumer, true));
    }
  }

  [Symbol.dispose](): void {
    this.#nt.symbols.NtClose(this.#handle);
    this.#nt.close();
  }
}

/** An OBJECT_ATTRIBUTES with its name; the other members have to live as long as it is used. */
function nameObject(path: string) {
  const name = path.replace("\\\\.\\", "\\??\\");
  const text = new Uint16Array(name.length);
  for (let n = 0; n < name.length; n++) text[n] = name.charCodeAt(n);
  const string = new DataView(new ArrayBuffer(UNICODE_STRING_BYTES));
  string.setUint16(0, text.byteLength, true);
  string.setUint16(MAXIMUM_LENGTH_AT, text.byteLength, true);
  string.setBigUint64(TEXT_AT, addressOf(text), true);
  const object = new DataView(new ArrayBuffer(OBJECT_ATTRIBUTES_BYTES));
  object.setUint32(0, OBJECT_ATTRIBUTES_BYTES, true);
  object.setBigUint64(OBJECT_NAME_AT, addressOf(string), true);
  object.setUint32(ATTRIBUTES_AT, OBJ_CASE_INSENSITIVE, true);
  return { attributes: new Uint8Array(object.buffer), string, text };
}

function addressOf(bytes: Uint16Array<ArrayBuffer> | DataView<ArrayBuffer>): bigint {
  return Deno.UnsafePointer.value(Deno.UnsafePointer.of(bytes));
}

/** Of <ntstatus.h>, as rs_device_windows.h pairs them with errors. */
const STATUSES: ReadonlyMap<number, DeviceRefusal> = new Map([
  meaning(0xc000_0034, Errno.notFound, "it is not there", "STATUS_OBJECT_NAME_NOT_FOUND"),
  meaning(0xc000_000e, Errno.notFound, "there is no such device", "STATUS_NO_SUCH_DEVICE"),
  meaning(0xc000_0022, Errno.accessDenied, "this user may not", "STATUS_ACCESS_DENIED"),
  meaning(0xc000_000d, Errno.invalid, "it cannot be so", "STATUS_INVALID_PARAMETER"),
  meaning(0xc000_0035, Errno.exists, "it exists already", "STATUS_OBJECT_NAME_COLLISION"),
  meaning(0x8000_0011, Errno.busy, "it is in use", "STATUS_DEVICE_BUSY"),
  meaning(0xc000_0044, Errno.noSpace, "there is no room", "STATUS_QUOTA_EXCEEDED"),
  meaning(0xc000_0023, Errno.noSpace, "the answer is longer than its room", "STATUS_BUFFER_TOO_SMALL"),
  meaning(0xc000_009a, Errno.noMemory, "there is no memory", "STATUS_INSUFFICIENT_RESOURCES"),
  meaning(0xc000_00bb, Errno.notSupported, "this set cannot do it", "STATUS_NOT_SUPPORTED"),
  meaning(0xc000_00a3, Errno.noDevice, "the set is stopped", "STATUS_DEVICE_NOT_READY"),
  meaning(0xc000_0010, Errno.notTty, "it does not know the call", "STATUS_INVALID_DEVICE_REQUEST"),
]);

function meaning(status: number, errno: number, words: string, name: string): [number, DeviceRefusal] {
  return [status, { errno, found: `${words} (${name})` }];
}

/** What a status means; null: success. */
export function judgeStatus(status: number): DeviceRefusal | null {
  // NT_SUCCESS: informational and successful ones have no upper bit.
  if (status < 0x8000_0000) return null;
  return STATUSES.get(status) ??
    { errno: Errno.io, found: `status 0x${status.toString(16)}` };
}
