/**
 * A run that must fit its writers' record, for tests.
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { type Counters, lostOf } from "./oracle/captured.ts";
import { runStress, type StressOptions, type StressOutcome } from "./stress_run.ts";
import { stressSeed } from "./stress_seed.ts";

/** Runs, prints what it was, and fails with everything that does not fit. */
export async function expectWell(what: string, options: StressOptions): Promise<StressOutcome> {
  const outcome = await runStress(options);
  const { counters } = outcome.captured;
  const sum = (value: (ring: Counters) => number) => counters.reduce((total, ring) => total + value(ring), 0);
  console.log(
    `${what}: seed ${stressSeed()}, ${sum((ring) => ring.attempts)} attempts, ${
      sum((ring) => ring.read)
    } read, ` +
      `${sum((ring) => ring.discarded)} discarded, ${sum(lostOf)} lost ` +
      `(${sum((ring) => ring.lost_full)} full, ${sum((ring) => ring.too_big)} too big, ` +
      `${sum((ring) => ring.mixed)} mixed, ${sum((ring) => ring.abandoned)} abandoned)`,
  );
  assertEquals(outcome.findings.lines(), []);
  assert(outcome.captured.rows.length > 0, "something must have been captured");
  return outcome;
}
