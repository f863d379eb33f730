import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { countsOfU, mannWhitney } from "./mann_whitney.ts";
import CLICKHOUSE from "./testdata/clickhouse_mann_whitney.json" with { type: "json" };

Deno.test("the normal approximation is ClickHouse's, with ties and without", () => {
  for (const { name, first, second, u, pWithContinuity, pWithout } of CLICKHOUSE.cases) {
    const found = mannWhitney(first, second, { method: "normal" });
    assertEquals(found.u, u, name);
    assertAlmostEquals(found.p, pWithContinuity, 1e-12, name);
    assertAlmostEquals(
      mannWhitney(first, second, { method: "normal", continuity: false }).p,
      pWithout,
      1e-12,
      name,
    );
  }
});

// Hollander and Wolfe, Nonparametric Statistical Methods (1973), 69; the value that R's help for wilcox.test shows.
Deno.test("the exact test of the permeability data is the published one", () => {
  const term = [0.80, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46];
  const early = [1.15, 0.88, 0.90, 0.74, 1.21];
  const found = mannWhitney(term, early);
  assertEquals([found.u, found.method, found.superiority], [35, "exact", 0.7]);
  assertAlmostEquals(found.p / 2, 0.1272, 5e-5);
});

// Milton, Journal of the American Statistical Association 59 (1964), 925–934: largest u that is significant, two-sided.
Deno.test("exact counts give Milton's critical values", () => {
  for (
    const [m, n, chance, expected] of [
      [5, 5, 0.05, 2],
      [5, 5, 0.01, 0],
      [6, 7, 0.05, 6],
      [8, 8, 0.05, 13],
      [10, 10, 0.05, 23],
      [10, 10, 0.01, 16],
      [20, 20, 0.05, 127],
    ] as const
  ) {
    const counts = countsOfU(m, n);
    const all = counts.reduce((sum, count) => sum + count, 0);
    let sum = 0;
    let critical = -1;
    while (2 * (sum + counts[critical + 1]!) / all <= chance) sum += counts[++critical]!;
    assertEquals(critical, expected, `${m} and ${n} at ${chance}`);
  }
});

Deno.test("samples that are all equal differ in nothing", () => {
  const { p, superiority } = mannWhitney([3, 3, 3], [3, 3]);
  assertEquals([p, superiority], [1, 0.5]);
});

Deno.test("what cannot be compared is refused", () => {
  assertThrows(() => mannWhitney([], [1]), RangeError, "empty");
  assertThrows(() => mannWhitney([1, 2], [2, 3], { method: "exact" }), RangeError, "equal values");
});
