import { assertEquals, assertThrows } from "@std/assert";
import { Page } from "./page.ts";
import { seedOf } from "./seeds.ts";

Deno.test("a page is Markdown that the formatter leaves alone, and tells of each row at once", () => {
  const told: string[] = [];
  const page = new Page((line) => told.push(line));
  page.heading(1, "Title");
  page.paragraph(`${"x".repeat(60)} ${"y".repeat(50)}\n  z`);
  const table = page.table("a", "longer");
  table.row("≤ 1 %", 2);
  assertEquals(told.at(-1), "≤ 1 % | 2");
  assertEquals(
    page.toString(),
    `# Title

${"x".repeat(60)}
${"y".repeat(50)} z

| a     | longer |
| ----- | ------ |
| ≤ 1 % | 2      |
`,
  );
  assertThrows(() => table.row(1), RangeError, "add a row of 1 cells to a table of 2 columns");
});

Deno.test("what differs in any word has another seed, and the same words have the same", () => {
  const words = [["a"], ["b"], ["a", "b"], ["ab"], ["a", 1], ["a", 2]] as const;
  const seeds = words.map((purpose) => seedOf(...purpose));
  assertEquals(new Set(seeds).size, words.length);
  assertEquals(words.map((purpose) => seedOf(...purpose)), seeds);
});
