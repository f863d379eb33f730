import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { judge } from "./judge.ts";
import { measuredOf, QUIET, times } from "./test_support.ts";
import type { MeasuredMetric, MetricVerdict, RunMeasure } from "./types.ts";

const AGAIN = [1003, 998, 1001, 1007, 994];

function open(runs: readonly RunMeasure[], down: number, up: number): RunMeasure[] {
  return runs.map((run) => ({ ...run, lowest: (run.value ?? 0) * down, highest: (run.value ?? 0) * up }));
}

function only(measured: MeasuredMetric): MetricVerdict {
  const [first] = judge([measured]).metrics;
  assert(first);
  return first;
}

Deno.test("losses of the candidate that could hide a shift make equal sides inconclusive", () => {
  const measured = measuredOf(QUIET, AGAIN);
  const found = only({ ...measured, candidate: open(measured.candidate, 1, 1.1) });
  assertEquals([found.verdict, found.obstacle], ["inconclusive", "loss"]);
  assertStringIncludes(found.reason, "candidate-1, candidate-2, candidate-3, …");
  assert(found.interval && found.worstCase && found.worstCase[1] > 0.05 && found.interval[1] < 0.05);
});

Deno.test("losses of the base are as bad: it may have been faster than it looks", () => {
  const measured = measuredOf(QUIET, AGAIN);
  assertEquals(only({ ...measured, base: open(measured.base, 0.9, 1) }).obstacle, "loss");
});

Deno.test("losses too small to matter leave the verdict", () => {
  const measured = measuredOf(QUIET, AGAIN);
  assertEquals(only({ ...measured, candidate: open(measured.candidate, 0.995, 1.005) }).verdict, "same");
});

Deno.test("an improvement that losses could feign is none", () => {
  const measured = measuredOf(QUIET, times(0.8));
  assertEquals(only(measured).verdict, "improved");
  assertEquals(only({ ...measured, candidate: open(measured.candidate, 1, 1.3) }).obstacle, "loss");
  assertEquals(only({ ...measured, candidate: open(measured.candidate, 0.5, 1) }).verdict, "improved");
});

Deno.test("a regression stays one only when the best case is one", () => {
  const measured = measuredOf(QUIET, times(1.3));
  assertEquals(only({ ...measured, candidate: open(measured.candidate, 0.95, 2) }).verdict, "regressed");
  assertEquals(only({ ...measured, candidate: open(measured.candidate, 0.75, 2) }).obstacle, "loss");
  assertEquals(only({ ...measured, base: open(measured.base, 1, 1.3) }).obstacle, "loss");
});

Deno.test("nothing is known where a run may have been anything", () => {
  const measured = measuredOf(QUIET, times(2));
  const [first, ...rest] = measured.candidate;
  assert(first);
  const blind = { ...first, lowest: -Infinity, highest: Infinity };
  // One of five may be anything: Savage's worst rank is not in the interval's near end, so that the rest still tells.
  assertEquals(
    only({
      ...measured,
      candidate: [blind, ...rest].map((run) => ({ ...run, ...open([run], 0, Infinity)[0]! })),
    }).obstacle,
    "loss",
  );
  const same = measuredOf(QUIET, AGAIN);
  const all = same.candidate.map((run) => ({ ...run, lowest: -Infinity, highest: Infinity }));
  assertEquals(only({ ...same, candidate: all }).obstacle, "loss");
});

Deno.test("losses of a metric of which more is better count the other way", () => {
  const measured = measuredOf(QUIET, AGAIN, { better: "higher" });
  assertEquals(only({ ...measured, candidate: open(measured.candidate, 0.9, 1) }).obstacle, "loss");
  const worse = measuredOf(QUIET, times(0.7), { better: "higher" });
  assertEquals(only({ ...worse, candidate: open(worse.candidate, 0.5, 1) }).verdict, "regressed");
  assertEquals(only({ ...worse, candidate: open(worse.candidate, 1, 1.4) }).obstacle, "loss");
});

Deno.test("events that may have been lost count against few events", () => {
  const counts = (events: number[], most = 0): RunMeasure[] =>
    events.map((count, place) => ({
      run: `run-${place}`,
      value: count / 10,
      count,
      exposure: 10e9,
      lowest: count / 10,
      highest: (count + most) / 10,
    }));
  const parts = { kind: "rate", smallestEffect: { absolute: 0.5 } } as const;
  const few = {
    ...measuredOf([], [], parts),
    base: counts([1, 0, 2, 1, 0]),
    candidate: counts([0, 1, 1, 2, 1]),
  };
  assertEquals(only(few).verdict, "same");
  assertEquals(only({ ...few, candidate: counts([0, 1, 1, 2, 1], 20) }).obstacle, "loss");
  assertEquals(only({ ...few, candidate: counts([0, 1, 1, 2, 1], Infinity) }).obstacle, "loss");
});
