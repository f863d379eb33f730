import { assertEquals } from "@std/assert";
import { checkImports } from "./check_imports.ts";
import { checkOrderLabels } from "./check_order_labels.ts";
import { checkQueries } from "./check_queries.ts";
import { checkText } from "./check_text.ts";

Deno.test("a library may be imported at its home and nowhere else", () => {
  // Spelled in pieces, or this file would break the rule.
  const text = `import { Command } fr${""}om "commander";\nimport Table fr${""}om "cli-table3";\n`;
  assertEquals(checkImports({ path: "runtime/cli/command.ts", text }), [
    { path: "runtime/cli/command.ts", line: 2, message: 'imports "cli-table3": use runtime/cli/table.ts' },
  ]);
  assertEquals(checkImports({ path: "runtime/cli/main.ts", text }).map(({ line }) => line), [1, 2]);
});

Deno.test("a module may be imported at its home, however its path is written", () => {
  const text = (from: string) => `import { NativeEngine } fr${""}om "${from}/native_engine.ts";\n`;
  const lines = (path: string, from: string) =>
    checkImports({ path, text: text(from) }).map(({ line }) => line);
  assertEquals(lines("runtime/store/open_engine.ts", "."), []);
  assertEquals(lines("runtime/store/a_test.ts", "."), [1]);
  assertEquals(lines("tests/queries/a.ts", "../../runtime/store"), [1]);
  assertEquals(lines("runtime/capture/a.ts", "."), [], "another module of that name");
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

Deno.test("a folder of the SQL library may use prelude/ and itself, and health/ everything", () => {
  const view = (name: string, from: string) =>
    `-- Why.\nCREATE OR REPLACE VIEW ${name} AS\nSELECT a FROM ${from};\nCOMMENT ON VIEW ${name} IS 'x';\n`;
  const files = (place: string, from: string) => [
    { path: "queries/prelude/logs.sql", text: view("logs", "_entries") },
    { path: "queries/rate/bursts.sql", text: view("bursts", "logs") },
    { path: `queries/${place}.sql`, text: view(place.split("/")[1]!, from) },
  ];
  for (const place of ["rate/pauses", "health/verdict"]) {
    assertEquals(checkQueries(files(place, "bursts")), []);
  }
  assertEquals(checkQueries(files("latency/slow", "bursts")), [{
    path: "queries/latency/slow.sql",
    line: 3,
    message: "latency/ uses bursts of rate/: only prelude/ is for everybody",
  }]);
  assertEquals(checkQueries(files("prelude/all", "bursts")).length, 1);
});

Deno.test("a metric may ask every folder, defines nothing, and bears a name that others may use", () => {
  const files = [
    {
      path: "queries/rate/bursts.sql",
      text: "-- Why.\nCREATE VIEW bursts AS SELECT a AS loss FROM b;\nCOMMENT ON VIEW bursts IS 'x';\n",
    },
    { path: "queries/metrics/loss.sql", text: "-- Why.\nSELECT loss AS count FROM bursts;\n" },
  ];
  assertEquals(checkQueries(files), []);
});

Deno.test("a file of the SQL library is commented, in upper case and without SELECT *", () => {
  const check = (text: string) =>
    checkQueries([{ path: "queries/prelude/a.sql", text }]).map(({ line }) => line);
  assertEquals(
    check(
      "-- Why.\nCREATE VIEW a AS SELECT count(*), 2 * 3 AS b FROM c;\nCOMMENT ON VIEW a IS 'select it';\n",
    ),
    [],
  );
  assertEquals(check("-- Why.\nCREATE VIEW a AS\nselect b\nfrom c;\nCOMMENT ON VIEW a IS 'x';\n"), [3, 4]);
  assertEquals(check("-- Why.\nCREATE VIEW a AS SELECT * FROM c;\nCOMMENT ON VIEW a IS 'x';\n"), [2]);
  assertEquals(check("CREATE VIEW a AS SELECT b FROM c;\n"), [1, 1]);
});
