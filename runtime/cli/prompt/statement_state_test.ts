import { assertEquals } from "@std/assert";
import { asOneLine, statementState } from "./statement_state.ts";

Deno.test("a statement is complete at a semicolon that ends it, whatever follows as a comment", () => {
  for (
    const text of ["SELECT 1;", "SELECT ';' ; ", "SELECT 1; -- done", "SELECT 1 /* ; */;", "SELECT $$a;b$$;"]
  ) {
    assertEquals(statementState(text), "complete", text);
  }
});

Deno.test("a semicolon within something that is not closed ends nothing", () => {
  assertEquals(statementState("SELECT 'it;"), "in quotes");
  assertEquals(statementState("SELECT 'it''s;"), "in quotes");
  assertEquals(statementState(`SELECT "a;`), "in name");
  assertEquals(statementState("SELECT 1 /* one;"), "in comment");
  assertEquals(statementState("SELECT $x$ one;"), "in dollar quote");
  assertEquals(statementState("SELECT 1 -- one;"), "unfinished");
  assertEquals(statementState("SELECT 1; SELECT"), "unfinished");
  assertEquals(statementState(""), "unfinished");
});

Deno.test("a statement of several lines becomes one line that says the same", () => {
  assertEquals(asOneLine("SELECT a, -- the first\n  b\nFROM t\n;"), "SELECT a, b FROM t ;");
  assertEquals(asOneLine("SELECT '-- no\ncomment'\n;"), "SELECT '-- no\ncomment' ;");
});
