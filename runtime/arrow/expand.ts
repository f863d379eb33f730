/**
 * From a batch as it is stored to the rows that SQL and scripts see: whole indexes, times in UTC, text apart from
 * bytes. Works on columns, five million rows a second and more, without a BigInt or an object per row; what must
 * be copied goes into memory that is used again for the next batch. Used by the store and by batches().
 *
 * @module
 */
import { ScriptEvents } from "../events/script_events.ts";
import { convertTicks, toUnixNs } from "./clock.ts";
import {
  FLAG_INVALID_UTF8,
  FLAG_TRUNCATED,
  KIND_DATA,
  KIND_EVENT,
  KIND_TEXT,
  type WireBatch,
} from "./wire.ts";
import { isAscii, isUtf8 } from "./utf8.ts";

/** A column of texts or bytes, of which some rows may have none. */
export interface BytesColumn {
  /** One bit per row, set where there is a value; null when every row has one. */
  validity: Uint8Array | null;
  /** Rows without a value. */
  nullCount: number;
  /** Row n's value is `values[offsets[n] … offsets[n + 1])`; a row without a value may have bytes here too. */
  offsets: Int32Array;
  /** All values, one after the other. */
  values: Uint8Array;
}

/** The rows of one batch, as columns of `rows` values each. */
export interface ExpandedRows {
  /** Rows. */
  rows: number;
  /** Places in the total order. */
  idx: BigUint64Array;
  /** Unix time in ns. */
  ts: BigInt64Array;
  /** The producer's clock. */
  ticks: BigUint64Array;
  /** Processors. */
  processor: Uint16Array;
  /** Numbers of the attempts. */
  seq: BigUint64Array;
  /** 1 to 6. */
  severity: Uint8Array;
  /** 0 text, 1 data, 2 event. */
  kind: Uint8Array;
  /** See `Entry.flags`. */
  flags: Uint8Array;
  /** The callers' numbers. */
  type: Uint32Array;
  /** The callers' second numbers. */
  remarks: Uint32Array;
  /** Processes. */
  pid: Uint32Array;
  /** Threads. */
  tid: Uint32Array;
  /** Names of typed events; null where there is no event. */
  event: BytesColumn | null;
  /** The text of texts and events; what is not UTF-8 in them is U+FFFD here. */
  message: BytesColumn;
  /** The bytes of data, and of texts that are not UTF-8. */
  data: BytesColumn;
  /** Unix time in ns at which the row was taken from its ring. */
  readTs: BigInt64Array;
  /** One bit per row, set where `readTs` is known; null when it is known for every row. */
  readTsValidity: Uint8Array | null;
  /** Rows whose `readTs` is not known. */
  readTsNullCount: number;
}

/** What of the rows needs no look into payloads. */
export type ExpandedNumbers = Omit<ExpandedRows, "event" | "message" | "data">;

/** What makes texts of typed events. */
export interface EventTexts {
  /** The message of each row of a batch: readable texts as they are, events formatted; data has none. */
  messages(batch: WireBatch): Pick<BytesColumn, "offsets" | "values">;
  /** The name of a site's events as UTF-8; null where it is not known. */
  nameOf(site: number): Uint8Array | null;
}

const NO_SITES: EventTexts = { messages: (batch) => new ScriptEvents().format(batch), nameOf: () => null };
const HIGH = 0x1_0000_0000;
const TRAILER_BYTES = 4;
const LENIENT = new TextDecoder("utf-8", { ignoreBOM: true });
const ENCODER = new TextEncoder();

