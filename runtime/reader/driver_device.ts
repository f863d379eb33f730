/**
 * The device of a kernel driver, by its own calls (driver/include/rs_device.h), which are the same on every system.
 *
 * @module
 */
import { rule } from "../abi/layout.ts";
import {
  device,
  type DeviceCallName,
  deviceControl as control,
  deviceDescribe as describe,
  DeviceFlag,
  deviceMake as make,
  devicePlain,
  deviceSelect as select,
  deviceSources,
  deviceVersion as version,
} from "../abi/device_layout.ts";
import { type DeviceChannel, DeviceError } from "./device_channel.ts";

/** Who answers. */
export interface DeviceVersion {
  readonly deviceAbi: number;
  readonly ringAbiMajor: number;
  readonly ringAbiMinor: number;
  /** Of the driver, as text. */
  readonly version: string;
  readonly setCount: number;
  /** Bytes of all sets, and how many they may take. */
  readonly memoryUsed: bigint;
  readonly memoryLimit: bigint;
}

/** A ring set of the driver. */
export interface DeviceSet {
  readonly name: string;
  readonly setId: string;
  readonly totalBytes: number;
  readonly consumerOff: number;
  readonly ringBytes: number;
  readonly ringCount: number;
  /** One of `Mode`. */
  readonly mode: number;
  /** One of `Order`. */
  readonly order: number;
  /** Producers find it. */
  readonly isStarted: boolean;
  readonly isClaimed: boolean;
  /** The process that drains it; 0: it cannot be seen from here. */
  readonly claimerPid: number;
  readonly mapped: number;
  readonly isEphemeral: boolean;
  /** Bits of `SOURCE_BITS` that are on for it. */
  readonly sources: bigint;
}

/** A set to be made; 0 means the driver's own choice. */
export interface DevicePlan {
  readonly name: string;
  readonly ringBytes: number;
  readonly ringMemory: number;
  readonly mode: number;
  readonly order: number;
  /** It goes with the last open file that has selected it. */
  readonly isEphemeral: boolean;
}

/** An open file of the device. */
export class DriverDevice implements Disposable {
  readonly #channel: DeviceChannel;
  #isOpen = true;

  /** @param channel Closed with this. */
  constructor(channel: DeviceChannel) {
    this.#channel = channel;
  }

  /** The number of the open file, which stays this object's; null on a system where none can be mapped. */
  get file(): number | null {
    return this.#channel.file;
  }

  /** @throws {DeviceError} It is another driver's device. */
  version(): DeviceVersion {
    const answer = this.#ask("its version", "version", newRequest(version.bytes));
    const ringAbi = answer.getUint32(version.ringAbi, true);
    return {
      deviceAbi: answer.getUint32(version.deviceAbi, true),
      ringAbiMajor: ringAbi >>> 16,
      ringAbiMinor: ringAbi & 0xffff,
      version: readText(answer, version.version, 32),
      setCount: answer.getUint32(version.setCount, true),
      memoryUsed: answer.getBigUint64(version.memoryUsed, true),
      memoryLimit: answer.getBigUint64(version.memoryLimit, true),
    };
  }

  /**
   * Makes a set and selects it.
   *
   * @throws {DeviceError} `Errno.exists`, `noSpace` (the driver's memory limit), `noMemory`, `invalid`.
   */
  make(plan: DevicePlan): void {
    const request = newRequest(make.bytes, plan.isEphemeral ? DeviceFlag.makeEphemeral : 0);
    putName(request, make.name, plan.name);
    request.setBigUint64(make.ringBytes, BigInt(plan.ringBytes), true);
    request.setBigUint64(make.ringMemory, BigInt(plan.ringMemory), true);
    request.setUint32(make.mode, plan.mode, true);
    request.setUint32(make.order, plan.order, true);
    this.#ask(`to make the set "${plan.name}"`, "make", request);
  }

  /** This open file means that set from now on. @throws {DeviceError} `Errno.notFound`. */
  select(name: string): void {
    const request = newRequest(select.bytes);
    putName(request, select.name, name);
    this.#ask(`for the set "${name}"`, "select", request);
  }

