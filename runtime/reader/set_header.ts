/**
 * The first page of a ring set: checked once, copied, and never looked at again.
 *
 * The checks are those of driver/core/ringset.c: every offset follows from the sizes, so a header either fits as a whole or is refused.
 * @module
 */
import { abi, Mode, Order, setHeader as at, SetState } from "../abi/layout.ts";
import { consumerRing, consumerSet, intent, ringPage, sitePage, siteSlot } from "../abi/layout.ts";
import type { TagKey } from "../abi/tag.ts";
import { AbiMismatchError, DriverError } from "../errors.ts";

const intentCountMax = 65536;

/** A checked header. Offsets and sizes are bytes from the start of the ring set. */
export interface SetHeader {
  readonly abiMajor: number;
  readonly abiMinor: number;
  readonly ringCount: number;
  readonly features: bigint;
  readonly totalBytes: number;
  /** 16 random bytes that name this ring set. */
  readonly setId: Uint8Array<ArrayBuffer>;
  readonly ringBytes: number;
  readonly sharedOff: number;
  readonly intentOff: number;
  /** Of the table of call sites; 0 where there is none. */
  readonly siteOff: number;
  readonly siteCount: number;
  readonly siteTextBytes: number;
  readonly ringOff: number;
  readonly dataOff: number;
  readonly consumerOff: number;
  readonly intentCount: number;
  /** One of `Mode`. */
  readonly mode: number;
  /** One of `Order`. */
  readonly order: number;
  /** One of `ClockKind`, or a clock that this version does not know. */
  readonly clockKind: number;
  readonly ticksPerSecond: bigint;
  readonly tagKey: TagKey;
  readonly creatorPid: number;
  /** Start time of that process in the unit of its system. */
  readonly creatorStart: bigint;
  /** Where that number means something; 0: everywhere. */
  readonly creatorNamespace: bigint;
}

function alignRegion(offset: number): number {
  return Math.ceil(offset / abi.regionAlign) * abi.regionAlign;
}

function areSitesPossible(count: number, textBytes: number): boolean {
  return count % abi.siteCountStep === 0 && count <= abi.siteCountMax && textBytes % 8 === 0 &&
    textBytes >= abi.siteTextBytesMin && textBytes <= abi.siteTextBytesMax;
}

/** The sizes from which everything else follows; without a table of call sites the last two are 0. */
export interface SetSizes {
  readonly ringCount: number;
  readonly ringBytes: number;
  readonly intentCount: number;
  readonly siteCount?: number;
  readonly siteTextBytes?: number;
}

/** Where the regions of a ring set lie, from its sizes. */
export function placeRegions(sizes: SetSizes) {
  const { siteCount = 0, siteTextBytes = 0 } = sizes;
  const sharedOff = abi.regionAlign;
  const intentOff = sharedOff + abi.regionAlign;
  const intentEnd = alignRegion(intentOff + sizes.intentCount * intent.bytes);
  const siteOff = siteCount === 0 ? 0 : intentEnd;
  const siteBytes = sitePage.bytes + siteCount * (1 + siteSlot.bytes) + siteTextBytes;
  const ringOff = siteCount === 0 ? intentEnd : alignRegion(siteOff + siteBytes);
  const dataOff = alignRegion(ringOff + sizes.ringCount * ringPage.bytes);
  const consumerOff = alignRegion(dataOff + sizes.ringCount * sizes.ringBytes);
  const totalBytes = alignRegion(consumerOff + consumerSet.bytes + sizes.ringCount * consumerRing.bytes);
  return { sharedOff, intentOff, siteOff, ringOff, dataOff, consumerOff, totalBytes };
}

/**
 * Checks the header at the start of `bytes` and returns a copy of it.
 *
 * @param bytes The first bytes of the ring set; 512 are enough.
 * @param availableBytes How many bytes of the ring set are really there.
 * @param source What the ring set is called in messages.
 * @throws {AbiMismatchError} When it is a ring set of another major version, byte order, mode or order.
 * @throws {DriverError} When it is no ring set, unfinished, damaged or cut short.
 */
