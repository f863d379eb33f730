/**
 * Arrow's encapsulated messages: the header of a record batch or a schema, written and read without
 * apache-arrow's object tree, so that a batch costs microseconds and garbage costs nothing. Used by wire.ts
 * (capture folders) and by expand.ts (batches on their way into the store).
 *
 * Format: https://arrow.apache.org/docs/format/Columnar.html#serialization-and-interprocess-communication-ipc
 *
 * @module
 */
import { FlatBuilder, type FlatField, FlatTable } from "./flatbuffer.ts";

/** The types of columns that Ringscope stores. A column of booleans has one bit for each row, the lowest first. */
export type ColumnType =
  | "bool"
  | "int8"
  | "int16"
  | "int32"
  | "float32"
  | "float64"
  | "uint8"
  | "uint16"
  | "uint32"
  | "uint64"
  | "int64"
  | "timestamp_ns"
  | "binary"
  | "utf8";

export interface ColumnSpec {
  name: string;
  type: ColumnType;
  nullable: boolean;
}

/** The values of a column as they stand in a message's body. */
export interface ColumnBuffers {
  /** One bit per row, set where there is a value; null when every row has one. */
  validity: Uint8Array | null;
  nullCount: number;
  /** `rows + 1` offsets, for binary and utf8. */
  offsets?: Int32Array;
  values: ArrayBufferView;
}

/** Ends a stream in order. */
export const END_OF_STREAM: Uint8Array<ArrayBuffer> = Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0);

const TYPE_INT = 2, TYPE_FLOAT = 3, TYPE_BINARY = 4, TYPE_UTF8 = 5, TYPE_BOOL = 6, TYPE_TIMESTAMP = 10;
const HEADER_SCHEMA = 1, HEADER_RECORD_BATCH = 3;
const METADATA_V5 = 4;
const UNIT_NANOSECOND = 3;
const PRECISION_SINGLE = 1, PRECISION_DOUBLE = 2;
const FLOATS: Readonly<Record<number, ColumnType>> = {
  [PRECISION_SINGLE]: "float32",
  [PRECISION_DOUBLE]: "float64",
};

type IntegerType = "uint8" | "uint16" | "uint32" | "uint64" | "int8" | "int16" | "int32" | "int64";

const INTEGERS: Readonly<Record<IntegerType, { bits: number; signed: boolean }>> = {
  int8: { bits: 8, signed: true },
  int16: { bits: 16, signed: true },
  int32: { bits: 32, signed: true },
  uint8: { bits: 8, signed: false },
  uint16: { bits: 16, signed: false },
  uint32: { bits: 32, signed: false },
  uint64: { bits: 64, signed: false },
  int64: { bits: 64, signed: true },
};

/** Bytes of one value in the body, an eighth for booleans; 0 for columns with offsets. */
export function columnWidth(type: ColumnType): number {
  switch (type) {
    case "binary":
    case "utf8":
      return 0;
    case "bool":
      return 1 / 8;
    case "float32":
      return 4;
    case "float64":
    case "timestamp_ns":
      return 8;
    default:
      return INTEGERS[type].bits / 8;
  }
}

/** The schema message of a stream with these columns. */
export function encodeSchema(columns: readonly ColumnSpec[]): Uint8Array<ArrayBuffer> {
  const builder = new FlatBuilder();
  const fields = columns.map((column) => {
    const type = encodeType(builder, column.type);
    const children = builder.places([]);
    const name = builder.text(column.name);
    return builder.table([
      { id: 0, as: "offset", value: name },
      { id: 1, as: "uint8", value: column.nullable ? 1 : 0 },
      { id: 2, as: "uint8", value: type.tag },
      { id: 3, as: "offset", value: type.place },
      { id: 5, as: "offset", value: children },
    ]);
  });
  const schema = builder.table([{ id: 1, as: "offset", value: builder.places(fields) }]);
  return frame(finishMessage(builder, HEADER_SCHEMA, schema, 0, []), 0, (bytes) => new Uint8Array(bytes))
    .bytes;
}