  /** The selected set. @throws {DeviceError} None is. */
  describe(): DeviceSet {
    return readSet(this.#ask("to describe its set", "describe", newRequest(describe.bytes)));
  }

  /** All sets, in the order in which they were made. */
  sets(): DeviceSet[] {
    const sets: DeviceSet[] = [];
    for (let number = 0; number < device.setsMax; number++) {
      const request = newRequest(describe.bytes, DeviceFlag.describeNth);
      request.setUint32(describe.number, number, true);
      if (this.#call("describe", request) !== null) break;
      sets.push(readSet(request));
    }
    return sets;
  }

  /** Producers find the selected set, or find it no longer. */
  start(): void {
    this.#ask("to start its set", "start", newRequest(devicePlain.bytes));
  }

  /** See {@link DriverDevice.start}. When it returns no write is under way. */
  stop(): void {
    this.#ask("to stop its set", "stop", newRequest(devicePlain.bytes));
  }

  /** This open file is the one that drains the selected set. @throws {DeviceError} `Errno.busy`. */
  claim(): void {
    this.#ask("to let this process drain it", "claim", newRequest(devicePlain.bytes));
  }

  /** Exactly these sources are on for the selected set. @throws {DeviceError} `Errno.busy` (on for another set), `notSupported`. */
  setSources(sources: bigint): void {
    const request = newRequest(deviceSources.bytes);
    request.setBigUint64(deviceSources.sources, sources, true);
    this.#ask("to switch its sources", "sources", request);
  }

  /**
   * Changes the rules of the selected set.
   *
   * @param rules An array of `rs_rule_t`.
   * @throws {DeviceError} `Errno.noSpace` (more than there is room for), `notSupported` (no table of call sites).
   */
  control(rules: Uint8Array<ArrayBuffer>, isReset: boolean): void {
    const request = newRequest(control.bytes, isReset ? DeviceFlag.controlReset : 0);
    request.setUint32(control.count, rules.length / rule.bytes, true);
    this.#ask("to change the rules of its set", "control", request, rules);
  }

  /**
   * A copy of `length` bytes of the selected set from `offset` on. Null: the producers' half, which alone can be looked at, has not got them,
   * or the system does not map it.
   */
  copyPart(offset: number, length: number): Uint8Array<ArrayBuffer> | null {
    const { consumerOff } = this.describe();
    return offset + length > consumerOff ? null : this.#channel.copyPart(offset, length, consumerOff);
  }

  [Symbol.dispose](): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#channel[Symbol.dispose]();
  }

  #call(name: DeviceCallName, request: DataView<ArrayBuffer>, further?: Uint8Array<ArrayBuffer>) {
    if (!this.#isOpen) throw new TypeError("the device is closed");
    return this.#channel.call(name, request, further);
  }

  #ask(
    what: string,
    name: DeviceCallName,
    request: DataView<ArrayBuffer>,
    further?: Uint8Array<ArrayBuffer>,
  ): DataView<ArrayBuffer> {
    const refusal = this.#call(name, request, further);
    if (refusal === null) return request;
    throw new DeviceError(`cannot ask the driver ${what}: ${refusal.found}`, refusal.errno);
  }
}

/** Every structure begins with its size and its flags. */
function newRequest(bytes: number, flags = 0): DataView<ArrayBuffer> {
  const request = new DataView(new ArrayBuffer(bytes));
  request.setUint32(0, bytes, true);
  request.setUint32(4, flags, true);
  return request;
}

/**
 * Checks a name for a set, and gives its bytes.
 *
 * @throws {RangeError} It can be none.
 */
export function checkSetName(name: string): Uint8Array<ArrayBuffer> {
  const bytes = new TextEncoder().encode(name);
  if (bytes.length > 0 && bytes.length < device.nameBytes && !bytes.includes(0)) return bytes;
  throw new RangeError(`name a set of rings "${name}": a name has 1 to ${device.nameBytes - 1} bytes`);
}

/** @throws {RangeError} It does not fit. */
function putName(request: DataView<ArrayBuffer>, offset: number, name: string): void {
  new Uint8Array(request.buffer).set(checkSetName(name), offset);
}

function readText(view: DataView<ArrayBuffer>, offset: number, room: number): string {
  const bytes = new Uint8Array(view.buffer, offset, room);
  const end = bytes.indexOf(0);
  return new TextDecoder().decode(bytes.subarray(0, end < 0 ? room : end));
}

function readSet(view: DataView<ArrayBuffer>): DeviceSet {
  const u32 = (offset: number) => view.getUint32(offset, true);
  const u64 = (offset: number) => view.getBigUint64(offset, true);
  return {
    name: readText(view, describe.name, device.nameBytes),
    setId: new Uint8Array(view.buffer, describe.setId, 16).toHex(),
    totalBytes: Number(u64(describe.totalBytes)),
    consumerOff: Number(u64(describe.consumerOff)),
    ringBytes: Number(u64(describe.ringBytes)),
    ringCount: u32(describe.ringCount),
    mode: u32(describe.mode),
    order: u32(describe.order),
    isStarted: u32(describe.isStarted) !== 0,
    isClaimed: u32(describe.isClaimed) !== 0,
    claimerPid: u32(describe.claimerPid),
    mapped: u32(describe.mapped),
    isEphemeral: u32(describe.isEphemeral) !== 0,
    sources: u64(describe.sources),
  };
}
