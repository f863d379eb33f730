/** Values of every type that people select: both engines give the same. */
import { assertEquals, assertRejects } from "@std/assert";
import { QueryError } from "../errors.ts";
import { intervalText } from "./interval_text.ts";
import { openStore } from "./store.ts";
import { WasmEngine } from "./wasm_engine.ts";

const VALUES: readonly [expression: string, type: string, value: unknown][] = [
  ["TIMESTAMP_NS '2026-01-01 00:00:01.5' - TIMESTAMP_NS '2026-01-01'", "INTERVAL", "00:00:01.5"],
  ["INTERVAL '14 months -2 days 3.25 seconds'", "INTERVAL", "1 year 2 months -2 days 00:00:03.25"],
  ["[INTERVAL 1 DAY, NULL]", "INTERVAL[]", ["1 day", null]],
  ["NULL::INTERVAL", "INTERVAL", null],
  ["MAP {'a': 1, 'b': NULL}", "MAP(VARCHAR, INTEGER)", [{ key: "a", value: 1 }, { key: "b", value: null }]],
  ["MAP {}", "MAP(INTEGER, INTEGER)", []],
  ["[MAP {1: 2}]", "MAP(INTEGER, INTEGER)[]", [[{ key: 1, value: 2 }]]],
  ["{'x': 1, 'y': 'z'}", "STRUCT(x INTEGER, y VARCHAR)", { x: 1, y: "z" }],
  ["[1, NULL]::INTEGER[2]", "INTEGER[2]", [1, null]],
  ["union_value(a := 1)", "UNION(a INTEGER)", 1],
  ["2::UHUGEINT + 340282366920938463463374607431768211453", "UHUGEINT", 2n ** 128n - 1n],
  ["-170141183460469231731687303715884105727::HUGEINT", "HUGEINT", -(2n ** 127n) + 1n],
  ["1.50::DECIMAL(9, 2)", "DECIMAL(9,2)", 1.5],
  ["DATE '2026-01-01'", "DATE", 20454n],
  ["TIME '10:00:01.5'", "TIME", 36_001_500_000n],
  ["'6f6f0000-0000-0000-0000-000000000001'::UUID", "VARCHAR", "6f6f0000-0000-0000-0000-000000000001"],
];

Deno.test("every value is the same from both engines, with its type", async () => {
  for (const engine of ["wasm", "native"] as const) {
    await using store = await openStore([], { engine });
    for (const [expression, type, value] of VALUES) {
      const { columns, rows } = await store.query(`SELECT ${expression} AS value`);
      assertEquals([columns[0]!.type, rows], [type, [[value]]], `${engine}: ${expression}`);
    }
  }
});

Deno.test("several rows of intervals, maps and lists of one size keep apart", async () => {
  using wasm = await WasmEngine.start();
  const { rows } = await wasm.query(
    "SELECT to_days(n::INTEGER), MAP {n: n + 1}, [n, n + 1]::BIGINT[2] FROM range(1, 4) numbers(n)",
  );
  assertEquals(
    rows,
    [1n, 2n, 3n].map((n) => [
      `${n} day${n === 1n ? "" : "s"}`,
      [{ key: n, value: n + 1n }],
      [n, n + 1n],
    ]),
  );
});

Deno.test("an ENUM is refused with what to do: DuckDB-WASM hands out numbers without names", async () => {
  using wasm = await WasmEngine.start();
  await assertRejects(() => wasm.query("SELECT 'x'::ENUM('x')"), QueryError, "cast it (column::VARCHAR)");
  assertEquals((await wasm.query("SELECT 'x'::ENUM('x')::VARCHAR")).rows, [["x"]]);
});

Deno.test("an interval is written as DuckDB writes it", () => {
  assertEquals(intervalText(0, 0, 0n), "00:00:00");
  assertEquals(intervalText(-13, 1, -1_000n), "-1 year -1 month 1 day -00:00:00.001");
  assertEquals(intervalText(0, 0, 100n * 3_600_000_000n), "100:00:00");
});
