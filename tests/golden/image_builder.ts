/**
 * Builds ring sets byte by byte, as sentences: what writers did, in the order in which they reserved.
 *
 *     image().ring(0).entry({ text: "one" }).refused({ full: 2 }).entry({ text: "two" }).bytes()
 *
 * It stands beside the C code and shares nothing with it but the numbers of rs_abi.h. It keeps the rules of a real writer
 * (padding at the end of a ring, intent records, counters, what makes room) unless a sentence says otherwise.
 * @module
 */
import {
  abi,
  anchor,
  checkpoint,
  ClockKind,
  consumerRing,
  consumerSet,
  Feature,
  intent,
  intentRecord,
  Mode,
  Order,
  ringPage,
  setHeader,
  SetState,
  sharedPage,
  sitePage,
  siteSlot,
} from "../../runtime/abi/layout.ts";
import { stateWord, tagOfPosition } from "../../runtime/abi/tag.ts";
import { type EarlierReader, leaveCheckpoint } from "./earlier_reader.ts";
import { firstTicks, key, RingBuilder, writerPid } from "./ring_builder.ts";

export { type RingBuilder, writerPid, writerTid } from "./ring_builder.ts";

const intentCount = 32;
/** What an image without a table says, so that sets of older drivers stay readable. */
const minorWithoutSites = 2;

interface Regions {
  sharedOff: number;
  intentOff: number;
  siteOff: number;
  ringOff: number;
  dataOff: number;
  consumerOff: number;
  totalBytes: number;
}

/** What a ring set is made for. */
export interface ImageOptions {
  rings?: number;
  ringBytes?: number;
  /** Numbers of the processors; default: 0 to `rings` - 1. */
  processors?: readonly number[];
  mode?: keyof typeof Mode;
  order?: keyof typeof Order;
  /** A table of call sites, with texts of 4 KiB; default: none, as in the minors before 3. */
  siteCount?: number;
  /** The writers are a kernel's contexts: what one writes down before it reserves stands in its processor's slot. */
  isKernel?: boolean;
}

const siteTextBytes = abi.siteTextBytesMin;

function align(offset: number): number {
  return Math.ceil(offset / abi.regionAlign) * abi.regionAlign;
}

/** A ring set that is being built. */
export class ImageBuilder {
  readonly #view: DataView;
  readonly #rings: RingBuilder[];
  readonly #writers = new Map<number, number>();
  readonly #offsets: Regions;
  readonly #ringBytes: number;
  readonly isOverwriting: boolean;
  readonly isClockOrdered: boolean;
  readonly #isKernel: boolean;
  readonly #processors: readonly number[];
  #nextIndex = 0;
  /** Entries that have taken an index or read the clock. */
  #timed = 0;
  #generation = 0;

