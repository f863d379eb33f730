/**
 * A ring set of which pages are missing in the image: makes of it what the reader can read, and says what it was.
 *
 * Nothing is guessed. Where a page with counters is missing, the ring is not read at all; entries on missing pages become corrupt ones.
 *
 * @module
 */
import {
  abi,
  checkpoint,
  consumerRing,
  consumerSet,
  Mode,
  Order,
  reserve,
  ringPage,
  sharedPage,
} from "../../abi/layout.ts";
import type { SetHeader } from "../../reader/set_header.ts";
import { mendRing } from "./mend_ring.ts";
import type { PageFile } from "./page_file.ts";
import { PageState } from "./page_source.ts";
import { readerPageAt, writeReaderPlace } from "./reader_place.ts";
import { namesOfRings } from "./ring_names.ts";

const PAGE = abi.pageBytes;

/** What is missing of a set. */
export interface MendedSet {
  readonly missingPages: number;
  /** Of these, pages that the image has and that cannot be unpacked. */
  readonly damagedPages: number;
  /** What of it touches what is read, one line each; empty where only unused pages are missing. */
  readonly warnings: readonly string[];
}

/** Mends a set in its file. `states` has one `PageState` for each page. */
export function mendSet(file: PageFile, header: SetHeader, states: Uint8Array): MendedSet {
  const missing = Uint8Array.from(
    states,
    (state) => Number(state === PageState.missing || state === PageState.damaged),
  );
  const missingPages = missing.reduce((sum, one) => sum + one, 0);
  const damagedPages = states.reduce((sum, state) => sum + Number(state === PageState.damaged), 0);
  if (missingPages === 0) return { missingPages, damagedPages, warnings: [] };
  return { missingPages, damagedPages, warnings: new SetMender(file, header, missing).run() };
}

class SetMender {
  readonly #file: PageFile;
  readonly #header: SetHeader;
  readonly #missing: Uint8Array;
  readonly #warnings: string[] = [];
  /** Rings that are not read. */
  readonly #lost = new Set<number>();
  #lastIndex = -1n;

  constructor(file: PageFile, header: SetHeader, missing: Uint8Array) {
    this.#file = file;
    this.#header = header;
    this.#missing = missing;
  }

