import { assertAlmostEquals, assertEquals, assertLess } from "@std/assert";
import { sampleStandardDeviation } from "simple-statistics";
import { resampledMeans } from "./block_bootstrap.ts";
import { blockLength } from "./block_length.ts";
import { meanInterval, quantileInterval } from "./quantile_noise.ts";
import { Random } from "./random.ts";

/** Each value is `memory` of the one before plus noise; variance 1. */
function autoregressive(random: Random, length: number, memory: number): Float64Array {
  const series = new Float64Array(length);
  let value = random.normal();
  for (let k = 0; k < length; k++) {
    series[k] = value;
    value = memory * value + Math.sqrt(1 - memory ** 2) * random.normal();
  }
  return series;
}

// Politis and White (2004), section 3.2: the optimum of AR(1) is (6 φ² / (1 − φ²)² · n)^(1/3) in closed form.
Deno.test("the block length of AR(1) is near its closed form", () => {
  const random = new Random(11);
  for (const memory of [0.3, 0.5, 0.8]) {
    const expected = Math.cbrt(6 * memory ** 2 / (1 - memory ** 2) ** 2 * 10_000);
    let sum = 0;
    for (let trial = 0; trial < 20; trial++) sum += blockLength(autoregressive(random, 10_000, memory));
    assertAlmostEquals(sum / 20 / expected, 1, 0.25, `${memory}`);
  }
});

Deno.test("values that do not depend on each other need short blocks, equal and few ones need none", () => {
  assertLess(blockLength(autoregressive(new Random(5), 10_000, 0)), 8);
  assertEquals(blockLength(new Float64Array(1000)), 1);
  assertEquals(blockLength(Float64Array.of(1, 2, 3)), 1);
});

// The variance of a mean of AR(1) is (1 + φ) / (1 − φ) / n; single values would give 1 / n.
Deno.test("resampled means vary as much as means of values that depend on each other do", () => {
  const random = new Random(13);
  for (const memory of [0, 0.5, 0.9]) {
    const expected = Math.sqrt((1 + memory) / (1 - memory) / 8000);
    let sum = 0;
    for (let trial = 0; trial < 20; trial++) {
      const series = autoregressive(random, 8000, memory);
      sum += sampleStandardDeviation([...resampledMeans(series, 300, random)]);
    }
    assertAlmostEquals(sum / 20 / expected, 1, 0.12, `${memory}`);
  }
});

Deno.test("intervals of a run's own quantile and mean hold the true value as often as they say", () => {
  const random = new Random(99);
  const trials = 600;
  const missed = { quantile: 0, mean: 0 };
  for (let trial = 0; trial < trials; trial++) {
    const series = autoregressive(random, 4000, 0.7);
    const [low, high] = quantileInterval(series, 0.95, 0.95, 200, random)!;
    // 1.6449: the normal 95 % quantile.
    if (low > 1.6449 || high < 1.6449) missed.quantile++;
    const [least, most] = meanInterval(series, 0.95, 200, random)!;
    if (least > 0 || most < 0) missed.mean++;
  }
  // 10 % for both ends, and some more, since blocks cut off what reaches beyond them: 12 % in 2,000 trials. With single
  // values in place of blocks it would be half of all.
  for (const [what, count] of Object.entries(missed)) {
    assertAlmostEquals(count / trials, 0.12, 0.045, what);
  }
});

Deno.test("a quantile beyond what the series can tell has no interval", () => {
  const random = new Random(19);
  assertEquals(
    quantileInterval(Float64Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10), 0.99, 0.95, 200, random),
    null,
  );
  assertEquals(meanInterval(Float64Array.of(1), 0.95, 200, random), null);
});

Deno.test("a series of one value all through has an interval of that value", () => {
  assertEquals(quantileInterval(new Float64Array(500).fill(7), 0.5, 0.95, 100, new Random(1)), [7, 7]);
});
