import { assertEquals, assertThrows } from "@std/assert";
import { quoteText, toLiteral } from "./sql_literal.ts";
import { WasmEngine } from "./wasm_engine.ts";

Deno.test("a value is written as SQL writes it", () => {
  const written: [unknown, string][] = [
    [null, "NULL"],
    [undefined, "NULL"],
    [true, "true"],
    [-7, "-7"],
    [1.5, "1.5::DOUBLE"],
    [2 ** 60, "1152921504606847000::DOUBLE"],
    [-Infinity, "'-Infinity'::DOUBLE"],
    [NaN, "'NaN'::DOUBLE"],
    [5n, "'5'::UINTEGER"],
    [2n ** 32n, "4294967296"],
    [2n ** 63n - 1n, "9223372036854775807"],
    [-5n, "'-5'::BIGINT"],
    [-(2n ** 63n), "'-9223372036854775808'::BIGINT"],
    [2n ** 63n, "'9223372036854775808'::UBIGINT"],
    [2n ** 64n, "'18446744073709551616'::HUGEINT"],
    ["it's", "'it''s'"],
    ["a\0b", "'a'||chr(0)||'b'"],
    [Uint8Array.of(0, 39, 255), "'\\x00\\x27\\xff'::BLOB"],
    [new Date(1500), "make_timestamp_ns(1500000000)"],
    [[1, ["a"], null], "[1, ['a'], NULL]"],
  ];
  for (const [value, expected] of written) assertEquals(toLiteral(value), expected);
  assertEquals(quoteText(""), "''");
});

Deno.test("what SQL has no type for is refused", () => {
  assertThrows(() => toLiteral({}), TypeError, "cannot be an object");
  assertThrows(() => toLiteral(() => 1), TypeError, "cannot be a function");
});

Deno.test("a bigint is compared with a column as it is: a cast of the column would be made for every row", async () => {
  using engine = await WasmEngine.start();
  await engine.run("CREATE TABLE numbers (idx UBIGINT, lasted_ns BIGINT)");
  for (const value of [0n, 5n, 2n ** 31n, 2n ** 32n, 2n ** 62n]) {
    for (const column of ["idx", "lasted_ns"]) {
      const { rows } = await engine.query(`EXPLAIN FROM numbers WHERE ${column} > ${toLiteral(value)}`);
      assertEquals(/Filters:[^│]*│/.test(String(rows)) && !/CAST/i.test(String(rows)), true, String(rows));
    }
  }
});