  run(): string[] {
    this.#dropRings();
    this.#mendRings();
    this.#mendShared();
    const { intentOff, siteOff, ringOff, siteCount } = this.#header;
    const intents = this.#countMissing(intentOff, siteCount === 0 ? ringOff : siteOff);
    if (intents > 0) {
      this.#warnings.push(
        `${intents} missing pages told which context was inside which entry: an entry that was being reserved may count as corrupt`,
      );
    }
    const sites = siteCount === 0 ? 0 : this.#countMissing(siteOff, ringOff);
    if (sites > 0) {
      this.#warnings.push(
        `${sites} missing pages described call sites: events of these show as <unknown site>`,
      );
    }
    return this.#warnings;
  }

  /** Rings whose counters, or the place where their reader stood, are missing. */
  #dropRings(): void {
    const { ringCount, mode } = this.#header;
    const noCounters: number[] = [], noReader: number[] = [];
    const isSetMissing = this.#isMissing(this.#header.consumerOff, PAGE);
    for (let n = 0; n < ringCount; n++) {
      if (this.#isMissing(this.#ringAt(n), PAGE)) noCounters.push(n);
      else if (mode === Mode.discard && (isSetMissing || this.#isMissing(this.#consumerAt(n), PAGE))) {
        noReader.push(n);
      }
    }
    for (const n of noCounters) {
      this.#write(this.#ringAt(n), new Uint8Array(PAGE));
      this.#write32(this.#ringAt(n) + ringPage.processor, n);
      this.#write(this.#consumerAt(n), new Uint8Array(PAGE));
    }
    for (const n of noReader) this.#declareRead(n);
    for (const n of [...noCounters, ...noReader]) this.#lost.add(n);
    if (noCounters.length > 0) {
      this.#warnings.push(
        `${namesOfRings(noCounters)}: the counters are missing, and nothing there could be read`,
      );
    }
    if (noReader.length > 0) {
      this.#warnings.push(
        `${namesOfRings(noReader)}: where the reader stood is missing, and nothing there could be read`,
      );
    }
    if (this.#lost.size > 0 && this.#header.order === Order.clock) this.#countRowsAnew();
  }

  /** As a reader leaves a ring that it has read to the end. */
  #declareRead(n: number): void {
    const position = this.#read64(this.#ringAt(n) + ringPage.reserve + reserve.position);
    const attempts = this.#read64(this.#ringAt(n) + ringPage.reserve + reserve.attempts);
    writeReaderPlace(this.#file, this.#header, n, { position, attempts });
  }

  /** In clock order rows are numbered by what all rings have delivered. */
  #countRowsAnew(): void {
    for (const half of [0, 1]) {
      let rows = 0n;
      for (let n = 0; n < this.#header.ringCount; n++) {
        rows += this.#read64(
          this.#consumerAt(n) + consumerRing.checkpoint + half * checkpoint.bytes + checkpoint.read,
        );
      }
      const at = this.#header.consumerOff + consumerSet.baseIndex + 8 * half;
      const base = this.#read64(at);
      this.#write64(at, base < rows ? base : BigInt.asUintN(63, rows));
    }
  }

  #mendRings(): void {
    const { ringCount, ringBytes, dataOff, sharedOff } = this.#header;
    const isCounterMissing = this.#isMissing(sharedOff, PAGE);
    const hit: number[] = [];
    let cut = 0, gone = 0, bytes = 0;
    for (let n = 0; n < ringCount; n++) {
      const at = dataOff + n * ringBytes;
      if (this.#lost.has(n) || !(isCounterMissing || this.#isMissing(at, ringBytes))) continue;
      const place = this.#placeOf(n);
      if (place === null) continue;
      const data = this.#file.read(at, ringBytes);
      const isMissing = this.#missing.subarray(at / PAGE, (at + ringBytes) / PAGE);
      const mended = mendRing({ header: this.#header, data, isMissing, ...place });
      if (mended.lastIndex > this.#lastIndex) this.#lastIndex = mended.lastIndex;
      if (mended.cutEntries === 0 && mended.goneBytes === 0) continue;
      this.#write(at, data);
      hit.push(n);
      cut += mended.cutEntries;
      gone += mended.goneEntries;
      bytes += mended.goneBytes;
    }
    if (hit.length === 0) return;
    this.#warnings.push(
      `${
        namesOfRings(hit)
      }: pages with entries are missing: ${cut} entries lie on them in part, and at least ${gone} more began in ${bytes} bytes ` +
        `of which nothing is known; they are counted as corrupt, in their places`,
    );
  }

  /** What the reader will look at of a ring; null where the ring's numbers cannot be, which the reader says better. */
  #placeOf(n: number) {
    const { mode, ringBytes, consumerOff } = this.#header;
    const page = this.#ringAt(n);
    const limit = this.#read64(page + ringPage.reserve + reserve.position);
    const attempts = this.#read64(page + ringPage.reserve + reserve.attempts);
    const counted = this.#read64(page + ringPage.lostFull) + this.#read64(page + ringPage.tooBig) +
      this.#read64(page + ringPage.missed);
    let from = this.#read64(page + ringPage.oldestPos), scanned = from;
    let firstSeq: bigint | null = from === 0n ? 0n : null;
    let refused = counted;
    if (mode === Mode.discard) {
      const half = Number(this.#read64(consumerOff + consumerSet.generation) & 1n);
      const at = this.#consumerAt(n) + consumerRing.checkpoint + half * checkpoint.bytes;
      from = this.#read64(at + checkpoint.readPos);
      scanned = this.#read64(at + checkpoint.scannedPos);
      firstSeq = this.#read64(at + checkpoint.nextSeq);
      refused -= this.#read64(at + checkpoint.refused) + this.#read64(at + checkpoint.overwritten);
    }
    const isPossible = limit >= scanned && scanned >= from && limit - from <= BigInt(ringBytes) &&
      from % 8n === 0n &&
      scanned % 8n === 0n && limit % 8n === 0n;
    return isPossible
      ? { from, scanned, limit, firstSeq, attempts, refused: refused < 0n ? 0n : refused }
      : null;
  }

  /** The counter of indexes is above the largest one that was given away. */
  #mendShared(): void {
    const { sharedOff } = this.#header;
    if (!this.#isMissing(sharedOff, PAGE)) return;
    this.#write64(sharedOff + sharedPage.nextIndex, this.#lastIndex + 1n);
    this.#warnings.push(
      "the page with the counter of all indexes is missing; the largest index that an entry has stands in for it",
    );
  }

  #ringAt(n: number): number {
    return this.#header.ringOff + n * ringPage.bytes;
  }

  #consumerAt(n: number): number {
    return readerPageAt(this.#header, n);
  }

  #isMissing(offset: number, bytes: number): boolean {
    return this.#countMissing(offset, offset + bytes) > 0;
  }

  #countMissing(from: number, to: number): number {
    return this.#missing.subarray(from / PAGE, to / PAGE).reduce((sum, one) => sum + one, 0);
  }

  #read64(offset: number): bigint {
    return new DataView(this.#file.read(offset, 8).buffer).getBigUint64(0, true);
  }

  #write64(offset: number, value: bigint): void {
    const bytes = new Uint8Array(8);
    new DataView(bytes.buffer).setBigUint64(0, value, true);
    this.#write(offset, bytes);
  }

  #write32(offset: number, value: number): void {
    const bytes = new Uint8Array(4);
    new DataView(bytes.buffer).setUint32(0, value, true);
    this.#write(offset, bytes);
  }

  #write(offset: number, bytes: Uint8Array): void {
    this.#file.write(offset, bytes);
  }
}
