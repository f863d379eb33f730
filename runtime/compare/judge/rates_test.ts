import { assert, assertEquals, assertLess } from "@std/assert";
import { judge } from "./judge.ts";
import { testMetric } from "./test_support.ts";
import type { Metric, MetricVerdict, RunMeasure } from "./types.ts";

/** Runs of ten seconds. */
function seconds(prefix: string, events: readonly number[]): RunMeasure[] {
  return events.map((count, place) => ({
    run: `${prefix}-${place}`,
    value: count / 10,
    count,
    exposure: 10e9,
    lowest: count / 10,
    highest: count / 10,
  }));
}

function judged(
  base: readonly number[],
  candidate: readonly number[],
  parts: Partial<Metric> = {},
): MetricVerdict {
  const metric = testMetric({
    name: "error_rate",
    unit: "1/s",
    kind: "rate",
    smallestEffect: { relative: 0.25, absolute: 0.3 },
    ...parts,
  });
  const [first] =
    judge([{ metric, dimension: {}, base: seconds("b", base), candidate: seconds("c", candidate) }]).metrics;
  assert(first);
  return first;
}

Deno.test("no event on either side is the same, and so is a stray one that does not matter", () => {
  assertEquals(judged([0, 0, 0, 0, 0], [0, 0, 0, 0, 0]).verdict, "same");
  assertEquals(judged([0, 1, 0, 0, 0], [0, 0, 0, 1, 0]).verdict, "same");
});

Deno.test("few events in a short time are inconclusive when a few more would matter", () => {
  const found = judged([0, 1, 0, 0, 0], [0, 0, 0, 1, 0], { smallestEffect: { absolute: 0.01 } });
  assertEquals([found.verdict, found.obstacle], ["inconclusive", "interval-spans-effect"]);
});

Deno.test("errors that begin are regressed, and that end improved", () => {
  assertEquals(judged([0, 0, 0, 0, 0], [9, 12, 8, 11, 10]).verdict, "regressed");
  assertEquals(judged([9, 12, 8, 11, 10], [0, 1, 0, 0, 0]).verdict, "improved");
});

Deno.test("runs that vary more than chance widen the interval", () => {
  const width = ({ interval }: MetricVerdict) => interval === null ? NaN : interval[1] - interval[0];
  const steady = judged([10, 11, 9, 10, 10], [10, 9, 11, 10, 10]);
  const bursts = judged([0, 40, 1, 2, 7], [3, 0, 38, 1, 8]);
  assertLess(2 * width(steady), width(bursts));
  assertEquals(bursts.verdict, "inconclusive");
});

Deno.test("many events are compared by ranks, as a ratio", () => {
  const found = judged([1000, 1010, 990, 1005, 995], [1400, 1410, 1390, 1405, 1395]);
  assertEquals([found.verdict, found.scale], ["regressed", "relative"]);
});

Deno.test("a ratio is bounded by its trials", () => {
  const runs = (cases: number[]): RunMeasure[] =>
    cases.map((count, place) => ({
      run: `run-${place}`,
      value: count / 1000,
      count,
      trials: 1000,
      lowest: count / 1000,
      highest: count / 1000,
    }));
  const metric = testMetric({ kind: "ratio", unit: "", smallestEffect: { absolute: 0.005 } });
  const ratio = (base: number[], candidate: number[]) =>
    judge([{ metric, dimension: {}, base: runs(base), candidate: runs(candidate) }]).verdict;
  assertEquals(ratio([0, 1, 0, 0, 1], [1, 0, 0, 0, 1]), "same");
  assertEquals(ratio([0, 1, 0, 0, 1], [15, 18, 14, 19, 16]), "regressed");
});

Deno.test("a smallest effect in events is worth less in longer runs, and keeps stray errors from being a doubt", () => {
  const events = { smallestEffect: { relative: 0.1, events: 5 } };
  const stray = judged([0, 1, 0, 0, 0], [0, 0, 0, 1, 0], events);
  // Five events in ten seconds.
  assertEquals([stray.verdict, stray.scale, stray.smallestEffect], ["same", "absolute", 0.5]);
  assertEquals(
    judged([0, 1, 0, 0, 0], [0, 0, 0, 1, 0], { smallestEffect: { relative: 0.1 } }).verdict,
    "inconclusive",
  );
  assertEquals(judged([0, 0, 0, 0, 0], [9, 12, 8, 11, 10], events).verdict, "regressed");
  // The larger of both counts, as everywhere.
  assertEquals(
    judged([0, 0, 0, 0, 0], [0, 0, 0, 0, 0], { smallestEffect: { absolute: 2, events: 5 } }).smallestEffect,
    2,
  );
});

Deno.test("a ratio has its events among its trials", () => {
  const metric = testMetric({ kind: "ratio", unit: "", smallestEffect: { relative: 0.1, events: 5 } });
  const runs = (prefix: string, counts: readonly number[]): RunMeasure[] =>
    counts.map((count, place) => {
      const value = count / 2000;
      return { run: `${prefix}-${place}`, value, count, trials: 2000, lowest: value, highest: value };
    });
  const sides = {
    base: runs("b", [100, 101, 99, 100, 100]),
    candidate: runs("c", [103, 104, 102, 103, 103]),
  };
  const [found] = judge([{ metric, dimension: {}, ...sides }]).metrics;
  // 10 % of 100 events are more than 5.
  assertEquals([found?.scale, found?.smallestEffect], ["relative", 0.1]);
  const few = { base: runs("b", [30, 31, 29, 30, 30]), candidate: runs("c", [34, 34, 34, 34, 34]) };
  const [rare] = judge([{ metric, dimension: {}, ...few }]).metrics;
  // And 5 of 30 are more than 10 %.
  assertEquals(rare?.smallestEffect.toFixed(4), (5 / 30).toFixed(4));
});
