import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { quantileShift } from "./quantile_shift.ts";

/** Durations around 1,000 ns of which each depends on the one before. */
function durations(count: number, factor: number, seed: number): Float64Array {
  let state = seed, noise = 0;
  return Float64Array.from({ length: count }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    noise = 0.6 * noise + state / 2 ** 32 - 0.5;
    return factor * 1000 * Math.exp(noise);
  });
}

Deno.test("runs of the same work differ by an interval that has zero in it", () => {
  const { effect, interval } = quantileShift(durations(5_000, 1, 1), durations(5_000, 1, 2), 0.9);
  assert(effect !== null && interval !== null);
  assert(
    interval[0] < 0 && interval[1] > 0 && interval[0] <= effect && effect <= interval[1],
    String(interval),
  );
});

Deno.test("a run that takes 30 % longer lies that much above, for sure", () => {
  const { from, to, effect, interval } = quantileShift(durations(5_000, 1, 1), durations(5_000, 1.3, 1), 0.5);
  assertAlmostEquals(effect!, 0.3, 1e-9);
  assertAlmostEquals(to / from, 1.3, 1e-9);
  assert(interval![0] > 0.2 && interval![1] < 0.4, String(interval));
});

Deno.test("the interval of a ratio is that of its reciprocal turned over", () => {
  const a = durations(2_000, 1, 3), b = durations(2_000, 1.1, 4);
  const there = quantileShift(a, b, 0.9).interval!, back = quantileShift(b, a, 0.9).interval!;
  assertAlmostEquals(1 + there[0], 1 / (1 + back[1]), 1e-9);
  assertAlmostEquals(1 + there[1], 1 / (1 + back[0]), 1e-9);
});

Deno.test("too few values beyond a quantile give no interval, and zeros no ratio", () => {
  assertEquals(quantileShift(durations(20, 1, 1), durations(20, 1, 2), 0.99).interval, null);
  const zeros = new Float64Array(100);
  assertEquals(quantileShift(zeros, zeros, 0.5), { from: 0, to: 0, effect: null, interval: null });
});
