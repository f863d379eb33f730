import { assertEquals, assertThrows } from "@std/assert";
import { formatDuration } from "./format_duration.ts";
import { findCount, putOutcomes } from "./report.ts";

const step = (name: string) => ({ name, what: `what ${name} does`, file: "tests/x.ts", args: [] });

const run = { date: new Date("2030-02-03T23:00:00Z"), processor: "A CPU", processors: 2 };
const pageWith = (...rows: string[]) =>
  `# Page

<!-- ok:full begin -->

| step | what | when and where | count | duration | result |
| --- | --- | --- | --- | --- | --- |
${rows.map((row) => `${row}\n`).join("")}
<!-- ok:full end -->

end
`;

Deno.test("the table has a row for each step, also for one that is missing or was never run", () => {
  const steps = ["kill", "soak", "model"].map(step);
  const [kill, soak] = steps;
  assertEquals(
    putOutcomes(pageWith(), steps, run, [
      { step: kill!, result: "passed", count: "7 passed, 0 failed", durationMs: 61_000 },
      { step: soak!, result: "missing", count: null, durationMs: 0 },
    ]),
    pageWith(
      "| kill | what kill does | 2030-02-03, A CPU, 2 processors | 7 passed, 0 failed | 1 min 1 s | passed |",
      "| soak | what soak does | 2030-02-03, A CPU, 2 processors |  |  | missing |",
      "| model | what model does |  |  |  | not run yet |",
    ),
  );
});

Deno.test("a step that was not run keeps its row, and one that there is no more goes", () => {
  const former = pageWith(
    "| gone  | what it did        | 2029-01-02, B CPU, 1 processors | 1 kills | 2 s | passed |",
    "| kill  | what it did before | 2029-01-02, B CPU, 1 processors | 9 kills | 2 s | failed |",
  );
  const soak = step("soak");
  assertEquals(
    putOutcomes(former, [step("kill"), soak], run, [{
      step: soak,
      result: "failed",
      count: null,
      durationMs: 0,
    }]),
    pageWith(
      "| kill | what kill does | 2029-01-02, B CPU, 1 processors | 9 kills | 2 s | failed |",
      "| soak | what soak does | 2030-02-03, A CPU, 2 processors |  | 0 s | failed |",
    ),
  );
});

Deno.test("a page without the marks is refused", () => {
  assertThrows(() => putOutcomes("# Page\n", [], run, []), Error, "<!-- ok:full begin -->");
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
