import { assertEquals, assertRejects } from "@std/assert";
import { makeBatch } from "../../tests/support/make_capture.ts";
import { RowExpander } from "../arrow/expand.ts";
import { QueryError } from "../errors.ts";
import { WhereFilter } from "./where_filter.ts";

const rows = (from: number) =>
  new RowExpander().expand(makeBatch(
    [0, 1, 2].map((at) => ({
      idx: from + at,
      seq: from + at,
      ticks: 10 * at,
      severity: 3 + at,
      payload: `entry ${from + at}`,
    })),
  ));

Deno.test("a condition is true for the rows of each batch alone, with the names and macros of the library", async () => {
  using filter = await WhereFilter.start(
    "severity >= at_least('warn') AND message LIKE 'entry%' -- why",
    "boot",
  );
  assertEquals(await filter.matching(rows(0)), new Set([1n, 2n]));
  assertEquals(await filter.matching(rows(100)), new Set([101n, 102n]));
  assertEquals(await filter.matching(new RowExpander().expand(makeBatch([]))), new Set());
});

Deno.test("the capture's name, latency and level are there", async () => {
  using filter = await WhereFilter.start(
    "capture = 'boot' AND level = 'error'\nOR latency_ns > 1e15",
    "boot",
  );
  assertEquals(await filter.matching(rows(0)), new Set([2n]));
});

Deno.test("what is no condition is refused, with the place in it", async () => {
  const refused = [
    ["message", "of type VARCHAR"],
    ["true) UNION SELECT (1", "syntax error"],
    ["true; DROP TABLE x", "syntax error"],
    ["SELECT true", "syntax error"],
    ["true THEN 1 WHEN true", "syntax error"],
    ["count(*) > 1", "aggregates"],
    ["level = 'warn' AND\nnonsense > 1", "LINE 2: nonsense > 1"],
  ];
  for (const [condition = "", reason] of refused) {
    await assertRejects(() => WhereFilter.start(condition, "boot"), QueryError, reason, condition);
  }
});

Deno.test("a condition that one row makes impossible is refused then, and the next batch is judged", async () => {
  using filter = await WhereFilter.start("replace(message, 'entry 1', '7')::INTEGER = 7 OR idx > 50", "boot");
  await assertRejects(() => filter.matching(rows(0)), QueryError, "Conversion Error");
  assertEquals(await filter.matching(rows(100)), new Set([100n, 101n, 102n]));
});
