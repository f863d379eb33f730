import { assertAlmostEquals, assertEquals } from "@std/assert";
import { clopperPearson } from "./clopper_pearson.ts";

// Conover, Practical Nonparametric Statistics (1971), 97, as in R's help for binom.test.
Deno.test("Mendel's peas have the published interval", () => {
  const [low, high] = clopperPearson(682, 925, 0.975);
  assertAlmostEquals(low, 0.7076683, 5e-8);
  assertAlmostEquals(high, 0.7654066, 5e-8);
});

Deno.test("no case in 300 trials is just below 1 %, and the ends are the ends", () => {
  assertAlmostEquals(clopperPearson(0, 300, 0.95)[1], 1 - 0.05 ** (1 / 300), 1e-9);
  assertEquals(clopperPearson(0, 5, 0.95)[0], 0);
  assertEquals(clopperPearson(5, 5, 0.95)[1], 1);
});
