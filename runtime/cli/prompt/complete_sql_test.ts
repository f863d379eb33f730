import { assertEquals } from "@std/assert";
import { completeSql } from "./complete_sql.ts";
import type { Vocabulary } from "./vocabulary.ts";

const WORDS: Vocabulary = {
  tables: new Map([["logs", ["idx", "ts", "level"]], ["loss_by_processor", ["processor", "lost"]]]),
  tableMacros: ["entries_around"],
  functions: ["at_least", "length"],
  keywords: ["LIMIT", "SELECT"],
  captures: ["boot", "idle"],
};

function candidates(text: string): readonly string[] {
  return completeSql(text, WORDS).candidates;
}

Deno.test("after FROM come tables and macros that give rows, and nothing else", () => {
  assertEquals(candidates("SELECT * FROM "), ["logs", "loss_by_processor", "entries_around("]);
  assertEquals(candidates("SELECT * FROM lo"), ["logs", "loss_by_processor"]);
  assertEquals(candidates("SELECT *\nFROM logs JOIN los"), ["loss_by_processor"]);
  assertEquals(candidates("SELECT * FROM logs, e"), ["entries_around("]);
});

Deno.test("elsewhere come columns of the tables that are mentioned, functions and keywords", () => {
  assertEquals(candidates("SELECT * FROM logs WHERE l"), [
    "level",
    "logs",
    "loss_by_processor",
    "length(",
    "limit",
  ]);
  assertEquals(candidates("SELECT * FROM logs WHERE "), ["idx", "ts", "level"]);
  assertEquals(candidates("SELECT "), []);
});

Deno.test("keywords are in the case that the user has begun with", () => {
  assertEquals(candidates("SEL"), ["SELECT"]);
  assertEquals(candidates("sel"), ["select"]);
});

Deno.test("after a dot come the columns of that table, by its name or its alias", () => {
  assertEquals(candidates("SELECT logs.i"), ["idx"]);
  assertEquals(candidates("SELECT 1 FROM loss_by_processor AS p WHERE p."), ["processor", "lost"]);
  assertEquals(candidates("SELECT nothing."), []);
});

Deno.test("within quotes come captures, and within a comment nothing", () => {
  assertEquals(completeSql("SELECT 1 FROM logs WHERE capture = 'b", WORDS), {
    replaces: "b",
    candidates: ["boot'"],
  });
  assertEquals(candidates("SELECT 1 /* lo"), []);
});
