/**
 * A short soak: it runs, it finds nothing, and its account closes in each phase and in all.
 */
import { assert, assertEquals } from "@std/assert";
import { stressSeed } from "../stress/stress_seed.ts";
import { isBalanced, type Lap, NO_LAP } from "./lap.ts";
import { drawPhase, KINDS, makeDraw } from "./phase_settings.ts";
import { runSoak, type Soak } from "./soak.ts";
import { faultsOf, soakReport, totalOf } from "./soak_report.ts";

const SECONDS = 20;
const ALL_KINDS = KINDS.map((_, kind) => kind);

/** A soak of one phase. */
function soakOf(sum: Partial<Lap>, unbalanced = 0, complaints = ""): Soak {
  const settings = drawPhase(makeDraw(1), ALL_KINDS, 5);
  return {
    phases: [{ settings, laps: 1, sum: { ...NO_LAP, ...sum }, unbalanced, complaints }],
    missing: new Map(),
  };
}

Deno.test(`a soak of ${SECONDS} seconds loses nothing that is not counted`, async () => {
  const soak = await runSoak({ seconds: SECONDS, seed: stressSeed() });
  console.log(soakReport(soak));
  assertEquals(faultsOf(soak), []);
  const total = totalOf(soak);
  assert(total.read > 0);
  assert(isBalanced(total));
});

Deno.test("a soak that is interrupted ends its phase in order and starts no other", async () => {
  const stop = new AbortController();
  const soak = await runSoak({
    seconds: 60,
    seed: stressSeed(),
    signal: stop.signal,
    onProgress: () => stop.abort(),
  });
  assertEquals(soak.phases.length, 1);
  assertEquals(faultsOf(soak), []);
});

Deno.test("the phases of a seed are always the same", () => {
  const phases = () => {
    const draw = makeDraw(7);
    return Array.from({ length: 5 }, () => drawPhase(draw, ALL_KINDS, 100));
  };
  assertEquals(phases(), phases());
});

Deno.test("an account that does not close, a finding and a soak without a phase are faults", () => {
  assertEquals(faultsOf(soakOf({ attempts: 3, read: 3 })), []);
  assertEquals(faultsOf(soakOf({}, 1)).length, 1);
  assertEquals(faultsOf(soakOf({ findings: 2 }, 0, "FAILED: lap 1")).length, 1);
  assertEquals(faultsOf({ phases: [], missing: new Map() }), ["no phase has run"]);
  assertEquals([
    isBalanced({ ...NO_LAP, attempts: 3, read: 2, pending: 1 }),
    isBalanced({ ...NO_LAP, attempts: 1 }),
  ], [
    true,
    false,
  ]);
});
