/**
 * What happened in one ring of an image. See image_builder.ts.
 * @module
 */
import {
  abi,
  EntryFlag,
  entryHeader,
  EntryKind,
  EntryState,
  ringPage,
  Severity,
} from "../../runtime/abi/layout.ts";
import { entryBytes, stateWord, tagOfPosition } from "../../runtime/abi/tag.ts";
import type { ImageBuilder } from "./image_builder.ts";

/** Above the largest process number that Linux gives (2^22), so that no process of the machine is meant. */
export const writerPid = 5_000_000;
/** The thread that writes unless a sentence names another. */
export const writerTid = 5_000_001;
/** Ticks of the entry with index `n` (clock order: of the `n`th that is finished) are `firstTicks + 10 n` unless a sentence gives others. */
export const firstTicks = 1000;

/** The tag key of every image. */
export const key = [0x6b8b4567327b23c6n, 0x643c986966334873n] as const;

/** One write. Everything has a default. */
export interface Write {
  /** Payload of a text entry. */
  text?: string;
  /** Payload of a data entry. */
  data?: Uint8Array;
  /** Payload of a typed event; its site is `type`. */
  event?: Uint8Array;
  /** Payload of a text entry that may be no UTF-8. */
  rawText?: Uint8Array;
  /** A text that was cut: what is left, and how long it was. */
  cutFrom?: number;
  index?: number;
  severity?: number;
  type?: number;
  remarks?: number;
  ticks?: number | bigint;
  tid?: number;
  flags?: number;
  /** False: the table was full when this thread began. */
  hasIntent?: boolean;
  /** How deeply it is nested in other writes of its thread or processor; default: not at all. */
  depth?: number;
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

/** An entry that its writer finished, or that nobody will take for one. */
export interface Written {
  position: bigint;
  index: number;
  seq: number;
  ticks: bigint;
  state: number;
}

/** A part of a ring from one word that may be a mark to the next. */
interface Extent {
  readonly position: bigint;
  readonly bytes: number;
  /** Its writer is done with it, so it can make room. */
  isFinished: boolean;
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
  /** Overwrite mode: bytes that have made room; null: what the rules of a writer give. */
  oldestPos: bigint | null = null;
  readonly #image: ImageBuilder;
  readonly #ringBytes: number;
  readonly #pageOff: number;
  readonly #dataOff: number;
  readonly #unfinished: (Reserved & { write: Write })[] = [];
  /** Overwrite mode: what has not made room. */
  readonly #extents: Extent[] = [];
  readonly #counts = { lostFull: 0, tooBig: 0, missed: 0, wraps: 0 };

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