/** Expands batch after batch. */
export class RowExpander {
  readonly #events: EventTexts;
  #capacity = 0;
  #words = {
    idx: new BigUint64Array(0),
    seq: new BigUint64Array(0),
    ts: new BigInt64Array(0),
    readTs: new BigInt64Array(0),
  };
  #bytes = { severity: new Uint8Array(0), kind: new Uint8Array(0), flags: new Uint8Array(0) };
  /** By processor number. */
  readonly #seqLow = new Float64Array(0x1_0000);
  readonly #seqHigh = new Float64Array(0x1_0000);

  /** @param events Knows the sites of the batches' events; without it every event is one of an unknown site. */
  constructor(events: EventTexts = NO_SITES) {
    this.#events = events;
  }

  /**
   * The rows of a batch. They share memory with the batch and with this object, and are valid until either is used
   * for another.
   */
  expand(batch: WireBatch): ExpandedRows {
    const numbers = this.expandNumbers(batch);
    const { kind, flags } = numbers;
    const texts = kind.includes(KIND_EVENT)
      ? readEvents(batch, kind, flags, this.#events)
      : { event: null, ...splitPayload(batch, kind, flags) };
    return { ...numbers, ...texts };
  }

  /** As {@link expand}, without what takes most of the time. */
  expandNumbers(batch: WireBatch): ExpandedNumbers {
    const { rows } = batch;
    if (rows > this.#capacity) this.#grow(rows);
    const idx = this.#words.idx.subarray(0, rows), seq = this.#words.seq.subarray(0, rows);
    const ts = this.#words.ts.subarray(0, rows), readTs = this.#words.readTs.subarray(0, rows);
    const severity = this.#bytes.severity.subarray(0, rows);
    const kind = this.#bytes.kind.subarray(0, rows), flags = this.#bytes.flags.subarray(0, rows);
    addIndexes(batch, idx);
    this.#addSeqs(batch, seq);
    convertTicks(batch.ticks, batch.anchor, ts);
    const readTsValidity = fillReadTimes(batch, readTs);
    const classes = batch.class;
    for (let row = 0; row < rows; row++) {
      const bits = classes[row]!;
      kind[row] = bits & 3;
      severity[row] = bits >>> 2 & 7;
      flags[row] = bits >>> 8;
    }
    return {
      rows,
      idx,
      ts,
      ticks: batch.ticks,
      processor: batch.processor,
      seq,
      severity,
      kind,
      flags,
      type: batch.type,
      remarks: batch.remarks,
      pid: batch.pid,
      tid: batch.tid,
      readTs,
      readTsValidity,
      readTsNullCount: readTsValidity === null ? 0 : rows - countSet(readTsValidity, rows),
    };
  }

  #grow(rows: number): void {
    this.#capacity = rows;
    this.#words = {
      idx: new BigUint64Array(rows),
      seq: new BigUint64Array(rows),
      ts: new BigInt64Array(rows),
      readTs: new BigInt64Array(rows),
    };
    this.#bytes = { severity: new Uint8Array(rows), kind: new Uint8Array(rows), flags: new Uint8Array(rows) };
  }

  #addSeqs({ seqBase, seqDelta, processor }: WireBatch, seq: BigUint64Array): void {
    const low = this.#seqLow, high = this.#seqHigh;
    for (const base of seqBase) {
      low[base.processor] = Number(BigInt.asUintN(32, base.seq));
      high[base.processor] = Number(base.seq >> 32n);
    }
    const halves = new Uint32Array(seq.buffer, seq.byteOffset, 2 * seq.length);
    for (let row = 0; row < seq.length; row++) {
      const of = processor[row]!;
      const sum = low[of]! + seqDelta[row]!;
      halves[2 * row] = sum;
      halves[2 * row + 1] = high[of]! + (sum >= HIGH ? 1 : 0);
    }
  }
}

function addIndexes({ baseIdx, idxDelta }: WireBatch, idx: BigUint64Array): void {
  const low = Number(BigInt.asUintN(32, baseIdx)), high = Number(baseIdx >> 32n);
  const halves = new Uint32Array(idx.buffer, idx.byteOffset, 2 * idx.length);
  for (let row = 0; row < idx.length; row++) {
    const sum = low + idxDelta[row]!;
    halves[2 * row] = sum;
    halves[2 * row + 1] = high + (sum >= HIGH ? 1 : 0);
  }
}

