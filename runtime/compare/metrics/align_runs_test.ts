import { assertEquals } from "@std/assert";
import type { Dimension, RunMeasure } from "../judge/types.ts";
import { alignRuns } from "./align_runs.ts";
import type { MeasuredRun } from "./measure_capture.ts";
import { type MetricFile, parseMetric } from "./parse_metric.ts";

const file = (name: string, kind: string, rest = ""): MetricFile =>
  parseMetric(
    `${name}.sql`,
    `-- Of a test.\n-- title: x\n-- kind: ${kind}\n-- better: lower\n-- smallest effect: 5 %\n-- gate: yes\n-- loss: hides\n` +
      `-- dimensions: event\n${rest}SELECT 1`,
  );

const measure = (run: string, value: number | null, count: number): RunMeasure => ({
  run,
  value,
  count,
  lowest: value ?? 0,
  highest: value ?? Infinity,
});

function runOf(
  name: string,
  counts: Record<string, number>,
  { metric }: MetricFile,
  hidden = 0,
): MeasuredRun {
  const dimensions = Object.entries(counts).map(([event, count]) => ({
    dimension: { event } as Dimension,
    measure: measure(name, count, count),
  }));
  return {
    run: name,
    facts: { id: name, started: null, complete: true, conditions: {}, missing: [], warnings: [] },
    hidden,
    measures: new Map([[metric.name, { dimensions, nothing: measure(name, null, 0) }]]),
  };
}

Deno.test("what one side has and the other lacks is judged with what the other has of it", () => {
  const metric = file("count_of", "count");
  const { measured } = alignRuns([metric], [runOf("a", { open: 3 }, metric)], [
    runOf("b", { close: 2 }, metric),
  ]);
  assertEquals(
    measured.map((
      { dimension, base, candidate },
    ) => [dimension["event"], base[0]?.value, candidate[0]?.value]),
    [["open", 3, null], ["close", null, 2]],
  );
});

Deno.test("a dimension with too few entries in every run is left out, and said to be", () => {
  const metric = file("p99", "quantile 0.99", "-- at least: 100\n");
  const few = [runOf("a", { open: 99, read: 500 }, metric)];
  assertEquals(alignRuns([metric], few, few).measured.map(({ dimension }) => dimension), [{ event: "read" }]);
  assertEquals(alignRuns([metric], few, few).leftOut, [{
    metric: "p99",
    dimension: { event: "open" },
    reason: "it needs 100 in a run, and no run has more than 99",
  }]);
  // One run that has enough keeps it, and so does one that would have enough if it had lost nothing.
  const enough = [runOf("b", { open: 100 }, metric)];
  assertEquals(alignRuns([metric], few, enough).measured.length, 2);
  const lossy = [runOf("c", { open: 2 }, metric, 98)];
  assertEquals(alignRuns([metric], few, lossy).measured.length, 2);
});

Deno.test("no more dimensions are judged than somebody can read, the most frequent ones, and the others are counted", () => {
  const metric = file("count_of", "count");
  const counts = Object.fromEntries(Array.from({ length: 210 }, (_, n) => [`e${n}`, n + 1]));
  const { measured, leftOut } = alignRuns([metric], [runOf("a", counts, metric)], [runOf("b", {}, metric)]);
  assertEquals([measured.length, measured[0]?.dimension, measured.at(-1)?.dimension], [
    200,
    { event: "e209" },
    { event: "e10" },
  ]);
  assertEquals(leftOut.map(({ reason }) => reason), [
    "10 of its 210 dimensions, those with the fewest entries: at most 200 are judged",
  ]);
});

Deno.test("a metric that no run has anything of is said to be left out", () => {
  const metric = file("count_of", "count");
  const { measured, leftOut } = alignRuns([metric], [runOf("a", {}, metric)], [runOf("b", {}, metric)]);
  assertEquals([measured, leftOut], [[], [{
    metric: "count_of",
    dimension: null,
    reason: "no run has any of it",
  }]]);
});

Deno.test("what no run could measure is left out, as the loss of logs that nobody counted", () => {
  const metric = file("loss_of", "ratio");
  const run = runOf("a", { open: 1 }, metric);
  const dimensions = [{ dimension: { event: "open" }, measure: measure("a", null, 0) }];
  const unmeasured = {
    ...run,
    measures: new Map([["loss_of", { dimensions, nothing: measure("a", null, 0) }]]),
  };
  const { measured, leftOut } = alignRuns([metric], [unmeasured], [unmeasured]);
  assertEquals([measured, leftOut[0]?.reason], [[], "no run has anything to measure it on"]);
  assertEquals(alignRuns([metric], [unmeasured], [run]).measured.length, 1);
});
