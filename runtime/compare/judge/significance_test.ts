import { assertAlmostEquals, assertEquals, assertLess } from "@std/assert";
import { Random } from "../statistics/random.ts";
import { JUDGE_DEFAULTS } from "./settings.ts";
import { significances, type Tested } from "./significance.ts";

function tested(base: number[], candidate: number[], parts: Partial<Tested> = {}): Tested {
  return { base, candidate, smallestShift: 0.05, twoSided: false, disturbed: "neither", ...parts };
}

Deno.test("five that are all above five others are one labelling of 252, or two when either direction counts", () => {
  const [one] = significances([tested([1, 2, 3, 4, 5], [11, 12, 13, 14, 15])], JUDGE_DEFAULTS);
  assertAlmostEquals(one!.p, 1 / 252, 1e-12);
  const [two] = significances(
    [tested([1, 2, 3, 4, 5], [11, 12, 13, 14, 15], { twoSided: true })],
    JUDGE_DEFAULTS,
  );
  assertAlmostEquals(two!.p, 2 / 252, 1e-12);
  const [down] = significances([tested([11, 12, 13, 14, 15], [1, 2, 3, 4, 5])], JUDGE_DEFAULTS);
  assertAlmostEquals(down!.p, 1, 1e-12);
});

Deno.test("quiet metrics beside it make a shift more significant by itself and not after adjusting", () => {
  const quiet = Array.from({ length: 9 }, (_, k) => tested([1, 2, 3, 4, 5 + k / 100], [5, 1, 3, 2, 4]));
  const [first] = significances([tested([1, 2, 3, 4, 5], [31, 32, 33, 34, 35]), ...quiet], JUDGE_DEFAULTS);
  assertAlmostEquals(first!.p, 1 / 2520, 1e-12);
  assertAlmostEquals(first!.pAdjusted, 1 / 252, 1e-12);
});

Deno.test("one disturbed value does not hide a shift when it is known where disturbances lie", () => {
  const [base, candidate] = [[1, 1.01, 0.99, 1.02, 0.98], [1.3, 1.31, 1.29, 1.32, 9]];
  const noise = Array.from(
    { length: 6 },
    (_, k) => tested([1, 1.2, 0.9, 1.1 + k / 50, 1.3], [0.8, 1.25, 1.15, 0.95, 1.05]),
  );
  const [hidden] = significances([tested(base, candidate), ...noise], JUDGE_DEFAULTS);
  const [found] = significances(
    [tested(base, candidate, { disturbed: "highest" }), ...noise],
    JUDGE_DEFAULTS,
  );
  assertLess(JUDGE_DEFAULTS.falseAlarm, hidden!.pAdjusted);
  assertLess(found!.pAdjusted, JUDGE_DEFAULTS.falseAlarm);
});

Deno.test("equal sides are significant in at most the chance asked for, whatever the noise and however related", () => {
  const random = new Random(29);
  const draws: Record<string, () => number> = {
    normal: () => random.normal(),
    Cauchy: () => Math.tan(Math.PI * (random.uniform() - 0.5)),
    bimodal: () => random.normal() / 10 + (random.uniform() < 0.3 ? 5 : 0),
  };
  const trials = 600;
  for (const [name, draw] of Object.entries(draws)) {
    for (const isShared of [false, true]) {
      let rejected = 0;
      for (let trial = 0; trial < trials; trial++) {
        const common = Array.from({ length: 10 }, draw);
        const tests = Array.from({ length: 8 }, () => {
          const values = isShared
            ? common.map((value) => value + random.normal() / 5)
            : Array.from({ length: 10 }, draw);
          return tested(values.slice(0, 5), values.slice(5), { disturbed: "highest" });
        });
        if (significances(tests, JUDGE_DEFAULTS).some(({ pAdjusted }) => pAdjusted <= 0.01)) rejected++;
      }
      // 2 of 252 labellings are 0.8 %; four standard deviations of 600 trials above that.
      assertLess(rejected / trials, 0.0225, `${name}, ${isShared ? "shared" : "each its own"}`);
    }
  }
});

Deno.test("nothing tested is nothing found", () => {
  assertEquals(significances([], JUDGE_DEFAULTS), []);
});
