/**
 * A ring set of a minidump in a file that the ordinary reader opens: what is there in its place, and the readers of the rings standing in
 * front of it. What was there before is not lost: it is not counted.
 *
 * @module
 */
import { consumerSet, Mode, Order, reserve, ringPage, sharedPage } from "../../../abi/layout.ts";
import { CaptureError } from "../../../errors.ts";
import type { SetHeader } from "../../../reader/set_header.ts";
import { makePageFile, type PageFile } from "../page_file.ts";
import { writeReaderPlace } from "../reader_place.ts";
import { namesOfRings } from "../ring_names.ts";
import type { AssembledRings } from "../set_source.ts";
import { readRingPart, type RingPartFacts } from "./minidump_ring.ts";
import { RecordKind, type SecondaryRecord } from "./secondary_blob.ts";

/** What a minidump has of a ring set. */
export interface MinidumpSet {
  readonly header: SetHeader;
  /** The set's own. */
  readonly record: SecondaryRecord;
  readonly others: readonly SecondaryRecord[];
}

/** The flag of a set whose call sites found no room. */
const WITHOUT_SITES = 1n;

/**
 * Puts the set together.
 *
 * @param path A file that is not there yet.
 * @throws {CaptureError} The file cannot be written, or the records contradict the set.
 */
export function assembleMinidumpSet(set: MinidumpSet, path: string): AssembledRings {
  const file = makePageFile(path, set.header.totalBytes);
  try {
    return new Assembly(set, file).run();
  } catch (error) {
    file[Symbol.dispose]();
    throw error;
  }
}

class Assembly {
  readonly #set: MinidumpSet;
  readonly #header: SetHeader;
  readonly #file: PageFile;
  /** Rings of which nothing is there. */
  readonly #lost: number[] = [];
  #attemptsBefore = 0n;
  #taken = 0;
  #leastIndex: bigint | null = null;

  constructor(set: MinidumpSet, file: PageFile) {
    this.#set = set;
    this.#header = set.header;
    this.#file = file;
  }

  run(): AssembledRings {
    this.#file.write(0, this.#set.record.data.subarray(0, 512));
    for (const record of this.#set.others) if (record.kind === RecordKind.bytes) this.#place(record);
    const rings = this.#ringRecords();
    for (let ring = 0; ring < this.#header.ringCount; ring++) {
      const facts = this.#placeRing(ring, rings.get(ring));
      this.#attemptsBefore += facts.firstSeq;
      this.#taken += facts.taken;
      if (facts.leastIndex !== null && (this.#leastIndex === null || facts.leastIndex < this.#leastIndex)) {
        this.#leastIndex = facts.leastIndex;
      }
    }
    this.#writeBase();
    return {
      missingPages: 0,
      damagedPages: 0,
      zeroPages: 0,
      attemptsBefore: this.#attemptsBefore,
      isWhole: false,
      warnings: this.#warnings(),
      [Symbol.dispose]: () => this.#file[Symbol.dispose](),
    };
  }

  #refuse(found: string): CaptureError {
    return new CaptureError(
      `import the ring set of a minidump: what the driver has added is damaged: ${found}`,
    );
  }

  /** Bytes between the first page and the rings. */
  #place({ a, data }: SecondaryRecord): void {
    const { sharedOff, dataOff } = this.#header;
    if (a < BigInt(sharedOff) || a > BigInt(dataOff) || BigInt(data.length) > BigInt(dataOff) - a) {
      throw this.#refuse(`${data.length} bytes at ${a}, where no page of counters or call sites lies`);
    }
    this.#file.write(Number(a), data);
  }

