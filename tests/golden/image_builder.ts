/**
 * Builds ring sets byte by byte, as sentences: what writers did, in the order in which they reserved.
 *
 *     image().ring(0).entry({ text: "one" }).refused({ full: 2 }).entry({ text: "two" }).bytes()
 *
 * It stands beside the C code and shares nothing with it but the numbers of rs_abi.h. It keeps the rules of a real writer
 * (padding at the end of a ring, intent records, counters) unless a sentence says otherwise.
 * @module
 */
import {
  abi,
  anchor,
  checkpoint,
  ClockKind,
  consumerRing,
  consumerSet,
  EntryFlag,
  entryHeader,
  EntryKind,
  EntryState,
  intent,
  intentRecord,
  ringPage,
  setHeader,
  SetState,
  Severity,
  sharedPage,
} from "../../runtime/abi/layout.ts";
import { entryBytes, stateWord, tagOfPosition } from "../../runtime/abi/tag.ts";

/** Above the largest process number that Linux gives (2^22), so that no process of the machine is meant. */
export const writerPid = 5_000_000;
/** The thread that writes unless a sentence names another. */
export const writerTid = 5_000_001;
/** Ticks of the entry with index `n` are `firstTicks + 10 n` unless a sentence gives others. */
export const firstTicks = 1000;

const intentCount = 32;
const key = [0x6b8b4567327b23c6n, 0x643c986966334873n] as const;

/** One write. Everything has a default. */
export interface Write {
  /** Payload of a text entry. */
  text?: string;
  /** Payload of a data entry. */
  data?: Uint8Array;
  /** Payload of a text entry that may be no UTF-8. */
  rawText?: Uint8Array;
  /** A text that was cut: what is left, and how long it was. */
  cutFrom?: number;
  index?: number;
  severity?: number;
  type?: number;
  remarks?: number;
  ticks?: number;
  tid?: number;
  flags?: number;
  /** False: the table was full when this thread began. */
  hasIntent?: boolean;
  /** Stored instead of what an honest writer stores. An earlier reader has refused the entry, unless it was damaged since. */
  wrong?:
    & { damagedSince?: boolean }
    & Partial<
      Record<"units" | "tag" | "index" | "seq" | "length" | "kind" | "severity" | "state", number>
    >;
  /** The tag of the place `laps` laps earlier. */
  tagOfLapsEarlier?: number;
}

interface Reserved {
  position: bigint;
  bytes: number;
  payload: Uint8Array;
  seq: number;
}

interface Regions {
  sharedOff: number;
  intentOff: number;
  ringOff: number;
  dataOff: number;
  consumerOff: number;
  totalBytes: number;
}