  /** Where the entries are that are marked and not finished. */
  get unfinished(): bigint[] {
    return this.#unfinished.map(({ position }) => position);
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

  /** A writer died inside an entry, and a reader has made it one that makes room. */
  abandoned(write: Write = {}): this {
    const { position, bytes } = this.#reserve(write);
    this.#put64(position, stateWord(EntryState.abandoned, bytes / 8, tagOfPosition(position, key)));
    if (write.index !== undefined) this.#image.takeIndex(write.index);
    this.#endExtent(position);
    return this;
  }

  /** A writer died between the swap and the mark. At the end of the ring it had marked its padding unless `hasPadding` is false. */
  unmarked(write: Write & { hasPadding?: boolean } = {}): this {
    this.#reserve(write, write.hasPadding);
    return this;
  }

  /** Attempts that found the ring full, were too long for it, or were for entries that another log had lost. */
  refused(counts: { full?: number; tooBig?: number; missed?: number; uncounted?: number }): this {
    this.#counts.lostFull += counts.full ?? 0;
    this.#counts.tooBig += counts.tooBig ?? 0;
    this.#counts.missed += counts.missed ?? 0;
    this.attempts += (counts.full ?? 0) + (counts.tooBig ?? 0) + (counts.missed ?? 0) +
      (counts.uncounted ?? 0);
    this.#putPage();
    return this;
  }

  /** The oldest entry is said to begin there. */
  damagedOldest(position: bigint): this {
    this.oldestPos = position;
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
    const ticks = BigInt(write.ticks ?? this.#image.takeTicks(index));
    this.#image.put64(at + entryHeader.ticks, ticks);
    this.#image.put32(at + entryHeader.pid, writerPid);
    this.#image.put32(at + entryHeader.tid, write.tid ?? writerTid);
    this.#image.put32(at + entryHeader.remarks, write.remarks ?? 0);
    this.#image.put32(at + entryHeader.type, write.type ?? 0);
    this.#image.put32(at + entryHeader.length, wrong.length ?? payload.length);
    this.#image.put8(at + entryHeader.kind, wrong.kind ?? kindOf(write));
    this.#image.put8(at + entryHeader.severity, wrong.severity ?? write.severity ?? Severity.info);
    this.#image.put16(at + entryHeader.flags, flags);
    this.#image.putBytes(at + abi.entryHeaderBytes, payload);
    const isRefused = write.wrong !== undefined && !write.wrong.damagedSince;
    this.written.push({ position, index, seq, ticks, state: isRefused ? EntryState.none : state });
    this.#endExtent(position);
    return this;
  }

  /** The swap: padding where the entry would cross the end of the ring, and the counters. */
  #reserve(write: Write, hasPadding = true): Reserved {
    const payload = payloadOf(write);
    const bytes = entryBytes(payload.length);
    const room = this.#ringBytes - this.#offset(this.position);
    const padding = room < bytes ? room : 0;
    if (bytes > this.#ringBytes / 8) {
      throw new RangeError(`an entry of ${bytes} bytes does not fit this ring`);
    }
    if (this.#image.isOverwriting) this.#makeRoom(padding + bytes);
    const used = Number(this.position - this.readPos) + padding + bytes;
    if (used > this.#ringBytes) throw new RangeError(`ring ${this.number} is full`);
    if (write.hasIntent !== false) {
      const units = (padding + bytes) / 8;
      this.#image.putIntent(write.tid ?? writerTid, this.number, this.position, units, write.depth ?? 0);
    }
    if (padding && hasPadding) {
      this.#put64(
        this.position,
        stateWord(EntryState.padding, padding / 8, tagOfPosition(this.position, key)),
      );
      this.#counts.wraps++;
    }
    const position = this.position + BigInt(padding);
    if (padding) this.#extents.push({ position: this.position, bytes: padding, isFinished: hasPadding });
    this.#extents.push({ position, bytes, isFinished: false });
    this.position = position + BigInt(bytes);
    this.attempts++;
    this.#putPage();
    return { position, bytes, payload, seq: this.attempts - 1 };
  }

  /** The oldest finished entries go; `readPos` is where what is left begins. */
  #makeRoom(bytes: number): void {
    while (Number(this.position - this.readPos) + bytes > this.#ringBytes && this.#extents[0]?.isFinished) {
      this.readPos += BigInt(this.#extents.shift()!.bytes);
    }
  }

  #endExtent(position: bigint): void {
    const extent = this.#extents.find((extent) => extent.position === position);
    if (extent) extent.isFinished = true;
  }

  #putPage(): void {
    this.#image.put64(this.#pageOff + ringPage.reserve, this.position);
    this.#image.put64(this.#pageOff + ringPage.reserve + 8, BigInt(this.attempts));
    if (this.#image.isOverwriting) {
      this.#image.put64(this.#pageOff + ringPage.oldestPos, this.oldestPos ?? this.readPos);
    }
    this.#image.put64(this.#pageOff + ringPage.lostFull, BigInt(this.#counts.lostFull));
    this.#image.put64(this.#pageOff + ringPage.tooBig, BigInt(this.#counts.tooBig));
    this.#image.put64(this.#pageOff + ringPage.missed, BigInt(this.#counts.missed));
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

function kindOf({ data, event }: Write): number {
  return data ? EntryKind.data : event ? EntryKind.event : EntryKind.text;
}

function payloadOf(write: Write): Uint8Array {
  const bytes = write.data ?? write.event ?? write.rawText ?? new TextEncoder().encode(write.text ?? "");
  if (write.cutFrom === undefined) return bytes;
  const cut = new Uint8Array(bytes.length + 4);
  cut.set(bytes);
  new DataView(cut.buffer).setUint32(bytes.length, write.cutFrom, true);
  return cut;
}
