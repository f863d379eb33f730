import { assertEquals, assertStringIncludes } from "@std/assert";
import { setColorEnabled } from "@std/fmt";
import { formatRows, type RowFormat, type Rows } from "./format_rows.ts";

setColorEnabled(false);

const ROWS: Rows = {
  columns: [
    { name: "n", type: "UBIGINT" },
    { name: "ts", type: "TIMESTAMP_NS" },
    { name: "text", type: "VARCHAR" },
    { name: "data", type: "BLOB" },
  ],
  rows: [
    [9007199254740993n, 1_700_000_000_123_456_789n, `a "b",\nc`, Uint8Array.of(0, 255)],
    [1n, null, "", null],
  ],
};

function written(format: RowFormat, rows: Rows = ROWS): string {
  return [...formatRows(rows, format)].join("");
}

Deno.test("CSV quotes what must be, and NULL differs from an empty text", () => {
  assertEquals(
    written("csv"),
    `n,ts,text,data\n9007199254740993,2023-11-14T22:13:20.123456789Z,"a ""b"",\nc",00ff\n1,,"",\n`,
  );
});

Deno.test("JSON keeps integers beyond 2^53 as texts, times with nanoseconds, bytes as hexadecimal digits", () => {
  assertEquals(JSON.parse(written("json")), [
    { n: "9007199254740993", ts: "2023-11-14T22:13:20.123456789Z", text: `a "b",\nc`, data: "00ff" },
    { n: 1, ts: null, text: "", data: null },
  ]);
  assertEquals(written("json", { columns: ROWS.columns, rows: [] }), "[]\n");
});

Deno.test("NDJSON has one object in each line", () => {
  assertEquals(written("ndjson").trimEnd().split("\n").map((line) => JSON.parse(line).n), [
    "9007199254740993",
    1,
  ]);
});

Deno.test("a table shows NULL in words and control characters as escapes", () => {
  const lines = written("table").trimEnd().split("\n");
  assertEquals(lines.length, 6);
  assertStringIncludes(lines[3] ?? "", `│ a "b",\\nc │`);
  assertStringIncludes(lines[4] ?? "", "│ NULL");
});

Deno.test("an escape sequence in a log does not reach the terminal", () => {
  const evil = { columns: [{ name: "m", type: "VARCHAR" }], rows: [["\x1b[31mred\x9b1m\x07"]] };
  assertStringIncludes(written("table", evil), "\\x1b[31mred\\x9b1m\\x07");
});

Deno.test("Markdown escapes what would end a cell", () => {
  const rows = {
    columns: [{ name: "a|b", type: "INTEGER" }, { name: "t", type: "VARCHAR" }],
    rows: [[1, "x|y\nz"]],
  };
  assertEquals(written("markdown", rows), "| a\\|b | t |\n| ---: | --- |\n| 1 | x\\|y\\\\nz |\n");
});

Deno.test("columns of one name keep their values apart in JSON", () => {
  const rows = {
    columns: ["a", "a", "a_1"].map((name) => ({ name, type: "INTEGER" })),
    rows: [[1, 2, 3]],
  };
  assertEquals(JSON.parse(written("json", rows)), [{ a: 1, a_2: 2, a_1: 3 }]);
});

Deno.test("numbers that JSON lacks become texts", () => {
  const rows = { columns: [{ name: "x", type: "DOUBLE" }], rows: [[NaN], [Infinity], [0.5]] };
  assertEquals(JSON.parse(written("json", rows)), [{ x: "NaN" }, { x: "Infinity" }, { x: 0.5 }]);
});

Deno.test("a table that is wider than the terminal has its texts cut, not its numbers", () => {
  const rows = {
    columns: [{ name: "n", type: "INTEGER" }, { name: "text", type: "VARCHAR" }],
    rows: [[1234567, "x".repeat(100)]],
  };
  const lines = [...formatRows(rows, "table", { width: 40 })].join("").trimEnd().split("\n");
  assertEquals(new Set(lines.map((line) => line.length)), new Set([40]));
  assertStringIncludes(lines[3] ?? "", "1234567");
  assertStringIncludes(lines[3] ?? "", "…");
});
