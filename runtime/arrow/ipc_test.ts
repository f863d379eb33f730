import { assertEquals, assertThrows } from "@std/assert";
import { tableFromIPC } from "apache-arrow";
import { type ColumnSpec, decodeHeader, encodeRecordBatch, encodeSchema, END_OF_STREAM } from "./ipc.ts";

const COLUMNS: ColumnSpec[] = [
  { name: "small", type: "uint8", nullable: false },
  { name: "number", type: "uint64", nullable: false },
  { name: "moment", type: "timestamp_ns", nullable: false },
  { name: "text", type: "utf8", nullable: true },
  { name: "bytes", type: "binary", nullable: true },
];

/** Three rows; text and bytes share one buffer, each with nulls where the other has a value. */
function threeRows(): Uint8Array<ArrayBuffer> {
  const offsets = Int32Array.of(0, 5, 7, 8);
  const values = new TextEncoder().encode("hello??x");
  return encodeRecordBatch(3, [
    { validity: null, nullCount: 0, values: Uint8Array.of(1, 2, 3) },
    { validity: null, nullCount: 0, values: BigUint64Array.of(1n, 2n, 2n ** 64n - 1n) },
    { validity: null, nullCount: 0, values: BigInt64Array.of(-1n, 0n, 1_795_479_692_548_123_457n) },
    { validity: Uint8Array.of(0b101), nullCount: 1, offsets, values },
    { validity: Uint8Array.of(0b010), nullCount: 2, offsets, values },
  ], [["colour", "grün"]]);
}

/** The header of an encapsulated message: what stands between its prefix and its body. */
function headerOf(message: Uint8Array<ArrayBuffer>): Uint8Array {
  return message.subarray(8, 8 + new DataView(message.buffer).getInt32(4, true));
}

Deno.test("a stream that is written here is read by apache-arrow", async () => {
  const stream = await new Blob([encodeSchema(COLUMNS), threeRows(), END_OF_STREAM]).bytes();
  const table = tableFromIPC(stream);
  assertEquals(
    table.schema.fields.map((field) => `${field.name} ${field.type}${field.nullable ? "?" : ""}`),
    ["small Uint8", "number Uint64", "moment Timestamp<NANOSECOND>", "text Utf8?", "bytes Binary?"],
  );
  assertEquals([...table.getChild("number")!], [1n, 2n, 2n ** 64n - 1n]);
  assertEquals([...table.getChild("moment")!.data[0]!.values], [-1n, 0n, 1_795_479_692_548_123_457n]);
  assertEquals([...table.getChild("text")!], ["hello", null, "x"]);
  assertEquals([...table.getChild("bytes")!], [null, new TextEncoder().encode("??"), null]);
});

Deno.test("a buffer that two columns share is written once", () => {
  const header = decodeHeader(headerOf(threeRows()));
  if (header.kind !== "batch") throw new Error("not a batch");
  const [textOffsets, textValues] = header.buffers.slice(7, 9);
  const [bytesOffsets, bytesValues] = header.buffers.slice(10, 12);
  assertEquals([textOffsets, textValues], [bytesOffsets, bytesValues]);
});

Deno.test("a header gives back what was written", () => {
  const header = decodeHeader(headerOf(threeRows()));
  if (header.kind !== "batch") throw new Error("not a batch");
  assertEquals(header.rows, 3);
  assertEquals(header.nodes.map(([, nulls]) => nulls), [0, 0, 0, 1, 2]);
  assertEquals(header.metadata, new Map([["colour", "grün"]]));
  const schema = decodeHeader(headerOf(encodeSchema(COLUMNS)));
  assertEquals(schema.kind === "schema" && schema.columns, COLUMNS);
});

Deno.test("a header cut anywhere, or with any byte changed, is refused or read, and never hangs", () => {
  const header = headerOf(threeRows());
  const attempt = (bytes: Uint8Array) => {
    try {
      decodeHeader(bytes);
    } catch (error) {
      if (!(error instanceof RangeError) && !(error instanceof SyntaxError)) throw error;
    }
  };
  for (let length = 0; length < header.length; length++) attempt(header.slice(0, length));
  for (let at = 0; at < header.length; at++) {
    for (const value of [0, 0x7f, 0x80, 0xff]) {
      const changed = header.slice();
      changed[at] = value;
      attempt(changed);
    }
  }
});

Deno.test("zeros are no header", () => {
  assertThrows(() => decodeHeader(new Uint8Array(64)));
});

Deno.test("booleans, signed integers and floating point are read by apache-arrow, and by ourselves", async () => {
  const types = ["bool", "int8", "int16", "int32", "int64", "float32", "float64"] as const;
  const columns = types.map((type) => ({ name: type, type, nullable: true }));
  const values = [
    Uint8Array.of(0b01),
    Int8Array.of(-128, 127),
    Int16Array.of(-32768, 32767),
    Int32Array.of(-(2 ** 31), 2 ** 31 - 1),
    BigInt64Array.of(-(2n ** 63n), 2n ** 63n - 1n),
    Float32Array.of(-0.5, Infinity),
    Float64Array.of(5e-324, -0),
  ];
  const batch = encodeRecordBatch(2, values.map((values) => ({ validity: null, nullCount: 0, values })));
  const stream = await new Blob([encodeSchema(columns), batch, END_OF_STREAM]).bytes();
  const table = tableFromIPC(stream);
  assertEquals(table.schema.fields.map(({ type }) => String(type)), [
    ...["Bool", "Int8", "Int16", "Int32", "Int64", "Float32", "Float64"],
  ]);
  assertEquals([...table.getChild("bool")!], [true, false]);
  for (const [at, type] of types.entries()) {
    if (at > 0) assertEquals([...table.getChild(type)!], [...values[at]!] as unknown[], type);
  }
  const schema = decodeHeader(headerOf(encodeSchema(columns)));
  assertEquals(schema.kind === "schema" && schema.columns, columns);
});