function encodeType(builder: FlatBuilder, type: ColumnType): { tag: number; place: number } {
  if (type === "binary") return { tag: TYPE_BINARY, place: builder.table([]) };
  if (type === "utf8") return { tag: TYPE_UTF8, place: builder.table([]) };
  if (type === "timestamp_ns") {
    return { tag: TYPE_TIMESTAMP, place: builder.table([{ id: 0, as: "int16", value: UNIT_NANOSECOND }]) };
  }
  if (type === "bool") return { tag: TYPE_BOOL, place: builder.table([]) };
  if (type === "float32" || type === "float64") {
    const value = type === "float32" ? PRECISION_SINGLE : PRECISION_DOUBLE;
    return { tag: TYPE_FLOAT, place: builder.table([{ id: 0, as: "int16", value }]) };
  }
  const { bits, signed } = INTEGERS[type];
  const fields: FlatField[] = [{ id: 0, as: "int32", value: bits }];
  if (signed) fields.push({ id: 1, as: "uint8", value: 1 });
  return { tag: TYPE_INT, place: builder.table(fields) };
}

/**
 * A record batch message. Two columns may share one buffer (the same memory): it is written once, and both
 * point at it. `allocate` gives memory of a length; what stands between two buffers there is left as it is.
 */
export function encodeRecordBatch(
  rows: number,
  columns: readonly ColumnBuffers[],
  metadata: readonly (readonly [string, string])[] = [],
  allocate: (bytes: number) => Uint8Array<ArrayBuffer> = (bytes) => new Uint8Array(bytes),
): Uint8Array<ArrayBuffer> {
  const parts: { bytes: Uint8Array; at: number }[] = [];
  const places = new Map<string, [number, number]>();
  let bodyBytes = 0;
  const place = (view: ArrayBufferView): [number, number] => {
    if (view.byteLength === 0) return [bodyBytes, 0];
    const key = `${bufferNumber(view.buffer)}:${view.byteOffset}:${view.byteLength}`;
    const known = places.get(key);
    if (known !== undefined) return known;
    const at = bodyBytes;
    parts.push({ bytes: new Uint8Array(view.buffer, view.byteOffset, view.byteLength), at });
    bodyBytes += view.byteLength + 7 & ~7;
    places.set(key, [at, view.byteLength]);
    return [at, view.byteLength];
  };
  const numbers = new Map<ArrayBufferLike, number>();
  const bufferNumber = (buffer: ArrayBufferLike): number => {
    const known = numbers.get(buffer) ?? numbers.size;
    numbers.set(buffer, known);
    return known;
  };
  const buffers: [number, number][] = [];
  for (const column of columns) {
    buffers.push(column.validity === null ? [bodyBytes, 0] : place(column.validity));
    if (column.offsets !== undefined) buffers.push(place(column.offsets));
    buffers.push(place(column.values));
  }
  const builder = new FlatBuilder();
  const bufferVector = builder.sizePairs(buffers);
  const nodeVector = builder.sizePairs(columns.map((column) => [rows, column.nullCount]));
  const batch = builder.table([
    { id: 0, as: "int64", value: BigInt(rows) },
    { id: 1, as: "offset", value: nodeVector },
    { id: 2, as: "offset", value: bufferVector },
  ]);
  const header = finishMessage(builder, HEADER_RECORD_BATCH, batch, bodyBytes, metadata);
  const { bytes, bodyAt } = frame(header, bodyBytes, allocate);
  for (const part of parts) bytes.set(part.bytes, bodyAt + part.at);
  return bytes;
}

function finishMessage(
  builder: FlatBuilder,
  headerType: number,
  header: number,
  bodyBytes: number,
  metadata: readonly (readonly [string, string])[],
): Uint8Array {
  const pairs = metadata.map(([key, value]) => {
    const valuePlace = builder.text(value);
    const keyPlace = builder.text(key);
    return builder.table([
      { id: 0, as: "offset", value: keyPlace },
      { id: 1, as: "offset", value: valuePlace },
    ]);
  });
  const fields: FlatField[] = [
    { id: 0, as: "int16", value: METADATA_V5 },
    { id: 1, as: "uint8", value: headerType },
    { id: 2, as: "offset", value: header },
    { id: 3, as: "int64", value: BigInt(bodyBytes) },
  ];
  if (pairs.length > 0) fields.push({ id: 4, as: "offset", value: builder.places(pairs) });
  return builder.finish(builder.table(fields));
}

