/**
 * The wire format of a capture folder's segments, read and written: batches of `logs` and of `gaps`, each with
 * its metadata and checksum. The contract is runtime/capture/README.md; files are read by segment_reader.ts,
 * and rows become what SQL shows in expand.ts.
 *
 * Decoded columns are views of the message's bytes where these are aligned.
 *
 * @module
 */
import { type Anchor } from "./clock.ts";
import { type Crc32c, crc32c } from "./crc32c.ts";
import {
  type ColumnBuffers,
  type ColumnSpec,
  columnWidth,
  encodeRecordBatch,
  encodeSchema,
  type MessageHeader,
} from "./ipc.ts";
import {
  format,
  parseAnchor,
  parseCounters,
  parseInteger,
  parseRounds,
  parseSeqBase,
  type RingCounters,
  type Round,
  type SeqBase,
} from "./metadata.ts";

export { type Anchor } from "./clock.ts";
export { END_OF_STREAM } from "./ipc.ts";
export { COUNTER_NAMES, type RingCounters, type Round, type SeqBase } from "./metadata.ts";

/** `flags` of an entry. */
export const FLAG_TRUNCATED = 1, FLAG_INVALID_UTF8 = 2;

/** `kind` of an entry: text, data, event. */
export const KIND_TEXT = 0, KIND_DATA = 1, KIND_EVENT = 2;

/** `class` of a row: bits 0–1 kind, 2–4 severity, 8–15 flags. */
export function packClass(kind: number, severity: number, flags = 0): number {
  return kind | severity << 2 | flags << 8;
}

/** A batch of entries as it stands in a segment. All columns have `rows` values, `offsets` one more. */
export interface WireBatch {
  /** Number of the batch in the capture, from 0. */
  batch: number;
  rows: number;
  /** `idx` of a row = this + its `idxDelta`. */
  baseIdx: bigint;
  anchor: Anchor;
  rounds: Round[];
  seqBase: SeqBase[];
  /** Every ring's counters when the batch was closed. */
  counters: RingCounters[];
  /** The drain's clock when the counters were taken; 0 where it has none. */
  drainTicks: bigint;
  idxDelta: Uint32Array;
  ticks: BigUint64Array;
  /** `seq` of a row = the base of its processor + this. */
  seqDelta: Uint32Array;
  processor: Uint16Array;
  /** See {@link packClass}. */
  class: Uint16Array;
  pid: Uint32Array;
  tid: Uint32Array;
  type: Uint32Array;
  remarks: Uint32Array;
  /** Row n's payload is `payload[offsets[n] … offsets[n + 1])`. */
  offsets: Int32Array;
  payload: Uint8Array;
}

/** A column in which a value may be missing. */
export interface NullableColumn {
  values: BigUint64Array;
  /** One bit per row, set where there is a value; null when every row has one. */
  validity: Uint8Array | null;
}

/** Why attempts were lost, in the order of the codes 1 … 7. */
export const GAP_CAUSES = [
  "lost_full",
  "overwritten",
  "too_big",
  "abandoned",
  "corrupt",
  "unstored",
  "mixed",
] as const;

/** A batch of holes as it stands in a segment. */
export interface WireGaps {
  /** The logs batch whose counters include these holes. */
  batch: number;
  rows: number;
  anchor: Anchor;
  processor: Uint16Array;
  /** 1 … 7, see {@link GAP_CAUSES}. */
  cause: Uint8Array;
  lost: BigUint64Array;
  prevSeq: NullableColumn;
  nextSeq: NullableColumn;
  prevIdx: NullableColumn;
  nextIdx: NullableColumn;
  prevTicks: NullableColumn;
  nextTicks: NullableColumn;
}

/** How the batches of a segment are told apart from anything else, and read. */
export interface SegmentFormat<Batch> {
  columns: readonly ColumnSpec[];
  /** SyntaxError or RangeError where header and body do not fit together. */
  decode(header: BatchHeader, body: Uint8Array<ArrayBuffer>): Batch;
}

/** The header of a record batch message. */
export type BatchHeader = Extract<MessageHeader, { kind: "batch" }>;

