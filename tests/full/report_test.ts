import { assertEquals, assertThrows } from "@std/assert";
import { formatDuration } from "./format_duration.ts";
import { findCount, putReport, renderReport } from "./report.ts";

const step = (name: string) => ({ name, what: `what ${name} does`, file: "tests/x.ts", args: [] });

Deno.test("the report has a row for each step, also for one that is missing", () => {
  const run = { date: new Date("2030-02-03T23:00:00Z"), processor: "A CPU", processors: 2 };
  assertEquals(
    renderReport(run, [
      { step: step("kill"), result: "passed", count: "7 passed, 0 failed", durationMs: 61_000 },
      { step: step("soak"), result: "missing", count: null, durationMs: 0 },
    ]),
    `2030-02-03, A CPU, 2 processors:

| step | what | count | duration | result |
| --- | --- | --- | --- | --- |
| kill | what kill does | 7 passed, 0 failed | 1 min 1 s | passed |
| soak | what soak does |  |  | missing |`,
  );
});

Deno.test("the report replaces what stood between its marks, and nothing else", () => {
  const page = "# Page\n\n<!-- ok:full begin -->\n\nold\n\n<!-- ok:full end -->\n\nend\n";
  assertEquals(
    putReport(page, "new"),
    "# Page\n\n<!-- ok:full begin -->\n\nnew\n\n<!-- ok:full end -->\n\nend\n",
  );
  assertThrows(() => putReport("# Page\n", "new"), Error, "<!-- ok:full begin -->");
});

Deno.test("the count of a step is the last one that stands alone on its line", () => {
  const output = "1 passed, 2 failed\nx: 5 passed, 0 failed\n\n3 passed, 0 failed\nbye\n";
  assertEquals(findCount(step("suite"), output), "3 passed, 0 failed");
  assertEquals(findCount(step("suite"), "done\n"), null);
});

Deno.test("a step that counts in its own way is taken at its words", () => {
  const fuzz = { ...step("fuzz"), count: /^\d+ scripts/gm };
  assertEquals(
    findCount(fuzz, "30 scripts from 1 on\n10 scripts from 31 on\n2 passed, 0 failed\n"),
    "30 scripts, 10 scripts",
  );
  assertEquals(findCount(fuzz, "2 passed, 0 failed\n"), null);
});

Deno.test("a duration has two units at most", () => {
  assertEquals([0, 59_400, 60_000, 3_599_000, 7_500_000].map(formatDuration), [
    "0 s",
    "59 s",
    "1 min 0 s",
    "59 min 59 s",
    "2 h 5 min",
  ]);
});