  #ringRecords(): Map<number, SecondaryRecord> {
    const { ringCount, ringBytes } = this.#header;
    const rings = new Map<number, SecondaryRecord>();
    for (const record of this.#set.others) {
      if (record.kind !== RecordKind.ring) continue;
      const { a, b, c, data } = record;
      if (a >= BigInt(ringCount) || rings.has(Number(a))) {
        throw this.#refuse(`a ring ${a} that cannot be, or twice`);
      }
      if (
        b % 8n !== 0n || c - b !== BigInt(data.length) || data.length > ringBytes || data.length % 8 !== 0
      ) {
        throw this.#refuse(`ring ${a} from ${b} to ${c}, with ${data.length} bytes`);
      }
      rings.set(Number(a), record);
    }
    return rings;
  }

  #placeRing(ring: number, record: SecondaryRecord | undefined): RingPartFacts {
    const page = this.#header.ringOff + ring * ringPage.bytes;
    const position = this.#read64(page + ringPage.reserve + reserve.position);
    const attempts = this.#read64(page + ringPage.reserve + reserve.attempts);
    if (record === undefined || record.c !== position) {
      this.#lost.push(ring);
      this.#write32(page + ringPage.processor, ring);
      this.#standAt(ring, position, attempts);
      return { firstSeq: attempts, leastIndex: null, taken: 0 };
    }
    const { b: from, c: to, d: readPos, data } = record;
    const { ringBytes, dataOff, tagKey, sharedOff } = this.#header;
    const at = dataOff + ring * ringBytes, offset = Number(from & BigInt(ringBytes - 1));
    const whole = Math.min(data.length, ringBytes - offset);
    this.#file.write(at + offset, data.subarray(0, whole));
    this.#file.write(at, data.subarray(whole));
    const nextIndex = this.#read64(sharedOff + sharedPage.nextIndex);
    const facts = readRingPart({ ringBytes, tagKey, data, from, to, attempts, nextIndex, readPos });
    this.#standAt(ring, from, facts.firstSeq);
    return facts;
  }

  /** Where the reader of a ring begins. */
  #standAt(ring: number, position: bigint, attempts: bigint): void {
    const { mode, ringOff } = this.#header;
    if (mode === Mode.overwrite) {
      this.#write64(ringOff + ring * ringPage.bytes + ringPage.oldestPos, position);
    } else writeReaderPlace(this.#file, this.#header, ring, { position, attempts });
  }

  /** The first index that the reader waits for; in clock order it numbers the rows itself. */
  #writeBase(): void {
    const { consumerOff, sharedOff, mode, order } = this.#header;
    if (mode === Mode.overwrite || order === Order.clock) return;
    const base = this.#leastIndex ?? this.#read64(sharedOff + sharedPage.nextIndex);
    for (const half of [0, 1]) this.#write64(consumerOff + consumerSet.baseIndex + 8 * half, base);
  }

  #warnings(): string[] {
    const warnings = [
      `it is a minidump: of each ring it has the newest entries only; ${this.#attemptsBefore} attempts before them are not in it and ` +
      "are not counted",
    ];
    if (this.#lost.length > 0) warnings.push(`the minidump has nothing of ${namesOfRings(this.#lost)}`);
    if (this.#taken > 0) {
      warnings.push(
        `${this.#taken} of its entries had been taken by a reader before the machine stopped, whose capture may have them too`,
      );
    }
    if ((this.#set.record.b & WITHOUT_SITES) !== 0n && this.#header.siteCount > 0) {
      warnings.push("its call sites found no room in the minidump: events show as <unknown site>");
    }
    return warnings;
  }

  #read64(offset: number): bigint {
    return new DataView(this.#file.read(offset, 8).buffer).getBigUint64(0, true);
  }

  #write64(offset: number, value: bigint): void {
    const bytes = new Uint8Array(8);
    new DataView(bytes.buffer).setBigUint64(0, value, true);
    this.#file.write(offset, bytes);
  }

  #write32(offset: number, value: number): void {
    const bytes = new Uint8Array(4);
    new DataView(bytes.buffer).setUint32(0, value, true);
    this.#file.write(offset, bytes);
  }
}