const LOGS_COLUMNS: readonly ColumnSpec[] = [
  { name: "idx_delta", type: "uint32", nullable: false },
  { name: "ticks", type: "uint64", nullable: false },
  { name: "seq_delta", type: "uint32", nullable: false },
  { name: "processor", type: "uint16", nullable: false },
  { name: "class", type: "uint16", nullable: false },
  { name: "pid", type: "uint32", nullable: false },
  { name: "tid", type: "uint32", nullable: false },
  { name: "type", type: "uint32", nullable: false },
  { name: "remarks", type: "uint32", nullable: false },
  { name: "payload", type: "binary", nullable: false },
];

const GAPS_COLUMNS: readonly ColumnSpec[] = [
  { name: "processor", type: "uint16", nullable: false },
  { name: "cause", type: "uint8", nullable: false },
  { name: "lost", type: "uint64", nullable: false },
  { name: "prev_seq", type: "uint64", nullable: true },
  { name: "next_seq", type: "uint64", nullable: true },
  { name: "prev_idx", type: "uint64", nullable: true },
  { name: "next_idx", type: "uint64", nullable: true },
  { name: "prev_ticks", type: "uint64", nullable: true },
  { name: "next_ticks", type: "uint64", nullable: true },
];

/** Segments of `logs/`. */
export const LOGS_FORMAT: SegmentFormat<WireBatch> = { columns: LOGS_COLUMNS, decode: decodeLogs };

/** Segments of `gaps/`. */
export const GAPS_FORMAT: SegmentFormat<WireGaps> = { columns: GAPS_COLUMNS, decode: decodeGaps };

/** The message that a `logs` segment begins with. */
export function encodeLogsSchema(): Uint8Array<ArrayBuffer> {
  return encodeSchema(LOGS_COLUMNS);
}

/** The message that a `gaps` segment begins with. */
export function encodeGapsSchema(): Uint8Array<ArrayBuffer> {
  return encodeSchema(GAPS_COLUMNS);
}

/** A batch as it is appended to a `logs` segment, checksum included. */
export function encodeLogsBatch(batch: WireBatch, checksum: Crc32c = crc32c): Uint8Array<ArrayBuffer> {
  const columns: ColumnBuffers[] = [
    batch.idxDelta,
    batch.ticks,
    batch.seqDelta,
    batch.processor,
    batch.class,
    batch.pid,
    batch.tid,
    batch.type,
    batch.remarks,
  ].map((values) => ({ validity: null, nullCount: 0, values: values.subarray(0, batch.rows) }));
  columns.push({
    validity: null,
    nullCount: 0,
    offsets: batch.offsets.subarray(0, batch.rows + 1),
    values: batch.payload,
  });
  return seal(
    encodeRecordBatch(batch.rows, columns, [
      [CHECKSUM, NO_DIGITS],
      ["ringscope.batch", String(batch.batch)],
      ["ringscope.base_idx", String(batch.baseIdx)],
      ["ringscope.anchor", format.anchor(batch.anchor)],
      ["ringscope.rounds", format.rounds(batch.rounds)],
      ["ringscope.seq_base", format.seqBase(batch.seqBase)],
      ["ringscope.counters", format.counters(batch.counters)],
      ["ringscope.ticks", String(batch.drainTicks)],
    ]),
    checksum,
  );
}

/** A batch as it is appended to a `gaps` segment, checksum included. */
export function encodeGapsBatch(gaps: WireGaps, checksum: Crc32c = crc32c): Uint8Array<ArrayBuffer> {
  const whole = (values: ArrayBufferView): ColumnBuffers => ({ validity: null, nullCount: 0, values });
  const nullable = ({ values, validity }: NullableColumn): ColumnBuffers => ({
    validity,
    nullCount: validity === null ? 0 : countNulls(validity, gaps.rows),
    values,
  });
  return seal(
    encodeRecordBatch(gaps.rows, [
      whole(gaps.processor),
      whole(gaps.cause),
      whole(gaps.lost),
      ...[gaps.prevSeq, gaps.nextSeq, gaps.prevIdx, gaps.nextIdx, gaps.prevTicks, gaps.nextTicks].map(
        nullable,
      ),
    ], [
      [CHECKSUM, NO_DIGITS],
      ["ringscope.batch", String(gaps.batch)],
      ["ringscope.anchor", format.anchor(gaps.anchor)],
    ]),
    checksum,
  );
}

