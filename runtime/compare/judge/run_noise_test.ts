import { assert, assertEquals, assertLess } from "@std/assert";
import { Random } from "../statistics/random.ts";
import { judge } from "./judge.ts";
import { ownInterval } from "./run_noise.ts";
import { JUDGE_DEFAULTS } from "./settings.ts";
import { testMetric } from "./test_support.ts";
import type { RunMeasure } from "./types.ts";

/** 2,000 values with a median of 1,000, each `memory` of the one before. */
function run(name: string, seed: number, memory: number, count = 2000): RunMeasure {
  const random = new Random(seed);
  let state = random.normal();
  const samples = Float64Array.from({ length: 2000 }, () => {
    state = memory * state + Math.sqrt(1 - memory ** 2) * random.normal();
    return 1000 * Math.exp(0.3 * state);
  });
  return { run: name, value: 1000, count, samples, lowest: 1000, highest: 1000 };
}

const MEDIAN = testMetric({ kind: "quantile", quantile: 0.5 });

function width(run: RunMeasure): number {
  const interval = ownInterval(MEDIAN, run, JUDGE_DEFAULTS);
  assert(interval);
  return interval[1] - interval[0];
}

Deno.test("a run whose values depend on each other knows its quantile worse", () => {
  assertLess(2 * width(run("a", 1, 0)), width(run("a", 1, 0.95)));
});

Deno.test("runs that agree by chance are not taken for surer than each of them is", () => {
  const side = (name: string, count: number) =>
    [1, 2, 3, 4, 5].map((seed) => run(`${name}${seed}`, seed, 0.95, count));
  const judged = (count: number) =>
    judge([{ metric: MEDIAN, dimension: {}, base: side("b", count), candidate: side("c", count) }])
      .metrics[0];
  const [low, high] = judged(2000)?.interval ?? [0, 0];
  // All ten have the value 1,000: ranks alone would give an interval of nothing.
  assertEquals([low < -0.01, high > 0.01], [true, true]);
  // A thousand times as many entries behind the same samples make a run that much surer.
  const [least, most] = judged(2_000_000)?.interval ?? [0, 0];
  assertLess(most - least, (high - low) / 20);
});

Deno.test("a run without samples or value tells no noise, and a count tells its own", () => {
  const { samples: _, ...bare } = run("a", 1, 0);
  assertEquals(ownInterval(MEDIAN, bare, JUDGE_DEFAULTS), null);
  assertEquals(ownInterval(MEDIAN, { ...run("a", 1, 0), value: null }, JUDGE_DEFAULTS), null);
  const counted = { ...bare, value: 1, count: 10, exposure: 10e9 };
  const interval = ownInterval(testMetric({ kind: "rate" }), counted, JUDGE_DEFAULTS);
  // Garwood's one-sided 95 % bounds of 10 events: 5.43 and 16.96.
  assert(interval);
  assertEquals(interval.map((bound) => Math.round(bound * 100) / 100), [0.54, 1.7]);
});