function fillReadTimes({ rounds, anchor, rows }: WireBatch, readTs: BigInt64Array): Uint8Array | null {
  let row = 0;
  let validity: Uint8Array | null = null;
  for (const round of rounds) {
    const end = row + round.rows;
    if (round.readTicks === 0n) {
      validity ??= allSet(rows);
      readTs.fill(0n, row, end);
      for (; row < end; row++) validity[row >> 3]! &= ~(1 << (row & 7));
    } else {
      readTs.fill(toUnixNs(round.readTicks, anchor), row, end);
      row = end;
    }
  }
  return validity;
}

function allSet(rows: number): Uint8Array {
  return new Uint8Array(rows + 7 >> 3).fill(0xff);
}

function countSet(bits: Uint8Array, rows: number): number {
  let count = 0;
  for (let row = 0; row < rows; row++) count += bits[row >> 3]! >> (row & 7) & 1;
  return count;
}

/**
 * Splits payloads into texts and bytes. Both columns share the stored payload and tell the rows apart by their
 * nulls; only a batch with a text that was cut, or is not UTF-8, needs a copy of its texts. Such texts are flagged.
 */
function splitPayload(
  batch: WireBatch,
  kind: Uint8Array,
  flags: Uint8Array,
): { message: BytesColumn; data: BytesColumn } {
  const { rows, offsets, payload } = batch;
  let texts = 0, cut = 0, other = 0;
  for (let row = 0; row < rows; row++) {
    if (kind[row] === KIND_TEXT) {
      texts++;
      cut |= flags[row]!;
    } else other |= 1;
  }
  const used = payload.subarray(offsets[0], offsets[rows]);
  const isPlain = texts === 0 || (cut & (FLAG_TRUNCATED | FLAG_INVALID_UTF8)) === 0 && isAscii(used);
  const isText = other === 0 ? null : bitsWhere(rows, (row) => kind[row] === KIND_TEXT);
  const textColumn = { validity: isText, nullCount: rows - texts, offsets, values: payload };
  if (isPlain) {
    return {
      message: textColumn,
      data: {
        validity: texts === 0 ? null : isText === null ? new Uint8Array(rows + 7 >> 3) : invert(isText),
        nullCount: texts,
        offsets,
        values: payload,
      },
    };
  }
  const needsCopy = flagTexts(batch, kind, flags);
  const isBytes = bitsWhere(
    rows,
    (row) => kind[row] !== KIND_TEXT || (flags[row]! & FLAG_INVALID_UTF8) !== 0,
  );
  return {
    message: needsCopy ? { ...textColumn, ...copyTexts(batch, kind, flags) } : textColumn,
    data: { validity: isBytes, nullCount: rows - countSet(isBytes, rows), offsets, values: payload },
  };
}

/** As {@link splitPayload}, of a batch with events, whose arguments are no data. */
function readEvents(
  batch: WireBatch,
  kind: Uint8Array,
  flags: Uint8Array,
  events: EventTexts,
): { event: BytesColumn; message: BytesColumn; data: BytesColumn } {
  const { rows, offsets, payload } = batch;
  flagTexts(batch, kind, flags);
  const isMessage = bitsWhere(rows, (row) => kind[row] !== KIND_DATA);
  const isBytes = bitsWhere(
    rows,
    (row) => kind[row] === KIND_DATA || kind[row] === KIND_TEXT && (flags[row]! & FLAG_INVALID_UTF8) !== 0,
  );
  const column = (bits: Uint8Array) => ({ validity: bits, nullCount: rows - countSet(bits, rows) });
  return {
    event: eventNames(batch, kind, events),
    message: { ...column(isMessage), ...events.messages(batch) },
    data: { ...column(isBytes), offsets, values: payload },
  };
}