export function readSetHeader(bytes: Uint8Array, availableBytes: number, source: string): SetHeader {
  const damaged = (found: string) =>
    new DriverError(
      `cannot read ${source}: its header is damaged: ${found}; name a ring set that a program made`,
    );
  const foreign = (found: string) =>
    new AbiMismatchError(
      `cannot read ${source}: ${found}; this version of Ringscope reads ABI ${abi.major}: ` +
        "use the version that belongs to the driver",
    );

  if (Math.min(bytes.length, availableBytes) < at.bytes) {
    throw new DriverError(
      `cannot read ${source}: it has ${Math.min(bytes.length, availableBytes)} bytes, too few for a ring set`,
    );
  }
  const view = new DataView(bytes.slice(0, at.bytes).buffer);
  const u16 = (offset: number) => view.getUint16(offset, true);
  const u32 = (offset: number) => view.getUint32(offset, true);
  const u64 = (offset: number) => view.getBigUint64(offset, true);

  if (u64(at.magic) !== abi.magic) {
    throw new DriverError(
      `cannot read ${source}: it is no ring set (its first word is 0x${
        u64(at.magic).toString(16)
      }); name a ring set`,
    );
  }
  if (u32(at.byteOrder) !== abi.byteOrderMark) {
    throw foreign(
      `it was made on a machine of another byte order (mark 0x${u32(at.byteOrder).toString(16)})`,
    );
  }
  if (u16(at.abiMajor) !== abi.major) throw foreign(`its ABI is ${u16(at.abiMajor)}.${u16(at.abiMinor)}`);
  if (u32(at.state) === SetState.making) {
    throw new DriverError(`cannot read ${source}: it is not finished yet; try again when its maker is done`);
  }

  const ringCount = u32(at.ringCount);
  const ringBytes = u64(at.ringBytes);
  const intentCount = u32(at.intentCount);
  if (ringCount === 0 || ringCount > abi.ringCountMax) throw damaged(`it names ${ringCount} rings`);
  if (
    ringBytes < abi.ringBytesMin || ringBytes > abi.ringBytesMax || (ringBytes & (ringBytes - 1n)) !== 0n
  ) {
    throw damaged(`rings of ${ringBytes} bytes`);
  }
  if (intentCount > intentCountMax) throw damaged(`it names ${intentCount} intent records`);
  const mode = u32(at.mode), order = u32(at.order);
  if (mode !== Mode.discard && mode !== Mode.overwrite) throw foreign(`its ring mode is ${mode}`);
  if (order !== Order.index && order !== Order.clock) throw foreign(`its order is ${order}`);
  if (u64(at.ticksPerSecond) === 0n) throw damaged("its clock has 0 ticks per second");

  const hasSites = u16(at.abiMinor) >= abi.minorSites;
  const siteCount = hasSites ? u32(at.siteCount) : 0;
  const siteTextBytes = siteCount === 0 ? 0 : u32(at.siteTextBytes);
  if (siteCount !== 0 && !areSitesPossible(siteCount, siteTextBytes)) {
    throw damaged(`it names ${siteCount} call sites with ${siteTextBytes} bytes of text`);
  }

  const regions = placeRegions({
    ringCount,
    ringBytes: Number(ringBytes),
    intentCount,
    siteCount,
    siteTextBytes,
  });
  for (const [name, expected] of Object.entries(regions)) {
    if (name === "siteOff" && !hasSites) continue;
    const found = u64(at[name as keyof typeof regions]);
    if (found !== BigInt(expected)) throw damaged(`${name} is ${found}, its sizes give ${expected}`);
  }
  if (regions.totalBytes > availableBytes) {
    throw new DriverError(
      `cannot read ${source}: it is cut short: ${availableBytes} bytes of ${regions.totalBytes} are there`,
    );
  }
  return {
    ...regions,
    abiMajor: u16(at.abiMajor),
    abiMinor: u16(at.abiMinor),
    ringCount,
    features: u64(at.features),
    setId: bytes.slice(at.setId, at.setId + 16),
    ringBytes: Number(ringBytes),
    intentCount,
    siteCount,
    siteTextBytes,
    mode,
    order,
    clockKind: u32(at.clockKind),
    ticksPerSecond: u64(at.ticksPerSecond),
    tagKey: [u64(at.tagKey), u64(at.tagKey + 8)],
    creatorPid: u32(at.creatorPid),
    creatorStart: u64(at.creatorStart),
    creatorNamespace: u64(at.creatorNamespace),
  };
}
