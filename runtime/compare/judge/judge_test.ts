import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertLess,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import { judge } from "./judge.ts";
import { measuredOf, QUIET, times, wholeRuns } from "./test_support.ts";
import type { MeasuredMetric, MetricVerdict } from "./types.ts";

function only(...metrics: MeasuredMetric[]): MetricVerdict {
  const [first] = judge(metrics).metrics;
  assert(first);
  return first;
}

/** A little different from QUIET, as another five runs are. */
const AGAIN = [1003, 998, 1001, 1007, 994];

Deno.test("equal sides are the same, by an interval within the smallest effect", () => {
  const found = only(measuredOf(QUIET, AGAIN));
  assertEquals([found.verdict, found.scale, found.smallestEffect], ["same", "relative", 0.05]);
  assert(found.interval && found.interval[0] > -0.05 && found.interval[1] < 0.05);
});

Deno.test("a shift by a tenth is regressed, and the other way round improved", () => {
  const slower = only(measuredOf(QUIET, times(1.1, AGAIN)));
  assertEquals(slower.verdict, "regressed");
  assertAlmostEquals(slower.effect ?? 0, 0.1, 0.005);
  assertEquals(only(measuredOf(times(1.1), AGAIN)).verdict, "improved");
});

Deno.test("where more is better, less is regressed", () => {
  assertEquals(only(measuredOf(QUIET, times(0.9), { better: "higher" })).verdict, "regressed");
  assertEquals(only(measuredOf(QUIET, times(1.1), { better: "higher" })).verdict, "improved");
});

Deno.test("where the same is wanted, either direction is regressed", () => {
  for (const factor of [0.9, 1.1]) {
    assertEquals(only(measuredOf(QUIET, times(factor), { better: "same" })).verdict, "regressed");
  }
  assertEquals(only(measuredOf(QUIET, AGAIN, { better: "same" })).verdict, "same");
});

Deno.test("noise as large as the smallest effect is inconclusive and says what the interval is", () => {
  const found = only(measuredOf([1000, 1100, 950, 1060, 920], [1020, 930, 1090, 970, 1040]));
  assertEquals([found.verdict, found.obstacle], ["inconclusive", "interval-spans-effect"]);
  assertStringIncludes(found.reason, "5.0 % matters");
});

Deno.test("a significant shift that is too small to matter is the same", () => {
  const found = only(measuredOf(QUIET, times(1.02)));
  assertEquals(found.verdict, "same");
  assertLess(found.mannWhitney ?? 1, 0.01);
});

Deno.test("one disturbed run of five does not hide that the sides are the same, nor makes it a regression", () => {
  assertEquals(only(measuredOf(QUIET, [1003, 998, 1001, 1007, 1900])).verdict, "same");
  assertEquals(only(measuredOf([1003, 998, 1001, 1007, 1900], QUIET)).verdict, "same");
});

Deno.test("one run a side is inconclusive, however far apart", () => {
  const found = only(measuredOf([1000], [5000]));
  assertEquals([found.verdict, found.obstacle], ["inconclusive", "too-few-runs"]);
  assertStringIncludes(found.reason, "one run does not tell how much runs differ");
});

Deno.test("three and three can be the same and cannot be regressed: chance sorts them in 5 % of cases", () => {
  assertEquals(only(measuredOf([1000, 1001, 1002], [1000.5, 1001.5, 999])).verdict, "same");
  const found = only(measuredOf([1000, 1001, 1002], [2000, 2001, 2002]));
  assertEquals([found.verdict, found.obstacle], ["inconclusive", "too-few-runs"]);
  assertStringIncludes(found.reason, "5.0 %");
});

Deno.test("one run against a baseline of a hundred can be regressed", () => {
  const baseline = Array.from({ length: 100 }, (_, k) => 1000 + (k * 37) % 11);
  assertEquals(only(measuredOf(baseline, [1200])).verdict, "regressed");
  assertEquals(only(measuredOf(baseline, [1004])).verdict, "same");
});

Deno.test("a regression is found among many metrics, also beside noisy ones", () => {
  const quiet = Array.from({ length: 20 }, (_, k) => measuredOf(QUIET, AGAIN, { name: `quiet_${k}` }));
  const noise = [0, 1, 2, 3].map((k) =>
    measuredOf(times(1, [900 + k, 1190, 1010, 1330, 820]), [1110, 870 - k, 1250, 960, 1050], {
      name: `noisy_${k}`,
    })
  );
  const { metrics, verdict, reason } = judge([
    ...quiet,
    ...noise,
    measuredOf(QUIET, times(1.1, AGAIN), { name: "slower" }),
  ]);
  assertEquals(verdict, "regressed");
  assertEquals(metrics.filter((one) => one.verdict === "regressed").map((one) => one.metric.name), [
    "slower",
  ]);
  assertStringIncludes(reason, "slower: +10.");
});

Deno.test("among very noisy metrics, a shift as large as chance gives there is not significant", () => {
  // Sorted labels give such shifts for each of the noisy ones: two modes, and runs in them by chance.
  const noisy = Array.from({ length: 12 }, (_, k) => {
    const runs = Array.from({ length: 10 }, (_, run) => 1000 * (1 + ((run * (k + 3) + k) % 10 < 5 ? 0 : 1)));
    return measuredOf(runs.slice(0, 5), runs.slice(5), { name: `noisy_${k}` });
  });
  const { metrics } = judge([...noisy, measuredOf(QUIET, times(1.08, AGAIN), { name: "slower" })]);
  const slower = metrics.find(({ metric }) => metric.name === "slower");
  assertEquals([slower?.verdict, slower?.obstacle], ["inconclusive", "not-significant"]);
});

