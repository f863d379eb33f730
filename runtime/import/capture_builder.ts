/**
 * Writes the entries of a log as a capture folder, through the encoders that recordings go through.
 *
 * @module
 */
import { isUtf8 } from "../arrow/utf8.ts";
import { FLAG_INVALID_UTF8, FLAG_TRUNCATED, KIND_TEXT, type RingCounters } from "../arrow/wire.ts";
import { COUNTER_NAMES } from "../arrow/metadata.ts";
import { FolderWriter } from "../reader/folder_writer.ts";
import { countBatchRows, countersWithout, type TakenEntry, toWireBatch } from "../reader/wire_rows.ts";
import type { ImportedEntry } from "./imported_entry.ts";

/** What an entry may hold, as in the rings. */
export const PAYLOAD_MAX = 512 * 1024;
/** The ring of lines that could not be read, where the others tell their place in their own rings. */
export const UNREAD_RING = 0xffff;

const BATCH_ROWS = 16_384;
const BATCH_BYTES = 16 * 2 ** 20;
const TRAILER_BYTES = 4;
const SEVERITY_INFO = 3;
/** Ticks of an imported capture are unix time in ns. */
const TICKS_PER_SECOND = 1_000_000_000n;

interface Ring {
  entries: bigint;
  firstSeq: bigint;
  lastSeq: bigint;
  /** Whether entries brought their own numbers. */
  hasOwnSeqs: boolean;
}

/** A capture that is being written. */
export class CaptureBuilder implements Disposable {
  readonly #writer: FolderWriter;
  readonly #rings = new Map<number, Ring>();
  #waiting: TakenEntry[] = [];
  #waitingBytes = 0;
  #batches = 0;
  #nextIdx = 0n;
  #entries = 0n;
  #renumbered = 0;
  #firstNs: bigint | null = null;
  #lastNs = 0n;

  /** Begins in a folder that exists. */
  constructor(folder: string, options: { segmentBytes?: number } = {}) {
    this.#writer = new FolderWriter(folder, options);
  }

  /** Entries so far. */
  get entries(): bigint {
    return this.#entries;
  }

  /** Entries whose own `idx` was not above the one before, and which got the next one. */
  get renumbered(): number {
    return this.#renumbered;
  }

  /** Batches that are stored. */
  get batches(): number {
    return this.#batches;
  }

  /** Bytes that are stored. */
  get storedBytes(): number {
    return this.#writer.storedBytes;
  }

  /** The earliest and the latest time, unix time in ns; null where there is no entry. */
  get range(): { firstNs: bigint; lastNs: bigint } | null {
    return this.#firstNs === null ? null : { firstNs: this.#firstNs, lastNs: this.#lastNs };
  }

