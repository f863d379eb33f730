import { assertAlmostEquals, assertEquals, assertNotEquals } from "@std/assert";
import { mean, variance } from "simple-statistics";
import { Random } from "./random.ts";

Deno.test("a seed gives its numbers again and another seed others", () => {
  const draw = (seed: number) => {
    const random = new Random(seed);
    return [random.uniform(), random.below(1000), random.normal()];
  };
  assertEquals(draw(5), draw(5));
  assertNotEquals(draw(5), draw(6));
});

Deno.test("draws have the moments of their distributions and stay in their range", () => {
  const random = new Random(1);
  const uniform = Array.from({ length: 50_000 }, () => random.uniform());
  assertAlmostEquals(mean(uniform), 0.5, 0.006);
  assertEquals(uniform.every((value) => value >= 0 && value < 1), true);
  const normal = Array.from({ length: 50_000 }, () => random.normal());
  assertAlmostEquals(mean(normal), 0, 0.02);
  assertAlmostEquals(variance(normal), 1, 0.03);
  const dice = Array.from({ length: 6000 }, () => random.below(6));
  for (let face = 0; face < 6; face++) {
    // 1,000 with a standard deviation of 29.
    assertAlmostEquals(dice.filter((value) => value === face).length, 1000, 120);
  }
});
