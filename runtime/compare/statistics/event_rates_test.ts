import { assertAlmostEquals, assertEquals, assertLess } from "@std/assert";
import { dispersion, type EventCount, rateDifference, rateInterval, rateLogRatio } from "./event_rates.ts";
import { Random } from "./random.ts";

// Garwood (1936), table I, as in Pearson and Hartley (1966), table 40: 95 % limits of a Poisson count.
Deno.test("limits of a count are Garwood's", () => {
  for (const [events, low, high] of [[0, 0, 3.689], [1, 0.0253, 5.572], [10, 4.795, 18.39]] as const) {
    const rate = rateInterval([{ events, exposure: 1 }], 1, 8, 0.975);
    assertAlmostEquals(rate.low, low, 5e-4);
    assertAlmostEquals(rate.high, high, 5e-3);
  }
});

Deno.test("dispersion is Pearson's chi-squared by its degrees of freedom and at least 1", () => {
  const runs = (...events: number[]) => events.map((count) => ({ events: count, exposure: 1 }));
  // (4 + 0 + 4) / 10 = 0.8 of 2 degrees, and (100 + 100) / 10 = 20 of 1.
  assertAlmostEquals(dispersion([runs(8, 10, 12), runs(0, 20)]), 20.8 / 3, 1e-12);
  assertEquals(dispersion([runs(10, 10, 10), runs(10, 10)]), 1);
  assertEquals(dispersion([runs(5), runs(50)]), 1);
  assertEquals(dispersion([runs(0, 0), runs(0, 0)]), 1);
});

Deno.test("no event on either side bounds the difference by what may have been missed", () => {
  const none = rateInterval([{ events: 0, exposure: 10 }], 1, 8, 0.95);
  const { low, estimate, high } = rateDifference(none, none);
  // −ln 0.05 events in 10 seconds.
  assertEquals(estimate, 0);
  assertAlmostEquals(high, 0.29957, 1e-5);
  assertAlmostEquals(low, -0.29957, 1e-5);
});

/** Poisson: counts arrivals of unit rate. */
function poisson(random: Random, expected: number): number {
  let events = -1;
  for (let time = 0; time < expected; events++) time -= Math.log(1 - random.uniform());
  return events;
}

Deno.test("bounds of two rates miss at most as often as they say, also when runs vary more than Poisson's", () => {
  const random = new Random(23);
  const trials = 2000;
  for (const [expected, spread] of [[2, 0], [2, 0.4], [50, 0], [50, 0.3]] as const) {
    const side = (): EventCount[] =>
      Array.from({ length: 5 }, () => ({
        // Log-normal with mean 1: what a run has of its own.
        events: poisson(random, expected * Math.exp(spread * random.normal() - spread ** 2 / 2)),
        exposure: 1,
      }));
    const missed = { below: 0, above: 0, ratio: 0 };
    for (let trial = 0; trial < trials; trial++) {
      const sides = [side(), side()] as const;
      const over = dispersion(sides);
      const [base, candidate] = sides.map((runs) => rateInterval(runs, over, 8, 0.95)) as [never, never];
      const { low, high } = rateDifference(base, candidate);
      if (low > 0) missed.above++;
      if (high < 0) missed.below++;
      if (rateLogRatio(base, candidate).low > 0) missed.ratio++;
    }
    for (const [what, count] of Object.entries(missed)) {
      assertLess(count / trials, 0.07, `${what} of ${expected} with ${spread}`);
    }
  }
});

Deno.test("a ratio to a rate that may be 0 has no upper bound", () => {
  const some = rateInterval([{ events: 9, exposure: 1 }], 1, 8, 0.95);
  const one = rateInterval([{ events: 1, exposure: 1 }], 1, 8, 0.95);
  const none = { estimate: 0.1, low: 0, high: 0.5 };
  assertEquals(rateLogRatio(none, some).high, Infinity);
  assertLess(rateLogRatio(some, one).high, 0);
});
