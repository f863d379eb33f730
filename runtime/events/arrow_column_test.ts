import { assertEquals, assertThrows } from "@std/assert";
import { encodeRecordBatch, encodeSchema, END_OF_STREAM } from "../arrow/ipc.ts";
import { WasmEngine } from "../store/wasm_engine.ts";
import { ArgumentType as Type } from "./argument_type.ts";
import { arrowBuffers, arrowSpec } from "./arrow_column.ts";
import { ScriptEvents } from "./script_events.ts";
import { encodeSite, float, makeBatch, NULL_TEXT, number, text, text16 } from "./test_support.ts";

Deno.test("columns of every type go into DuckDB as they are", async () => {
  const columns: readonly [number, string, readonly number[], string, string, unknown][] = [
    [Type.bool, "%d", [1], "BOOLEAN", "v1", true],
    [Type.i8, "%d", [0x80], "TINYINT", "v2", -128],
    [Type.u8, "%d", [0xff], "UTINYINT", "v3", 255],
    [Type.i16, "%d", number(-32768, 2), "SMALLINT", "v4", -32768],
    [Type.u16, "%d", number(65535, 2), "USMALLINT", "v5", 65535],
    [Type.i32, "%d", number(-(2 ** 31), 4), "INTEGER", "v6", -(2 ** 31)],
    [Type.u32, "%d", number(2 ** 32 - 1, 4), "UINTEGER", "v7", 2 ** 32 - 1],
    [Type.i64, "%d", number(-(2n ** 63n), 8), "BIGINT", "v8", -(2n ** 63n)],
    [Type.u64, "%d", number(2n ** 64n - 1n, 8), "UBIGINT", "v9", 2n ** 64n - 1n],
    [Type.f32, "%g", float(0.5, 4), "FLOAT", "v10", 0.5],
    [Type.f64, "%g", float(0.1, 8), "DOUBLE", "v11", 0.1],
    [Type.pointer, "%p", number(0xffff_a001n, 8), "UBIGINT", "v12", 0xffff_a001n],
    [Type.text, "%s", text("é", 4096), "VARCHAR", "v13", "é…(4096)"],
    [Type.text16, "%s", text16("日"), "VARCHAR", "v14", "日"],
    [Type.bytes, "%s", text(Uint8Array.of(0, 255)), "BLOB", "v15", Uint8Array.of(0, 255)],
  ];
  // A number that has a name has two columns.
  const named = { type: Type.errno, key: "v16", payload: number(-5, 4) };
  using events = new ScriptEvents();
  const format = [...columns.map(([, conversion]) => conversion), "%s"].join(" ");
  const arguments_ = columns.map(([type, , , , key]) => ({ type, key }));
  events.add(1, encodeSite({ format, arguments: [...arguments_, named] }));
  events.add(2, encodeSite({ format: "%s", arguments: [{ type: Type.text, key: "v13" }] }));
  const payload = [...columns.flatMap((column) => column[2]), ...named.payload];
  const found = events.columns("io_done", makeBatch([{ payload }, { site: 2, payload: NULL_TEXT }]))!;

  const engine = await WasmEngine.start();
  const specs = columns.map(([, , , type, key]) => `${key} ${type}`);
  await engine.run(`CREATE TABLE event (${specs.join(", ")}, v16 INTEGER, v16_name VARCHAR)`);
  const stream = await new Blob([
    encodeSchema(found.columns.map(arrowSpec)),
    encodeRecordBatch(2, found.columns.map(arrowBuffers)),
    END_OF_STREAM,
  ]).bytes();
  engine.insert("event", stream);
  const { rows } = await engine.query("SELECT * FROM event");
  assertEquals(rows, [
    [...columns.map((column) => column[5]), -5, "-EIO"],
    [...columns.map(() => null), null, null],
  ]);
});

Deno.test("a type that there is not is refused", () => {
  assertThrows(() => arrowSpec({ name: "x", type: 14 }), TypeError, "column x has type 14");
});
