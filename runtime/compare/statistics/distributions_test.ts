import { assertAlmostEquals } from "@std/assert";
import {
  betaQuantile,
  chiSquaredQuantile,
  normalProbability,
  normalQuantile,
  studentQuantile,
} from "./distributions.ts";

// Tables of Pearson and Hartley, Biometrika Tables for Statisticians I (1966): 1, 8, 12 and 16.
Deno.test("quantiles agree with the Biometrika tables", () => {
  assertAlmostEquals(normalQuantile(0.975), 1.959964, 5e-7);
  assertAlmostEquals(normalProbability(-1.64), 0.0505026, 5e-8);
  for (const [degrees, expected] of [[1, 6.314], [4, 2.132], [8, 1.860], [30, 1.697]] as const) {
    assertAlmostEquals(studentQuantile(0.95, degrees), expected, 5e-4);
  }
  for (const [degrees, expected] of [[1, 3.84146], [10, 18.3070], [30, 43.7730]] as const) {
    assertAlmostEquals(chiSquaredQuantile(0.95, degrees), expected, 5e-5);
  }
  assertAlmostEquals(betaQuantile(0.05, 5, 10), 0.15272, 5e-5);
});