function countNulls(validity: Uint8Array, rows: number): number {
  let nulls = 0;
  for (let row = 0; row < rows; row++) nulls += 1 - (validity[row >> 3]! >> (row & 7) & 1);
  return nulls;
}

const CHECKSUM = "ringscope.crc32c";
const NO_DIGITS = "00000000";
const PREFIX_BYTES = 8;

/** Puts the checksum of a message, made with the digits 00000000, in their place. */
function seal(message: Uint8Array<ArrayBuffer>, checksum: Crc32c): Uint8Array<ArrayBuffer> {
  const key = new TextEncoder().encode(`${CHECKSUM}\0`);
  const digits = new TextEncoder().encode(`\x08\0\0\0${NO_DIGITS}\0`);
  const at = findBytes(message, digits, findBytes(message, key, 0)) + 4;
  message.set(toDigits(checksum(message)), at);
  return message;
}

function findBytes(bytes: Uint8Array, wanted: Uint8Array, from: number): number {
  for (let at = from; at + wanted.length <= bytes.length; at++) {
    if (wanted.every((byte, n) => bytes[at + n] === byte)) return at;
  }
  throw new RangeError("the checksum's place is not in the message");
}

function toDigits(sum: number): Uint8Array {
  return new TextEncoder().encode(sum.toString(16).padStart(8, "0"));
}

/**
 * Whether a whole encapsulated message has the checksum that its header tells. The message is changed and put back.
 *
 * @throws {SyntaxError} The header has no such checksum.
 */
export function isChecksumRight(
  message: Uint8Array<ArrayBuffer>,
  header: BatchHeader,
  checksum: Crc32c,
): boolean {
  const range = header.valueRange(CHECKSUM);
  const told = header.metadata.get(CHECKSUM) ?? "";
  if (range === null || !/^[0-9a-f]{8}$/.test(told)) throw new SyntaxError(`the batch has no ${CHECKSUM}`);
  const place = message.subarray(PREFIX_BYTES + range.from, PREFIX_BYTES + range.from + range.length);
  const digits = place.slice();
  place.fill(0x30);
  const sum = checksum(message);
  place.set(digits);
  return sum === parseInt(told, 16);
}

/** Takes a batch's buffers one after the other, each bounded by the body. */
class BodyReader {
  readonly rows: number;
  readonly #header: BatchHeader;
  readonly #body: Uint8Array<ArrayBuffer>;
  #at = 0;

  constructor(header: BatchHeader, body: Uint8Array<ArrayBuffer>, columns: readonly ColumnSpec[]) {
    const buffers = columns.reduce((sum, column) => sum + (columnWidth(column.type) === 0 ? 3 : 2), 0);
    if (header.compressed) throw new SyntaxError("the batch is compressed");
    if (header.nodes.length !== columns.length || header.buffers.length !== buffers) {
      throw new SyntaxError("the batch has other columns than its segment");
    }
    for (const [rows] of header.nodes) {
      if (rows !== header.rows) throw new SyntaxError("a column has another length than its batch");
    }
    this.rows = header.rows;
    this.#header = header;
    this.#body = body;
  }

  #bytes(needed: number): Uint8Array<ArrayBuffer> {
    const [offset, length] = this.#header.buffers[this.#at++] ?? [0, 0];
    if (length < needed) throw new RangeError(`a column has ${length} bytes where its rows need ${needed}`);
    if (offset + length > this.#body.length) throw new RangeError("a column leads outside of its batch");
    return this.#body.subarray(offset, offset + length);
  }