  /**
   * Appends an entry, which keeps its place: the order is that of the calls.
   *
   * @param payload Its bytes.
   * @param cutBytes So many bytes more it had.
   * @throws {CaptureError} It cannot be written.
   */
  add(imported: ImportedEntry, payload: Uint8Array<ArrayBuffer>, cutBytes = 0): void {
    const kind = imported.kind ?? KIND_TEXT;
    const { bytes, flags } = fit(payload, cutBytes, kind, imported.flags ?? 0);
    const { processor, seq } = this.#place(imported);
    const own = imported.idx ?? this.#nextIdx;
    const idx = own < this.#nextIdx ? this.#nextIdx : own;
    if (idx !== own) this.#renumbered++;
    this.#nextIdx = idx + 1n;
    this.#entries++;
    if (this.#firstNs === null || imported.ts < this.#firstNs) this.#firstNs = imported.ts;
    if (imported.ts > this.#lastNs) this.#lastNs = imported.ts;
    const entry = {
      idx,
      seq,
      ticks: imported.ts,
      processor,
      kind,
      severity: imported.severity ?? SEVERITY_INFO,
      flags,
      pid: imported.pid ?? 0,
      tid: imported.tid ?? 0,
      type: imported.type ?? 0,
      remarks: imported.remarks ?? 0,
      payload: bytes,
    };
    this.#waiting.push({ entry, readTicks: imported.readTs ?? 0n });
    this.#waitingBytes += bytes.length;
    if (this.#waiting.length >= BATCH_ROWS || this.#waitingBytes >= BATCH_BYTES) this.#flush();
  }

  /**
   * Ends the segments in order.
   *
   * @throws {CaptureError} They cannot be written.
   */
  finish(): void {
    this.#flush();
    this.#writer.finish();
  }

  /** The account: numbers that are missing between entries are neither read nor known to be lost. */
  counters(): RingCounters[] {
    return [...this.#rings].sort(([a], [b]) => a - b).map(([processor, ring]) => {
      const attempts = ring.lastSeq - ring.firstSeq + 1n;
      const none = Object.fromEntries(COUNTER_NAMES.map((name) => [name, 0n])) as RingCounters;
      // The same number twice is no attempt more; order_violations shows it.
      const all = attempts < ring.entries ? ring.entries : attempts;
      return {
        ...none,
        processor: BigInt(processor),
        attempts: all,
        read: ring.entries,
        pending: all - ring.entries,
      };
    });
  }

  [Symbol.dispose](): void {
    this.#writer[Symbol.dispose]();
  }

  #place(imported: ImportedEntry): { processor: number; seq: bigint } {
    const wanted = imported.processor ?? 0;
    const isStranger = imported.seq === undefined && this.#rings.get(wanted)?.hasOwnSeqs === true;
    const processor = isStranger ? UNREAD_RING : wanted;
    const ring = this.#rings.get(processor);
    const seq = imported.seq ?? (ring === undefined ? 0n : ring.lastSeq + 1n);
    if (ring === undefined) {
      this.#rings.set(processor, {
        entries: 1n,
        firstSeq: seq,
        lastSeq: seq,
        hasOwnSeqs: imported.seq !== undefined,
      });
    } else {
      ring.entries++;
      if (seq < ring.firstSeq) ring.firstSeq = seq;
      if (seq > ring.lastSeq) ring.lastSeq = seq;
      ring.hasOwnSeqs ||= imported.seq !== undefined;
    }
    return { processor, seq };
  }

  #flush(): void {
    const counters = this.counters();
    for (let at = 0; at < this.#waiting.length;) {
      const count = countBatchRows(this.#waiting, at, { rowsMax: BATCH_ROWS, payloadMax: BATCH_BYTES });
      const taken = this.#waiting.slice(at, at + count);
      at += count;
      // Near the entries, where times are computed fastest.
      const nearNs = taken[0]!.entry.ticks;
      const anchor = { ticks: nearNs, unixNs: nearNs, ticksPerSecond: TICKS_PER_SECOND };
      const facts = {
        batch: this.#batches++,
        anchor,
        counters: countersWithout(counters, this.#waiting.slice(at)),
        drainTicks: this.#lastNs,
      };
      this.#writer.append(toWireBatch(taken, facts), null);
    }
    this.#waiting = [];
    this.#waitingBytes = 0;
  }
}

/** What an entry can hold of the bytes, and its flags. */
function fit(
  payload: Uint8Array<ArrayBuffer>,
  cutBytes: number,
  kind: number,
  flags: number,
): { bytes: Uint8Array<ArrayBuffer>; flags: number } {
  if (payload.length <= PAYLOAD_MAX && cutBytes === 0) {
    const isBad = kind === KIND_TEXT && (flags & FLAG_TRUNCATED) === 0 && !isUtf8(payload, 0, payload.length);
    return { bytes: payload, flags: isBad ? flags | FLAG_INVALID_UTF8 : flags };
  }
  const kept = payload.subarray(0, PAYLOAD_MAX - TRAILER_BYTES);
  const bytes = new Uint8Array(kept.length + TRAILER_BYTES);
  bytes.set(kept);
  new DataView(bytes.buffer).setUint32(kept.length, payload.length + cutBytes, true);
  const isBad = kind === KIND_TEXT && !isUtf8(bytes, 0, kept.length);
  return { bytes, flags: flags | FLAG_TRUNCATED | (isBad ? FLAG_INVALID_UTF8 : 0) };
}