function eventNames({ rows, type }: WireBatch, kind: Uint8Array, events: EventTexts): BytesColumn {
  // Few sites write most of the rows, and often many in a row.
  let lastSite = -1, lastName: Uint8Array | null = null;
  const nameOf = (row: number): Uint8Array | null => {
    if (kind[row] !== KIND_EVENT) return null;
    if (type[row] !== lastSite) lastName = events.nameOf(lastSite = type[row]!);
    return lastName;
  };
  const offsets = new Int32Array(rows + 1), validity = new Uint8Array(rows + 7 >> 3);
  let nullCount = 0;
  for (let row = 0; row < rows; row++) {
    const name = nameOf(row);
    if (name === null) nullCount++;
    else validity[row >> 3]! |= 1 << (row & 7);
    offsets[row + 1] = offsets[row]! + (name?.length ?? 0);
  }
  const values = new Uint8Array(offsets[rows]!);
  for (let row = 0; row < rows; row++) {
    const name = nameOf(row);
    if (name === null) continue;
    // Byte by byte: a call for few bytes costs more than the bytes.
    for (let at = offsets[row]!, from = 0; from < name.length; from++) values[at++] = name[from]!;
  }
  return { validity, nullCount, offsets, values };
}

function bitsWhere(rows: number, holds: (row: number) => boolean): Uint8Array {
  const bits = new Uint8Array(rows + 7 >> 3);
  for (let row = 0; row < rows; row++) {
    if (holds(row)) bits[row >> 3]! |= 1 << (row & 7);
  }
  return bits;
}

function invert(bits: Uint8Array): Uint8Array {
  return bits.map((byte) => ~byte);
}

/** Where the text of a row ends: before the original length that a cut one carries. */
function textEnd({ offsets }: WireBatch, flags: Uint8Array, row: number): number {
  const from = offsets[row]!, to = offsets[row + 1]!;
  return flags[row]! & FLAG_TRUNCATED ? Math.max(from, to - TRAILER_BYTES) : to;
}

/** Flags texts that are not UTF-8; whether any text cannot be shown from where it is stored. */
function flagTexts(batch: WireBatch, kind: Uint8Array, flags: Uint8Array): boolean {
  let needsCopy = 0;
  for (let row = 0; row < batch.rows; row++) {
    if (kind[row] !== KIND_TEXT) continue;
    if (!isUtf8(batch.payload, batch.offsets[row]!, textEnd(batch, flags, row))) {
      flags[row]! |= FLAG_INVALID_UTF8;
    }
    needsCopy |= flags[row]! & (FLAG_TRUNCATED | FLAG_INVALID_UTF8);
  }
  return needsCopy !== 0;
}

/** The texts one after the other, without trailers, and readable. */
function copyTexts(
  batch: WireBatch,
  kind: Uint8Array,
  flags: Uint8Array,
): { offsets: Int32Array; values: Uint8Array } {
  const { rows, payload } = batch;
  const replaced = new Map<number, Uint8Array>();
  const offsets = new Int32Array(rows + 1);
  for (let row = 0; row < rows; row++) {
    let length = 0;
    if (kind[row] === KIND_TEXT) {
      const from = batch.offsets[row]!, to = textEnd(batch, flags, row);
      length = to - from;
      if (flags[row]! & FLAG_INVALID_UTF8) {
        const text = ENCODER.encode(LENIENT.decode(payload.slice(from, to)));
        replaced.set(row, text);
        length = text.length;
      }
    }
    offsets[row + 1] = offsets[row]! + length;
  }
  const values = new Uint8Array(offsets[rows]!);
  for (let row = 0; row < rows; row++) {
    const from = batch.offsets[row]!;
    const length = offsets[row + 1]! - offsets[row]!;
    values.set(replaced.get(row) ?? payload.subarray(from, from + length), offsets[row]!);
  }
  return { offsets, values };
}
