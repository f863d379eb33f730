import { assertEquals } from "@std/assert";
import { checkImports } from "./check_imports.ts";
import { checkOrderLabels } from "./check_order_labels.ts";
import { checkText } from "./check_text.ts";

Deno.test("a library may be imported at its home and nowhere else", () => {
  // Spelled in pieces, or this file would break the rule.
  const text = `import { Command } fr${""}om "commander";\nimport Table fr${""}om "cli-table3";\n`;
  assertEquals(checkImports({ path: "runtime/cli/command.ts", text }), [
    { path: "runtime/cli/command.ts", line: 2, message: 'imports "cli-table3": use runtime/cli/table.ts' },
  ]);
  assertEquals(checkImports({ path: "runtime/cli/main.ts", text }).map(({ line }) => line), [1, 2]);
});

Deno.test("a remote specifier must be in the import map, also in a dynamic import", () => {
  const text = `const std = await im${""}port("jsr:@std/path");`;
  assertEquals(checkImports({ path: "scripts/a.ts", text }).length, 1);
});

Deno.test("paths of one machine and notes of unfinished work are found with their line", () => {
  const text =
    `ok\nsee /home/${"someone"}/notes\n// TO${"DO"}: later\nhttps://example.org/home/page and $HOME/x\n`;
  assertEquals(checkText({ path: "a.md", text }).map(({ line }) => line), [2, 3]);
});

Deno.test("labels in code and table agree only when both ends of each pair exist", () => {
  const design = {
    path: "driver/DESIGN.md",
    text: "| pair | why |\n| --- | --- |\n| P1 | publish |\n| S1 | space |\n",
  };
  const one = { path: "driver/core/a.c", text: "/* P1a: before. S1a: too. */\nx();\n/* P1b: after */\n" };
  const two = { path: "driver/core/b.c", text: "/* S1b: here */\n" };
  assertEquals(checkOrderLabels([design, one, two]), []);
  assertEquals(checkOrderLabels([design, one]), [
    { path: "driver/DESIGN.md", line: 4, message: "order pair S1 has no end S1b in the code" },
  ]);
  const stray = { path: "driver/core/c.c", text: "\n/* Q7a: nobody knows */\n" };
  assertEquals(checkOrderLabels([design, one, two, stray]), [
    {
      path: "driver/core/c.c",
      line: 2,
      message: "order label Q7a is not in the table of order pairs in driver/DESIGN.md",
    },
  ]);
});

Deno.test("labels without a table are reported", () => {
  const code = { path: "driver/core/a.c", text: "/* P1a: before */" };
  assertEquals(checkOrderLabels([code]).length, 1);
  assertEquals(checkOrderLabels([]), []);
});
