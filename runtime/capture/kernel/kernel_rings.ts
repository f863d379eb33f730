/**
 * A ring set of a kernel driver for one recording: the one of that name, or a new one that goes with the recording; and the sources
 * that are switched on for as long as it lasts.
 * @module
 */
import { Mode, Order } from "../../abi/layout.ts";
import { DriverError } from "../../errors.ts";
import { DeviceError } from "../../reader/device_channel.ts";
import { DEFAULT_SET, devicePath, type DriverSystem } from "../../reader/device_path.ts";
import type { DeviceSet, DriverDevice } from "../../reader/driver_device.ts";
import { Errno } from "../../reader/libc.ts";
import { openDevice } from "../../reader/open_device.ts";
import { checkDeviceVersion } from "../../reader/ring_source.ts";

/** What was found that stands in the way, and what to do about it. */
export interface KernelProblem {
  readonly found: string;
  readonly advice: string;
}

/** What differs from one system's driver to the other's. */
export interface KernelSystem {
  /** Of the option that means it, too. */
  readonly name: DriverSystem;
  /** As people write it. */
  readonly title: string;
  /** Why the device is not there. */
  findMissingDevice(): KernelProblem;
  /** Why this user may not open it. */
  findMissingRight(): KernelProblem;
  /** Why the system refuses a driver that nobody whom it trusts has signed, in words; null: it does not, or does not say so. */
  findSignaturePolicy(): string | null;
  /** Bits of the driver by the names that people use. */
  readonly sources: Readonly<Record<string, number>>;
  /** The version of the system that runs. */
  release(): string;
  /** How the driver gets more memory for rings. */
  readonly memoryAdvice: string;
  /** Where to look when the driver refuses without saying why. */
  readonly logAdvice: string;
}

/** A set to be recorded. */
export interface KernelWish {
  /** Name of the ring set; default: "default", which drivers log into that have none of their own. */
  readonly set?: string;
  /** Bits to be switched on. */
  readonly sources: bigint;
}

/** How a new set is to be made. */
export interface KernelPlan {
  readonly ringBytes?: number;
  readonly ringMemory?: number;
  readonly mode?: keyof typeof Mode;
  readonly order?: keyof typeof Order;
  /** Only what is there already is wanted: nothing is made, started or switched on. */
  readonly once: boolean;
}

/** What capture.json says of the kernel's side. */
export interface KernelFacts {
  readonly set: string;
  readonly driver_version: string;
  /** Its version: on Linux as `uname -r` says it. */
  readonly kernel: string;
  readonly sources: readonly string[];
}

/** The names of sources by their bits; of bits that this version does not know their numbers. */
export function sourceNames(bits: bigint, known: Readonly<Record<string, number>>): string[] {
  return Array.from({ length: 64 }, (_, bit) => bit)
    .filter((bit) => (bits >> BigInt(bit) & 1n) !== 0n)
    .map((bit) => Object.entries(known).find(([, number]) => number === bit)?.[0] ?? `source ${bit}`);
}

/**
 * Opens the device.
 *
 * @throws {DriverError} It cannot be used; the message ends with the command that mends it.
 * @throws {AbiMismatchError} The driver that is loaded is of another version.
 */
export function openKernelDevice(attempted: string, system: KernelSystem): DriverDevice {
  if (Deno.build.os !== system.name) {
    throw new DriverError(`${attempted}: this is ${Deno.build.os}; the driver is for ${system.title}`);
  }
  let opened: DriverDevice;
  try {
    opened = openDevice("write");
  } catch (error) {
    if (!(error instanceof DeviceError)) throw error;
    const isRight = error.errno === Errno.accessDenied || error.errno === Errno.noPermission;
    const { found, advice } = isRight ? system.findMissingRight() : system.findMissingDevice();
    throw new DriverError(`${attempted}: ${found}; ${advice}`, { cause: error });
  }
  try {
    checkDeviceVersion(opened, attempted);
    return opened;
  } catch (error) {
    opened[Symbol.dispose]();
    throw error;
  }
}

/** The set of a recording. Disposing of it gives the set back as it was found. */
export class KernelRings implements Disposable {
  /** For the engine: the device and the name of the set. */
  readonly path: string;
  readonly facts: KernelFacts;
  readonly system: KernelSystem;
  readonly #device: DriverDevice;
  /** Started here, to be stopped again. */
  readonly #isStartedHere: boolean;
  readonly #sourcesBefore: bigint;
  #isOver = false;

