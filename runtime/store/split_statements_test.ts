import { assertEquals } from "@std/assert";
import { firstWord, splitStatements } from "./split_statements.ts";

Deno.test("statements end at semicolons, not at those within texts, names and comments", () => {
  const statements = [
    "SELECT 'a;b''c;' AS \"x;y\"",
    "SELECT 1 -- one; two\n",
    "SELECT /* ; */ 2",
    "SELECT E'it\\'s; here'",
    "SELECT $$a;b$$, $t$;$$;$t$",
  ];
  assertEquals(splitStatements(statements.join(";")).map((one) => one.trimStart()), statements);
});

Deno.test("empty statements and those of comments alone are none", () => {
  assertEquals(splitStatements("; ;\n-- nothing\n; /* nothing */"), []);
  assertEquals(splitStatements("SELECT 1;").length, 1);
});

Deno.test("a statement stands where it stood in the whole", () => {
  const [, second] = splitStatements("SELECT 1;\n  SELECT é");
  assertEquals(second, "         \n  SELECT é");
});

Deno.test("what is not closed belongs to its statement", () => {
  assertEquals(splitStatements("SELECT 'a; b").length, 2);
  assertEquals(splitStatements("SELECT 1 /* a").length, 1);
});

Deno.test("the first word of a statement is behind comments and parentheses", () => {
  assertEquals(firstWord("  -- why\n ((select 1))"), "SELECT");
  assertEquals(firstWord(" /* a */ Export DATABASE 'x'"), "EXPORT");
  assertEquals(firstWord(""), "");
});