  #aligned(count: number, width: number): Uint8Array<ArrayBuffer> {
    const bytes = this.#bytes(count * width).subarray(0, count * width);
    return bytes.byteOffset % width === 0 ? bytes : bytes.slice();
  }

  #noValidity(): void {
    if (this.#bytes(0).length > 0) throw new SyntaxError("a column that has no nulls has a bitmap of them");
  }

  uint8(): Uint8Array {
    this.#noValidity();
    return this.#aligned(this.rows, 1);
  }

  uint16(): Uint16Array {
    this.#noValidity();
    const bytes = this.#aligned(this.rows, 2);
    return new Uint16Array(bytes.buffer, bytes.byteOffset, this.rows);
  }

  uint32(): Uint32Array {
    this.#noValidity();
    const bytes = this.#aligned(this.rows, 4);
    return new Uint32Array(bytes.buffer, bytes.byteOffset, this.rows);
  }

  uint64(): BigUint64Array {
    this.#noValidity();
    return this.#words();
  }

  nullableUint64(): NullableColumn {
    const bitmap = this.#bytes(0);
    const bits = Math.ceil(this.rows / 8);
    if (bitmap.length > 0 && bitmap.length < bits) throw new RangeError("a bitmap of nulls is too short");
    return { validity: bitmap.length === 0 ? null : bitmap.subarray(0, bits), values: this.#words() };
  }

  #words(): BigUint64Array {
    const bytes = this.#aligned(this.rows, 8);
    return new BigUint64Array(bytes.buffer, bytes.byteOffset, this.rows);
  }

  binary(): { offsets: Int32Array; values: Uint8Array } {
    this.#noValidity();
    // A column without rows may leave its only offset out.
    const isBare = this.rows === 0 && this.#header.buffers[this.#at]?.[1] === 0;
    const bytes = this.#aligned(isBare ? 0 : this.rows + 1, 4);
    const offsets = isBare ? Int32Array.of(0) : new Int32Array(bytes.buffer, bytes.byteOffset, this.rows + 1);
    const values = this.#bytes(0);
    let before = 0;
    for (let row = 0; row < offsets.length; row++) {
      const offset = offsets[row]!;
      if (offset < before) throw new RangeError("a payload ends before it begins");
      before = offset;
    }
    if (before > values.length) throw new RangeError("a payload leads outside of its column");
    return { offsets, values };
  }
}

function decodeLogs(header: BatchHeader, body: Uint8Array<ArrayBuffer>): WireBatch {
  const reader = new BodyReader(header, body, LOGS_COLUMNS);
  const { metadata, rows } = header;
  const columns = {
    idxDelta: reader.uint32(),
    ticks: reader.uint64(),
    seqDelta: reader.uint32(),
    processor: reader.uint16(),
    class: reader.uint16(),
    pid: reader.uint32(),
    tid: reader.uint32(),
    type: reader.uint32(),
    remarks: reader.uint32(),
  };
  const { offsets, values } = reader.binary();
  const seqBase = parseSeqBase(metadata);
  checkProcessors(columns.processor, seqBase);
  return {
    batch: Number(parseInteger(metadata, "ringscope.batch")),
    rows,
    baseIdx: parseInteger(metadata, "ringscope.base_idx"),
    anchor: parseAnchor(metadata),
    rounds: parseRounds(metadata, rows),
    seqBase,
    counters: parseCounters(metadata),
    drainTicks: parseInteger(metadata, "ringscope.ticks"),
    ...columns,
    offsets,
    payload: values,
  };
}

function checkProcessors(processors: Uint16Array, bases: readonly SeqBase[]): void {
  const known = new Uint8Array(0x1_0000);
  for (const { processor } of bases) known[processor] = 1;
  for (let row = 0; row < processors.length; row++) {
    const processor = processors[row]!;
    if (known[processor] === 0) throw new SyntaxError(`ringscope.seq_base lacks processor ${processor}`);
  }
}

function decodeGaps(header: BatchHeader, body: Uint8Array<ArrayBuffer>): WireGaps {
  const reader = new BodyReader(header, body, GAPS_COLUMNS);
  return {
    batch: Number(parseInteger(header.metadata, "ringscope.batch")),
    rows: header.rows,
    anchor: parseAnchor(header.metadata),
    processor: reader.uint16(),
    cause: reader.uint8(),
    lost: reader.uint64(),
    prevSeq: reader.nullableUint64(),
    nextSeq: reader.nullableUint64(),
    prevIdx: reader.nullableUint64(),
    nextIdx: reader.nullableUint64(),
    prevTicks: reader.nullableUint64(),
    nextTicks: reader.nullableUint64(),
  };
}