function frame(
  header: Uint8Array,
  bodyBytes: number,
  allocate: (bytes: number) => Uint8Array<ArrayBuffer>,
): { bytes: Uint8Array<ArrayBuffer>; bodyAt: number } {
  const bodyAt = 8 + header.length;
  const bytes = allocate(bodyAt + bodyBytes);
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  view.setUint32(0, 0xffffffff, true);
  view.setInt32(4, header.length, true);
  bytes.set(header, 8);
  return { bytes, bodyAt };
}

/** What a message's header says. Offsets of buffers count from the body's first byte. */
export type MessageHeader =
  | { kind: "schema"; bodyBytes: number; columns: ColumnSpec[] }
  | {
    kind: "batch";
    bodyBytes: number;
    rows: number;
    nodes: [number, number][];
    buffers: [number, number][];
    compressed: boolean;
    metadata: Map<string, string>;
    /** Where a value's bytes stand in the header, for the checksum that is part of what it covers. */
    valueRange(key: string): { from: number; length: number } | null;
  };

function messageOf(header: Uint8Array): FlatTable {
  return FlatTable.root(new DataView(header.buffer, header.byteOffset, header.byteLength));
}

/** How many bytes of body follow a header. RangeError where the bytes are no header. */
export function decodeBodyBytes(header: Uint8Array): number {
  return messageOf(header).size(3);
}

/** Reads a header. RangeError or SyntaxError where the bytes are no such header. */
export function decodeHeader(header: Uint8Array): MessageHeader {
  const message = messageOf(header);
  if (message.int16(0) !== METADATA_V5) throw new SyntaxError("the message is of another metadata version");
  const bodyBytes = message.size(3);
  const type = message.uint8(1);
  const content = message.table(2);
  if (content === null) throw new SyntaxError("the message has no content");
  if (type === HEADER_SCHEMA) {
    return { kind: "schema", bodyBytes, columns: content.tables(1).map(decodeField) };
  }
  if (type !== HEADER_RECORD_BATCH) throw new SyntaxError(`the message is of an unexpected kind (${type})`);
  const pairs = message.tables(4);
  return {
    kind: "batch",
    bodyBytes,
    rows: content.size(0),
    nodes: content.sizePairs(1),
    buffers: content.sizePairs(2),
    compressed: content.table(3) !== null,
    metadata: new Map(pairs.map((pair) => [pair.text(0) ?? "", pair.text(1) ?? ""])),
    valueRange: (key) => pairs.find((pair) => pair.text(0) === key)?.textRange(1) ?? null,
  };
}

function decodeField(field: FlatTable): ColumnSpec {
  const name = field.text(0) ?? "";
  const type = field.table(3);
  const found = type === null ? null : decodeType(field.uint8(2), type);
  if (found === null) throw new SyntaxError(`column "${name}" has a type that no segment has`);
  return { name, type: found, nullable: field.uint8(1) !== 0 };
}

function decodeType(tag: number, type: FlatTable): ColumnType | null {
  switch (tag) {
    case TYPE_BINARY:
      return "binary";
    case TYPE_UTF8:
      return "utf8";
    case TYPE_BOOL:
      return "bool";
    case TYPE_FLOAT:
      return FLOATS[type.int16(0)] ?? null;
    case TYPE_TIMESTAMP:
      return type.int16(0) === UNIT_NANOSECOND && type.text(1) === null ? "timestamp_ns" : null;
    case TYPE_INT: {
      const bits = type.int32(0), signed = type.uint8(1) !== 0;
      const found = Object.entries(INTEGERS).find(([, of]) => of.bits === bits && of.signed === signed);
      return (found?.[0] as IntegerType | undefined) ?? null;
    }
    default:
      return null;
  }
}