Deno.test("any gated regression decides, then any doubt, and what is not gated never does", () => {
  const same = measuredOf(QUIET, AGAIN, { name: "same" });
  const regressed = measuredOf(QUIET, times(1.3), { name: "regressed" });
  const improved = measuredOf(QUIET, times(0.7), { name: "improved" });
  const doubtful = measuredOf([1000, 1200, 800, 1100, 900], [1010, 1210, 810, 1110, 910], {
    name: "doubtful",
  });
  const open = (measured: MeasuredMetric) => ({ ...measured, metric: { ...measured.metric, gate: false } });
  assertEquals(judge([same, regressed, doubtful, improved]).verdict, "regressed");
  assertEquals(judge([same, doubtful, improved]).verdict, "inconclusive");
  assertEquals(judge([same, improved]).verdict, "improved");
  assertEquals(judge([same, open(regressed), open(doubtful)]).verdict, "same");
  assertEquals(judge([open(regressed)]).verdict, "inconclusive");
  assertEquals(
    judge([same, open(regressed), improved, regressed]).metrics.map((
      { metric, gated },
    ) => [metric.name, gated]),
    [["regressed", true], ["improved", true], ["same", true], ["regressed", false]],
  );
});

Deno.test("captures that are not alike are not judged, and the reason names what and what was lost", () => {
  const { metric, dimension, base, candidate } = measuredOf(QUIET, times(1.3));
  const lossy = candidate.map((run) => ({ ...run, lowest: 0 }));
  const found = judge([{ metric, dimension, base, candidate: lossy }], {
    differences: [
      { what: "ring size", base: "4 MiB", candidate: "64 KiB", severity: "blocks" },
      { what: "host", base: "a", candidate: "b", severity: "warns" },
    ],
  });
  assertEquals([found.verdict, found.metrics[0]?.obstacle], ["inconclusive", "blocked"]);
  assertStringIncludes(found.reason, "ring size (4 MiB against 64 KiB)");
  assertStringIncludes(found.reason, "lost or left out");
  assert(!found.reason.includes("host"));
});

Deno.test("a base of 0 has no relative shift: an absolute smallest effect is needed", () => {
  const found = only(measuredOf([0, 0, 0, 0, 0], [3, 4, 3, 5, 4]));
  assertEquals([found.verdict, found.obstacle], ["inconclusive", "no-smallest-effect"]);
  assertEquals(
    only(measuredOf([0, 0, 0, 0, 0], [3, 4, 3, 5, 4], { smallestEffect: { relative: 0.05, absolute: 1 } }))
      .verdict,
    "regressed",
  );
  assertEquals(only(measuredOf([0, 0, 0, 0, 0], [0, 0, 0, 0, 0])).verdict, "same");
});

Deno.test("a shift has to reach both smallest effects", () => {
  const effect = { smallestEffect: { relative: 0.05, absolute: 100 } };
  assertEquals(only(measuredOf([40, 41, 40, 42, 41], [50, 51, 50, 52, 51], effect)).verdict, "same");
  assertEquals(only(measuredOf(times(10), times(11), effect)).verdict, "regressed");
});

Deno.test("what a side has no value for is not measured; what some base runs lack themselves does not decide", () => {
  const vanished = only(measuredOf(QUIET, [null, null, null, null, null]));
  assertEquals([vanished.verdict, vanished.obstacle, vanished.gated], ["inconclusive", "not-measured", true]);
  const sporadic = only(measuredOf([1000, null, null, 1002, null], [1001, 1004, null, null, null]));
  assertEquals([sporadic.obstacle, sporadic.gated], ["too-few-runs", false]);
  const appeared = only(measuredOf([null, null, null, null, null], QUIET));
  assertEquals([appeared.obstacle, appeared.gated], ["not-measured", false]);
  assertEquals(only(measuredOf([...QUIET, null], times(1.2, AGAIN))).verdict, "regressed");
});

Deno.test("the same captures give the same judgement", () => {
  const metrics = [
    measuredOf(
      Array.from({ length: 12 }, (_, k) => 1000 + k),
      Array.from({ length: 12 }, (_, k) => 1100 + k),
    ),
  ];
  assertEquals(judge(metrics), judge(metrics));
});

Deno.test("settings outside their range and a side without runs are refused", () => {
  assertThrows(() => judge([], undefined, { falseAlarm: 0 }), RangeError, "falseAlarm");
  assertThrows(() => judge([], undefined, { confidence: 1.5 }), RangeError, "confidence");
  assertThrows(() => judge([measuredOf([], QUIET)]), RangeError, "the base has no runs");
});

Deno.test("a clean five and five has the power that the noise allows", () => {
  const quiet = only(measuredOf(QUIET, AGAIN)).power ?? 0;
  const noisy = only(measuredOf([1000, 1100, 950, 1060, 920], [1020, 930, 1090, 970, 1040])).power ?? 1;
  assertEquals([quiet > 0.99, noisy < 0.5], [true, true]);
});

Deno.test("runs are named in the order in which they were given", () => {
  const { runs } = judge([{ ...measuredOf(QUIET, AGAIN), base: wholeRuns("b", QUIET).reverse() }]);
  assertEquals(runs.base, ["b-5", "b-4", "b-3", "b-2", "b-1"]);
});
