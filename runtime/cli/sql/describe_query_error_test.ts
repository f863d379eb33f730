import { assertEquals } from "@std/assert";
import { oneLine } from "./describe_query_error.ts";

Deno.test("the engine's caret becomes a line and a column", () => {
  const query = "SELECT 1\nFROM logs WHER x";
  const message =
    `Parser Error: syntax error at or near "x"\n\nLINE 2: FROM logs WHER x\n                       ^`;
  assertEquals(oneLine(message, query), `Parser Error: syntax error at or near "x" (line 2, column 16)`);
});

Deno.test("a place that the engine shows twice is said once", () => {
  const shown = `LINE 1: SELECT * FORM x\n                      ^`;
  assertEquals(
    oneLine(`Parser Error: near "x"\n\n${shown}\n\n${shown}`, "SELECT * FORM x"),
    `Parser Error: near "x" (line 1, column 15)`,
  );
});

Deno.test("a line that the engine has shortened keeps its real column", () => {
  const query = `SELECT ${"a, ".repeat(50)}nonsense FROM logs`;
  const excerpt = query.slice(query.indexOf("nonsense") - 10);
  const message = `Binder Error: no column "nonsense"\nLINE 1: ...${excerpt}\n${
    " ".repeat("LINE 1: ...".length + 10)
  }^`;
  assertEquals(
    oneLine(message, query),
    `Binder Error: no column "nonsense" (line 1, column ${query.indexOf("nonsense") + 1})`,
  );
});

Deno.test("a message without a place stays as it is, in one line", () => {
  assertEquals(
    oneLine("Catalog Error: no table\nDid you mean logs?", "x"),
    "Catalog Error: no table Did you mean logs?",
  );
});