  /**
   * Finds or makes the set, starts it, switches its sources on.
   *
   * @throws {RangeError} A name that can be none, or a size that cannot be.
   * @throws {DriverError} The driver cannot be used, refuses the sources or the memory, or the set that exists is other than wanted.
   */
  constructor(
    system: KernelSystem,
    { set: name = DEFAULT_SET, sources: wanted }: KernelWish,
    plan: KernelPlan,
  ) {
    this.system = system;
    const attempted = `record the ${system.title} driver's set "${name}"`;
    this.#device = openKernelDevice(attempted, system);
    try {
      const found = this.#findOrMake(attempted, name, plan);
      this.#isStartedHere = !found.isStarted && !plan.once;
      this.#sourcesBefore = found.sources;
      if (!plan.once) {
        if (this.#isStartedHere) this.#device.start();
        if (wanted !== 0n) this.#switchOn(attempted, wanted | found.sources);
      }
      this.path = devicePath(name, system.name);
      this.facts = {
        set: name,
        driver_version: this.#device.version().version,
        kernel: system.release(),
        sources: sourceNames(wanted | found.sources, system.sources),
      };
    } catch (error) {
      this.#device[Symbol.dispose]();
      throw error;
    }
  }

  /**
   * Ends what the recording has begun, so that what is drained afterwards is all that there is. Returns what could not be undone.
   */
  end(): string[] {
    if (this.#isOver) return [];
    this.#isOver = true;
    const problems: string[] = [];
    const undo = (what: string, step: () => void) => {
      try {
        step();
      } catch (error) {
        if (!(error instanceof DriverError)) throw error;
        problems.push(`the ${this.system.title} driver's ${what}: ${error.message}`);
      }
    };
    undo("sources stay on", () => {
      if (this.#device.describe().sources !== this.#sourcesBefore) {
        this.#device.setSources(this.#sourcesBefore);
      }
    });
    if (this.#isStartedHere) undo("set stays started", () => this.#device.stop());
    return problems;
  }

  [Symbol.dispose](): void {
    this.end();
    this.#device[Symbol.dispose]();
  }

  #findOrMake(attempted: string, name: string, plan: KernelPlan): DeviceSet {
    try {
      this.#device.select(name);
    } catch (error) {
      if (!(error instanceof DeviceError) || error.errno !== Errno.notFound) throw error;
      if (plan.once) {
        throw new DriverError(`${attempted} once: there is no set of that name; ${listSets(this.#device)}`);
      }
      this.#make(attempted, name, plan);
      return this.#device.describe();
    }
    const found = this.#device.describe();
    checkPlan(attempted, found, plan, this.system.name);
    return found;
  }

  #make(attempted: string, name: string, { ringBytes = 0, ringMemory = 0, mode, order }: KernelPlan): void {
    const { memoryUsed, memoryLimit } = this.#device.version();
    try {
      this.#device.make({
        name,
        ringBytes,
        ringMemory,
        mode: Mode[mode ?? "discard"],
        order: Order[order ?? "index"],
        isEphemeral: true,
      });
    } catch (error) {
      if (!(error instanceof DeviceError)) throw error;
      throw refusedSet(attempted, error, {
        memoryUsed,
        memoryLimit,
        isClockOrdered: order === "clock",
        system: this.system,
      });
    }
  }

  #switchOn(attempted: string, sources: bigint): void {
    try {
      this.#device.setSources(sources);
    } catch (error) {
      if (!(error instanceof DeviceError)) throw error;
      this.end();
      throw refusedSources(attempted, error, sources, this.#device, this.system);
    }
  }
}

/** What exists cannot be made otherwise. */
function checkPlan(
  attempted: string,
  found: DeviceSet,
  { ringBytes, ringMemory, mode, order }: KernelPlan,
  option: string,
): void {
  const differs = [
    ringBytes !== undefined && ringBytes !== found.ringBytes && `its rings have ${found.ringBytes} bytes`,
    ringMemory !== undefined && `its rings have ${found.ringBytes} bytes each`,
    mode !== undefined && Mode[mode] !== found.mode && `it is not in ${mode} mode`,
    order !== undefined && Order[order] !== found.order && `it is not in ${order} order`,
  ].find((difference) => difference !== false);
  if (differs === undefined) return;
  throw new DriverError(
    `${attempted}: it exists already, and ${differs}; leave the options for new rings out, or name another set: --${option}=NAME`,
  );
}

function refusedSet(
  attempted: string,
  error: DeviceError,
  { memoryUsed, memoryLimit, isClockOrdered, system }: {
    memoryUsed: bigint;
    memoryLimit: bigint;
    isClockOrdered: boolean;
    system: KernelSystem;
  },
): DriverError {
  const mib = (bytes: bigint) => `${bytes >> 20n} MiB`;
  const next = error.errno === Errno.noSpace || error.errno === Errno.noMemory
    ? `${mib(memoryUsed)} of the ${
      mib(memoryLimit)
    } that the driver may take are in use; use a smaller --ring-memory, or ${system.memoryAdvice}`
    : error.errno === Errno.invalid && isClockOrdered
    ? "this kernel does not trust its processors' counters to agree; leave --order clock out"
    : system.logAdvice;
  return new DriverError(`${attempted}: ${error.message}; ${next}`, { cause: error });
}

function refusedSources(
  attempted: string,
  error: DeviceError,
  wanted: bigint,
  device: DriverDevice,
  system: KernelSystem,
): DriverError {
  const names = sourceNames(wanted, system.sources).join(", ");
  const own = device.describe().name;
  const other = device.sets().find(({ name, sources }) => name !== own && (sources & wanted) !== 0n);
  const next = error.errno === Errno.busy && other !== undefined
    ? `the set "${other.name}" has ${
      sourceNames(other.sources & wanted, system.sources).join(", ")
    } on, and a source belongs to one set; end its recording`
    : error.errno === Errno.notSupported
    ? "this kernel has not got one of them; leave it out"
    : system.logAdvice;
  return new DriverError(`${attempted} with ${names}: ${error.message}; ${next}`, { cause: error });
}

function listSets(device: DriverDevice): string {
  const names = device.sets().map(({ name }) => `"${name}"`);
  return names.length === 0 ? "the driver has none" : `the driver has ${names.join(", ")}`;
}
