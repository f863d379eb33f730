import { assertAlmostEquals, assertEquals, assertGreater, assertLess, assertThrows } from "@std/assert";
import { Random } from "./random.ts";
import { criticalSum, type ScoreName, scoresOf } from "./rank_scores.ts";
import { shiftInterval } from "./shift_interval.ts";

const SCORES: ScoreName[] = ["wilcoxon", "savage"];

// With u ≤ 4 in 12 of 252 orders, the one-sided 95 % ends of five and five are the 5th difference from either end.
Deno.test("the ends of five and five are the 5th difference from either side by Wilcoxon's scores", () => {
  const first = [0, 10, 20, 30, 40];
  const second = [1, 102, 203, 304, 405];
  const differences = second.flatMap((b) => first.map((a) => b - a)).sort((a, b) => a - b);
  const { low, estimate, high } = shiftInterval(first, second, 0.95, "wilcoxon");
  assertEquals([low, estimate, high], [differences[4]!, differences[12]!, differences[20]!]);
});

// Savage (1956): expected order statistics of the exponential distribution, Σ 1/i.
Deno.test("Savage's scores are those of three and four values", () => {
  [-11 / 6, -5 / 6, -1 / 3].forEach((score, place) => {
    assertAlmostEquals(scoresOf("savage", 3)[place]!, score, 1e-12);
  });
  assertAlmostEquals(scoresOf("savage", 4)[3]!, -1 / 4, 1e-12);
});

Deno.test("too few runs give no end, and just enough give one", () => {
  for (const score of SCORES) {
    // 1 of 10 and 1 of 20 labellings: only the second is 5 %.
    assertEquals(shiftInterval([1, 2], [3, 4, 5], 0.95, score).high, Infinity);
    assertEquals(shiftInterval([1, 2], [3, 4, 5], 0.95, score).low, -Infinity);
    assertEquals(shiftInterval([1, 2, 3], [4, 5, 6], 0.95, score).high, 5);
    assertEquals(shiftInterval([1, 2, 3], [4, 5, 6], 0.95, score).low, 1);
  }
});

Deno.test("one disturbed run widens Wilcoxon's interval to itself and Savage's not", () => {
  const first = [100, 101, 102, 103, 104];
  const second = [100.5, 101.5, 102.5, 103.5, 500];
  assertGreater(shiftInterval(first, second, 0.95, "wilcoxon").high, 300);
  assertLess(shiftInterval(first, second, 0.95, "savage").high, 5);
  assertGreater(shiftInterval(second, first, 0.95, "savage").low, -5);
});

Deno.test("a shift of every value shifts the interval by as much, and exchanging the sides turns it round", () => {
  const first = [3, 1, 4, 1, 5, 9];
  const second = [2, 7, 1, 8, 2, 8];
  for (const score of SCORES) {
    const { low, high } = shiftInterval(first, second, 0.95, score);
    const moved = shiftInterval(first, second.map((value) => value + 100), 0.95, score);
    assertEquals([moved.low, moved.high], [low + 100, high + 100]);
    const turned = shiftInterval(second, first, 0.95, score);
    assertEquals([turned.low, turned.high], [-high, -low]);
  }
});

Deno.test("the true shift is beyond an end as often as the test rejects, whatever the distribution", () => {
  const random = new Random(3);
  const draws: Record<string, () => number> = {
    normal: () => random.normal(),
    "log-normal": () => Math.exp(2 * random.normal()),
    Pareto: () => (1 - random.uniform()) ** (-1 / 1.1),
    bimodal: () => random.normal() / 10 + (random.uniform() < 0.3 ? 5 : 0),
  };
  const trials = 3000;
  for (const score of SCORES) {
    const expected = {
      wilcoxon: 12 / 252,
      savage: 12 / 252,
    }[score];
    for (const [name, draw] of Object.entries(draws)) {
      let below = 0;
      let above = 0;
      for (let trial = 0; trial < trials; trial++) {
        const five = () => Array.from({ length: 5 }, draw);
        const { low, high } = shiftInterval(five(), five(), 0.95, score);
        if (high < 0) below++;
        if (low > 0) above++;
      }
      // Four standard deviations of 3,000 draws with 4.76 %.
      for (const misses of [below, above]) {
        assertAlmostEquals(misses / trials, expected, 0.0156, `${score} ${name}`);
      }
    }
  }
});

Deno.test("a critical sum is reached in at most the chance asked for", () => {
  // Ranks 1 to 5 and the next orders: 15, 16, 17, 17 …: u = 0, 1, 2, 2 in 4 of 252 orders; a fifth would be u = 3.
  assertAlmostEquals(criticalSum("wilcoxon", 5, 5, 4 / 252, 300), 17, 1e-6);
  assertAlmostEquals(criticalSum("wilcoxon", 5, 5, 3.9 / 252, 300), 16, 1e-6);
  assertEquals(criticalSum("wilcoxon", 5, 5, 0.9 / 252, 300), -Infinity);
});

Deno.test("an empty sample is refused", () => {
  assertThrows(() => shiftInterval([], [1], 0.95, "savage"), RangeError, "empty");
});