interface Written {
  position: bigint;
  index: number;
  seq: number;
  state: number;
}

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
  #nextIndex = 0;
  #generation = 0;

  constructor(options: { rings: number; ringBytes: number; processors: readonly number[] }) {
    const { rings, ringBytes, processors } = options;
    const sharedOff = abi.regionAlign;
    const intentOff = 2 * abi.regionAlign;
    const ringOff = align(intentOff + intentCount * intent.bytes);
    const dataOff = align(ringOff + rings * ringPage.bytes);
    const consumerOff = align(dataOff + rings * ringBytes);
    const totalBytes = align(consumerOff + consumerSet.bytes + rings * consumerRing.bytes);
    this.#offsets = { sharedOff, intentOff, ringOff, dataOff, consumerOff, totalBytes };
    this.#ringBytes = ringBytes;
    this.#view = new DataView(new ArrayBuffer(totalBytes));
    this.#writeHeader(rings);
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
    this.#view.setUint16(setHeader.abiMinor, abi.minor, true);
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
    this.put64(setHeader.anchors + anchor.generation, 1n);
    this.put64(setHeader.anchors + anchor.ticks, BigInt(firstTicks));
    this.put64(setHeader.anchors + anchor.unixNs, 1_700_000_000_000_000_000n);
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

  /**
   * A reader has accounted for everything so far, delivered the entries below `deliveredBelow` (default: all), and given their
   * space back.
   *
   * @param options.unstored So many of each ring's delivered entries did not come into its capture.
   */
  readByAnEarlierReader(options: { deliveredBelow?: number; unstored?: number } = {}): this {
    const base = options.deliveredBelow ?? this.#nextIndex;
    const half = ++this.#generation & 1;
    this.#rings.forEach((ring, number) => {
      const off = this.#offsets.consumerOff + consumerSet.bytes + number * consumerRing.bytes;
      const at = off + consumerRing.checkpoint + half * checkpoint.bytes;
      const committed = ring.written.filter(({ state }) => state === EntryState.committed);
      const waiting = committed.filter(({ index }) => index >= base);
      const read = committed.length - waiting.length;
      const readPos = waiting[0]?.position ?? ring.position;
      const discarded = ring.written.filter(({ state }) => state === EntryState.discarded).length;
      this.put64(at + checkpoint.readPos, readPos);
      this.put64(at + checkpoint.nextSeq, BigInt(ring.attempts));
      this.put64(at + checkpoint.read, BigInt(read));
      this.put64(at + checkpoint.discarded, BigInt(discarded));
      this.put64(at + checkpoint.refused, BigInt(ring.attempts - committed.length - discarded));
      this.put64(at + checkpoint.scannedPos, ring.position);
      this.put64(off + consumerRing.readPos, readPos);
      this.put64(off + consumerRing.storedRead, BigInt(read - (options.unstored ?? 0)));
      ring.readPos = readPos;
    });
    this.put64(this.#offsets.consumerOff + consumerSet.baseIndex + 8 * half, BigInt(base));
    this.put64(this.#offsets.consumerOff + consumerSet.generation, BigInt(this.#generation));
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

  /** Takes the next index, or that one. */
  takeIndex(index = this.#nextIndex): number {
    this.#nextIndex = Math.max(this.#nextIndex, index + 1);
    return index;
  }

  /** What a thread writes down before it reserves. */
  putIntent(tid: number, ring: number, position: bigint, units: number): void {
    const slot = this.#writers.get(tid) ?? this.#writers.size;
    this.#writers.set(tid, slot);
    const off = this.#offsets.intentOff + slot * intent.bytes;
    this.put64(off + intent.owner, BigInt(writerPid) << 32n | BigInt(tid));
    this.put64(off + intent.ownerStart, 1n);
    this.put64(off + intent.records + intentRecord.position, position);
    this.put32(off + intent.records + intentRecord.ringPlus1, ring + 1);
    this.put32(off + intent.records + intentRecord.units, units);
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

/** What happened in one ring, in the order of its attempts. Every method returns the ring, to go on. */
export class RingBuilder {
  readonly number: number;
  /** Entries that have been finished. */
  readonly written: Written[] = [];
  /** Bytes reserved so far. */
  position = 0n;
  attempts = 0;
  /** Bytes that a reader has given back. */
  readPos = 0n;
  readonly #image: ImageBuilder;
  readonly #ringBytes: number;
  readonly #pageOff: number;
  readonly #dataOff: number;
  readonly #unfinished: (Reserved & { write: Write })[] = [];
  readonly #counts = { lostFull: 0, tooBig: 0, wraps: 0 };

  constructor(
    set: ImageBuilder,
    options: { number: number; ringBytes: number; pageOff: number; dataOff: number },
  ) {
    this.#image = set;
    this.number = options.number;
    this.#ringBytes = options.ringBytes;
    this.#pageOff = options.pageOff;
    this.#dataOff = options.dataOff;
  }

  /** An entry that its writer finished. */
  entry(write: Write = {}): this {
    return this.#finished(write, EntryState.committed);
  }

  /** `count` entries with texts that tell them apart. */
  entries(count: number, write: Write = {}): this {
    for (let n = 0; n < count; n++) this.entry({ text: `entry ${this.attempts}`, ...write });
    return this;
  }

  /** An entry that its writer took back. */
  discarded(write: Write = {}): this {
    return this.#finished(write, EntryState.discarded);
  }

  /** A writer died between the mark and the commit. It had its index unless `hasIndex` is false. */
  marked(write: Write & { hasIndex?: boolean } = {}): this {
    const reserved = this.#reserve(write);
    this.#put64(
      reserved.position,
      stateWord(EntryState.reserved, reserved.bytes / 8, tagOfPosition(reserved.position, key)),
    );
    const index = write.hasIndex === false ? undefined : this.#image.takeIndex(write.index);
    this.#unfinished.push({ ...reserved, write: { ...write, ...(index !== undefined && { index }) } });
    return this;
  }

  /** The writer of the oldest {@link marked} entry was alive after all, and commits it. */
  commit(): this {
    const reserved = this.#unfinished.shift();
    if (!reserved) throw new RangeError(`no entry of ring ${this.number} waits for its commit`);
    return this.#finish(reserved, reserved.write, EntryState.committed);
  }

  /** A writer died between the swap and the mark. At the end of the ring it had marked its padding unless `hasPadding` is false. */
  unmarked(write: Write & { hasPadding?: boolean } = {}): this {
    this.#reserve(write, write.hasPadding);
    return this;
  }

  /** Attempts that found the ring full or were too long for it. */
  refused(counts: { full?: number; tooBig?: number; uncounted?: number }): this {
    this.#counts.lostFull += counts.full ?? 0;
    this.#counts.tooBig += counts.tooBig ?? 0;
    this.attempts += (counts.full ?? 0) + (counts.tooBig ?? 0) + (counts.uncounted ?? 0);
    this.#putPage();
    return this;
  }

  /** Goes on with another ring. */
  ring(number: number): RingBuilder {
    return this.#image.ring(number);
  }

  /** Goes on with the whole ring set. */
  get set(): ImageBuilder {
    return this.#image;
  }

  /** The ring set. */
  bytes(): Uint8Array<ArrayBuffer> {
    return this.#image.bytes();
  }

  #finished(write: Write, state: number): this {
    return this.#finish(this.#reserve(write), write, state);
  }

  #finish({ position, bytes, payload, seq }: Reserved, write: Write, state: number): this {
    const index = this.#image.takeIndex(write.index);
    const wrong = write.wrong ?? {};
    const tagged = position - BigInt((write.tagOfLapsEarlier ?? 0) * this.#ringBytes);
    const tag = wrong.tag === undefined ? tagOfPosition(tagged, key) : BigInt(wrong.tag);
    const at = this.#offsetOf(position);
    let flags = write.flags ?? 0;
    if (write.cutFrom !== undefined) flags |= EntryFlag.truncated;
    this.#put64(position, stateWord(wrong.state ?? state, wrong.units ?? bytes / 8, tag));
    this.#image.put64(at + entryHeader.index, BigInt(wrong.index ?? index));
    this.#image.put64(at + entryHeader.seq, BigInt(wrong.seq ?? seq));
    this.#image.put64(at + entryHeader.ticks, BigInt(write.ticks ?? firstTicks + 10 * index));
    this.#image.put32(at + entryHeader.pid, writerPid);
    this.#image.put32(at + entryHeader.tid, write.tid ?? writerTid);
    this.#image.put32(at + entryHeader.remarks, write.remarks ?? 0);
    this.#image.put32(at + entryHeader.type, write.type ?? 0);
    this.#image.put32(at + entryHeader.length, wrong.length ?? payload.length);
    this.#image.put8(at + entryHeader.kind, wrong.kind ?? (write.data ? EntryKind.data : EntryKind.text));
    this.#image.put8(at + entryHeader.severity, wrong.severity ?? write.severity ?? Severity.info);
    this.#image.put16(at + entryHeader.flags, flags);
    this.#image.putBytes(at + abi.entryHeaderBytes, payload);
    const isRefused = write.wrong !== undefined && !write.wrong.damagedSince;
    this.written.push({ position, index, seq, state: isRefused ? EntryState.none : state });
    return this;
  }

  /** The swap: padding where the entry would cross the end of the ring, and the counters. */
  #reserve(write: Write, hasPadding = true): Reserved {
    const payload = payloadOf(write);
    const bytes = entryBytes(payload.length);
    const room = this.#ringBytes - this.#offset(this.position);
    const padding = room < bytes ? room : 0;
    const used = Number(this.position - this.readPos) + padding + bytes;
    if (bytes > this.#ringBytes / 8) {
      throw new RangeError(`an entry of ${bytes} bytes does not fit this ring`);
    }
    if (used > this.#ringBytes) throw new RangeError(`ring ${this.number} is full`);
    if (write.hasIntent !== false) {
      this.#image.putIntent(write.tid ?? writerTid, this.number, this.position, (padding + bytes) / 8);
    }
    if (padding && hasPadding) {
      this.#put64(
        this.position,
        stateWord(EntryState.padding, padding / 8, tagOfPosition(this.position, key)),
      );
      this.#counts.wraps++;
    }
    const position = this.position + BigInt(padding);
    this.position = position + BigInt(bytes);
    this.attempts++;
    this.#putPage();
    return { position, bytes, payload, seq: this.attempts - 1 };
  }

  #putPage(): void {
    this.#image.put64(this.#pageOff + ringPage.reserve, this.position);
    this.#image.put64(this.#pageOff + ringPage.reserve + 8, BigInt(this.attempts));
    this.#image.put64(this.#pageOff + ringPage.lostFull, BigInt(this.#counts.lostFull));
    this.#image.put64(this.#pageOff + ringPage.tooBig, BigInt(this.#counts.tooBig));
    this.#image.put64(this.#pageOff + ringPage.wraps, BigInt(this.#counts.wraps));
  }

  #offset(position: bigint): number {
    return Number(position & BigInt(this.#ringBytes - 1));
  }

  #offsetOf(position: bigint): number {
    return this.#dataOff + this.#offset(position);
  }

  #put64(position: bigint, value: bigint): void {
    this.#image.put64(this.#offsetOf(position), value);
  }
}

function payloadOf(write: Write): Uint8Array {
  const bytes = write.data ?? write.rawText ?? new TextEncoder().encode(write.text ?? "");
  if (write.cutFrom === undefined) return bytes;
  const cut = new Uint8Array(bytes.length + 4);
  cut.set(bytes);
  new DataView(cut.buffer).setUint32(bytes.length, write.cutFrom, true);
  return cut;
}

/**
 * A new ring set: rings of 4 KiB, one for each processor, made by a process that has ended.
 *
 * @param options.processors Their numbers, 0 to `rings` - 1 by default.
 */
export function image(
  options: { rings?: number; ringBytes?: number; processors?: readonly number[] } = {},
): ImageBuilder {
  const rings = options.rings ?? 1;
  return new ImageBuilder({
    rings,
    ringBytes: options.ringBytes ?? abi.ringBytesMin,
    processors: options.processors ?? Array.from({ length: rings }, (_, number) => number),
  });
}

/** The state word that an entry of `bytes` at `position` of these images carries: what somebody who knew the key would forge. */
export function forgeStateWord(state: number, bytes: number, position: number): bigint {
  return stateWord(state, bytes / 8, tagOfPosition(BigInt(position), key));
}