  constructor(options: Required<ImageOptions>) {
    const { rings, ringBytes, processors } = options;
    this.isOverwriting = options.mode === "overwrite";
    this.isClockOrdered = options.order === "clock";
    this.#isKernel = options.isKernel;
    this.#processors = processors;
    const sharedOff = abi.regionAlign;
    const intentOff = 2 * abi.regionAlign;
    const intentEnd = align(intentOff + intentCount * intent.bytes);
    const { siteCount } = options;
    const siteOff = siteCount > 0 ? intentEnd : 0;
    const siteBytes = sitePage.bytes + siteCount * (1 + siteSlot.bytes) + siteTextBytes;
    const ringOff = siteCount > 0 ? align(siteOff + siteBytes) : intentEnd;
    const dataOff = align(ringOff + rings * ringPage.bytes);
    const consumerOff = align(dataOff + rings * ringBytes);
    const totalBytes = align(consumerOff + consumerSet.bytes + rings * consumerRing.bytes);
    this.#offsets = { sharedOff, intentOff, siteOff, ringOff, dataOff, consumerOff, totalBytes };
    this.#ringBytes = ringBytes;
    this.#view = new DataView(new ArrayBuffer(totalBytes));
    this.#writeHeader(rings);
    if (siteCount > 0) {
      this.header("abiMinor", BigInt(abi.minorSites), 2);
      this.put32(setHeader.siteCount, siteCount);
      this.put32(setHeader.siteTextBytes, siteTextBytes);
    }
    if (options.isKernel) this.#writeKernel();
    this.put32(setHeader.mode, Mode[options.mode]);
    this.put32(setHeader.order, Order[options.order]);
    this.#rings = processors.slice(0, rings).map((processor, number) => {
      this.put32(ringOff + number * ringPage.bytes + ringPage.processor, processor);
      return new RingBuilder(this, {
        number,
        ringBytes,
        pageOff: ringOff + number * ringPage.bytes,
        dataOff: dataOff + number * ringBytes,
      });
    });
  }

  #writeHeader(rings: number): void {
    this.put64(setHeader.magic, abi.magic);
    this.#view.setUint16(setHeader.abiMajor, abi.major, true);
    this.#view.setUint16(setHeader.abiMinor, minorWithoutSites, true);
    this.put32(setHeader.byteOrder, abi.byteOrderMark);
    this.put32(setHeader.headerBytes, setHeader.bytes);
    this.put32(setHeader.ringCount, rings);
    this.put64(setHeader.ringBytes, BigInt(this.#ringBytes));
    for (const [name, offset] of Object.entries(this.#offsets)) {
      this.put64(setHeader[name as keyof Regions], BigInt(offset));
    }
    for (let n = 0; n < 16; n++) this.#view.setUint8(setHeader.setId + n, 0xa0 + n);
    this.put32(setHeader.intentCount, intentCount);
    this.put32(setHeader.clockKind, ClockKind.monotonicNs);
    this.put64(setHeader.ticksPerSecond, 1_000_000_000n);
    this.put64(setHeader.tagKey, key[0]);
    this.put64(setHeader.tagKey + 8, key[1]);
    this.put32(setHeader.creatorPid, writerPid);
    this.put64(setHeader.creatorStart, 1n);
    this.put32(setHeader.state, SetState.ready);
    this.putAnchor(BigInt(firstTicks), 1_700_000_000_000_000_000n);
  }

  #writeKernel(): void {
    this.header("abiMinor", BigInt(abi.minorKernel), 2);
    this.header("features", BigInt(Feature.kernel), 8);
    this.header("creatorPid", 0n, 4);
    this.header("creatorStart", 0n, 8);
    for (const processor of this.#processors) {
      this.put64(this.#slotOf(processor) + intent.owner, BigInt(abi.ownerKernel) << 32n | BigInt(processor));
    }
  }

  #slotOf(slot: number): number {
    return this.#offsets.intentOff + slot * intent.bytes;
  }

  /** The moment at which both clocks were read. */
  putAnchor(ticks: bigint, unixNs: bigint): void {
    this.put64(setHeader.anchors + anchor.generation, 1n);
    this.put64(setHeader.anchors + anchor.ticks, ticks);
    this.put64(setHeader.anchors + anchor.unixNs, unixNs);
    this.put64(setHeader.anchors + anchor.uncertaintyNs, 50n);
  }

  /** Goes on with what happened in ring `number`. */
  ring(number: number): RingBuilder {
    const ring = this.#rings[number];
    if (!ring) throw new RangeError(`this image has ${this.#rings.length} rings, not ${number + 1}`);
    return ring;
  }

  /** Indexes that were taken and that no entry carries: their writers died, or were never there. */
  takeIndexes(count: number): this {
    this.#nextIndex += count;
    return this;
  }

  /** A reader has accounted for everything so far, delivered what `options` say, and given the space of that back. */
  readByAnEarlierReader(options: EarlierReader = {}): this {
    this.#generation++;
    leaveCheckpoint(this, this.#rings, options);
    return this;
  }

  /** Where the consumer's pages begin. */
  get consumerOff(): number {
    return this.#offsets.consumerOff;
  }

  /** Where the table of call sites begins; 0 where there is none. */
  get siteOff(): number {
    return this.#offsets.siteOff;
  }

  /** How many checkpoints have been left. */
  get generation(): number {
    return this.#generation;
  }

  /** The index that the next entry takes. */
  get nextIndex(): number {
    return this.#nextIndex;
  }

  /** Stores the list of passed entries of a ring in the newest checkpoint; `count` instead of their number. */
  putPassed(ring: number, positions: readonly bigint[], count = positions.length): this {
    const half = this.#generation & 1;
    const off = this.#offsets.consumerOff + consumerSet.bytes + ring * consumerRing.bytes;
    const at = off + consumerRing.checkpoint + half * checkpoint.bytes;
    this.put64(at + checkpoint.passedCount, BigInt(count));
    positions.forEach((position, n) =>
      this.put64(off + consumerRing.passed + 8 * (half * abi.passedMax + n), position)
    );
    return this;
  }

  /** A site of the table: its descriptor at the end of the texts so far, its slot, its level. */
  putSite(slot: number, key: bigint, descriptor: Uint8Array, level = 1): this {
    const count = Number(this.#view.getUint32(setHeader.siteCount, true));
    const { siteOff } = this.#offsets;
    const used = this.#view.getBigUint64(siteOff + sitePage.textUsed, true);
    const at = siteOff + sitePage.bytes + count + slot * siteSlot.bytes;
    this.put8(siteOff + sitePage.bytes + slot, level);
    this.put64(at + siteSlot.key, key);
    this.put64(at + siteSlot.place, used << 16n | BigInt(descriptor.length));
    this.putBytes(siteOff + sitePage.bytes + count * (1 + siteSlot.bytes) + Number(used), descriptor);
    this.put64(siteOff + sitePage.textUsed, used + BigInt(Math.ceil(descriptor.length / 8) * 8));
    return this;
  }

  /** Stores a number in the header instead of the right one. */
  header(field: keyof typeof setHeader, value: bigint, bytes: 2 | 4 | 8): this {
    if (bytes === 2) this.#view.setUint16(setHeader[field], Number(value), true);
    if (bytes === 4) this.put32(setHeader[field], Number(value));
    if (bytes === 8) this.put64(setHeader[field], value);
    return this;
  }

  /** The ring set. */
  bytes(): Uint8Array<ArrayBuffer> {
    this.put64(this.#offsets.sharedOff + sharedPage.nextIndex, BigInt(this.#nextIndex));
    return new Uint8Array(this.#view.buffer as ArrayBuffer).slice();
  }

  /** The ticks that the next entry reads unless its sentence says others. */
  takeTicks(index: number): bigint {
    return BigInt(firstTicks + 10 * (this.isClockOrdered ? this.#timed++ : index));
  }

  /** Takes the next index, or that one. */
  takeIndex(index = this.#nextIndex): number {
    if (this.isClockOrdered) return 0;
    this.#nextIndex = Math.max(this.#nextIndex, index + 1);
    return index;
  }

  /** Writes of the processor of a ring that are under way, nested deeper than there are records. */
  deepWrites(ring: number, count: number): this {
    this.put64(this.#slotOf(this.#processors[ring]!) + intent.deepWrites, BigInt(count));
    return this;
  }

  /** What a thread, or a processor at that depth, writes down before it reserves. */
  putIntent(tid: number, ring: number, position: bigint, units: number, depth = 0): void {
    if (this.#isKernel) {
      const off = this.#slotOf(this.#processors[ring]!) + intent.records + depth * intentRecord.bytes;
      return this.#putRecord(off, ring, position, units);
    }
    const slot = this.#writers.get(tid) ?? this.#writers.size;
    this.#writers.set(tid, slot);
    const off = this.#slotOf(slot);
    this.put64(off + intent.owner, BigInt(writerPid) << 32n | BigInt(tid));
    this.put64(off + intent.ownerStart, 1n);
    this.#putRecord(off + intent.records + depth * intentRecord.bytes, ring, position, units);
  }

  #putRecord(off: number, ring: number, position: bigint, units: number): void {
    this.put64(off + intentRecord.position, position);
    this.put32(off + intentRecord.ringPlus1, ring + 1);
    this.put32(off + intentRecord.units, units);
  }

  put8(offset: number, value: number): void {
    this.#view.setUint8(offset, value);
  }

  put16(offset: number, value: number): void {
    this.#view.setUint16(offset, value, true);
  }

  put32(offset: number, value: number): void {
    this.#view.setUint32(offset, value, true);
  }

  put64(offset: number, value: bigint): void {
    this.#view.setBigUint64(offset, value, true);
  }

  putBytes(offset: number, bytes: Uint8Array): void {
    new Uint8Array(this.#view.buffer).set(bytes, offset);
  }
}

/** A new ring set: one ring of 4 KiB in discard mode and index order, made by a process that has ended. */
export function image(options: ImageOptions = {}): ImageBuilder {
  const rings = options.rings ?? 1;
  return new ImageBuilder({
    rings,
    ringBytes: options.ringBytes ?? abi.ringBytesMin,
    processors: options.processors ?? Array.from({ length: rings }, (_, number) => number),
    mode: options.mode ?? "discard",
    order: options.order ?? "index",
    siteCount: options.siteCount ?? 0,
    isKernel: options.isKernel ?? false,
  });
}

/** The state word that an entry of `bytes` at `position` of these images carries: what somebody who knew the key would forge. */
export function forgeStateWord(state: number, bytes: number, position: number): bigint {
  return stateWord(state, bytes / 8, tagOfPosition(BigInt(position), key));
}
