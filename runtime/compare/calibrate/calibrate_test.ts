/**
 * The small part of the calibration that CI runs: fixed seeds, so that it fails when the judge changes and not by chance.
 * @module
 */
import { assert, assertEquals, assertLess } from "@std/assert";
import { judge } from "../judge/judge.ts";
import { Random } from "../statistics/random.ts";
import { GENERATORS } from "./generators.ts";
import { drawLossy } from "./losses.ts";
import { drawPool } from "./pool.ts";
import { readRecordings } from "./read_recordings.ts";
import { repair } from "./recordings.ts";
import { compareMany } from "./tables.ts";
import { rateInWords, tally } from "./trials.ts";

const TRIALS = 40;

for (const name of ["AR(1), memory 0.8", "Pareto, index 2.5"]) {
  Deno.test(`equal sides are the same and 10 % more is found: ${name}`, () => {
    const pool = drawPool(GENERATORS[name]!, 30, 4711);
    const equal = compareMany(pool, TRIALS, {}, 4715);
    assertEquals([equal.verdicts.regressed, equal.verdicts.improved], [0, 0]);
    // 5 % of 40 and two standard deviations.
    assertLess(equal.verdicts.inconclusive, 5);
    const shifted = compareMany(pool, TRIALS, { tailShift: 1.1 }, 4716);
    assertLess(0.9 * TRIALS, shifted.found);
  });
}

Deno.test("noise that hides 10 % is no reason to call equal sides regressed, nor the same", () => {
  const pool = drawPool(GENERATORS["log-normal, independent"]!, 30, 4712);
  const { verdicts } = compareMany(
    pool,
    TRIALS,
    { runEffect: 0.1, disturbed: { share: 0.1, factor: 1.5 } },
    4717,
  );
  assertLess(verdicts.regressed, 2);
  assertLess(0.9 * TRIALS, verdicts.inconclusive);
});

Deno.test("a candidate that lost its slowest entries is never the same nor improved where they could hide a shift", () => {
  const random = new Random(4713);
  for (const [shift, lost] of [[1, 0.02], [1.1, 0.02], [1.3, 0.03]] as const) {
    const { verdicts } = tally(TRIALS, () => [drawLossy(random, shift, lost, true)]);
    assertEquals([verdicts.same, verdicts.improved], [0, 0], `${shift} ${lost}`);
  }
  // The same recordings, had nobody counted what they lost: this is what the bounds are for.
  const uncounted = tally(TRIALS, () => [drawLossy(random, 1.1, 0.02, false)]);
  assertLess(0.5 * TRIALS, uncounted.verdicts.same + uncounted.verdicts.improved);
});

Deno.test("real recordings of one program are never regressed nor improved against each other", async () => {
  for (const [name, recordings] of Object.entries(await readRecordings())) {
    const count = recordings.metrics[0]?.runs.length ?? 0;
    assert(count >= 100, `${name} has ${count} recordings`);
    const random = new Random(4714);
    const { verdicts } = tally(100, () => repair(recordings, random, { runs: 5 }));
    assertLess(verdicts.regressed + verdicts.improved, 2, name);
  }
});

Deno.test("recordings are taken once each, and a shift is found where their noise allows it", async () => {
  const { walk } = await readRecordings();
  const [metric] = repair(walk!, new Random(1), { runs: 5 });
  assertEquals(new Set([...metric!.base, ...metric!.candidate].map(({ run }) => run)).size, 10);
  const { verdict } = judge(
    repair(walk!, new Random(1), { runs: 10, shift: { metric: "file_p90", factor: 1.2 } }),
  );
  assertEquals(verdict, "regressed");
});

Deno.test("rates are told with the bound that matters", () => {
  assertEquals(rateInWords(0, 300, "upper"), "0.00 % (≤ 0.99 %)");
  assertEquals(rateInWords(300, 300, "lower"), "100.0 % (≥ 99.0 %)");
});
