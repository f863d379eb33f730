/**
 * What readers counted against what the test module counted, ring by ring and cause by cause.
 * @module
 */
import { type Captured, type Counters, LOSS_CAUSES, lostOf } from "../../../stress/oracle/captured.ts";
import { type ContextAccount, type SnapshotRing, sum } from "./module_account.ts";

/** What is expected beside the identity. */
export interface AccountRules {
  readonly mode: "discard" | "overwrite";
}

/** Lines that say what does not agree; none when all does. */
export function checkAccount(
  accounts: readonly ContextAccount[],
  rings: readonly SnapshotRing[],
  captured: Captured,
  { mode }: AccountRules,
): string[] {
  const findings: string[] = [];
  const equal = (what: string, found: number, expected: number) => {
    if (found !== expected) findings.push(`${what}: ${found}, expected ${expected}`);
  };
  equal("attempts whose result no write may have", sum(accounts, "other"), 0);
  // An NMI of the emulator's monitor may come before the set is started and after it is stopped.
  const expecting = accounts.filter(({ context }) => context !== "nmi");
  equal("attempts that found no set", sum(expecting, "not_open"), 0);
  for (const ring of rings) {
    const own = accounts.filter(({ processor }) => processor === ring.processor);
    const counters = captured.counters.find(({ processor }) => processor === ring.processor);
    const where = `processor ${ring.processor}`;
    const attempts = sum(own, "attempts") - sum(own, "off") - sum(own, "not_open");
    equal(`${where}: attempts of the driver, against the module's`, ring.attempts, attempts);
    equal(`${where}: lost_full of the driver, against the module's`, ring.lostFull, sum(own, "full"));
    equal(`${where}: too_big of the driver, against the module's`, ring.tooBig, sum(own, "too_big"));
    if (counters === undefined) {
      findings.push(`${where}: the capture has no counters`);
      continue;
    }
    equal(`${where}: attempts of the capture, against the module's`, counters.attempts, attempts);
    equal(
      `${where}: identity`,
      counters.read + counters.discarded + lostOf(counters) + counters.pending,
      attempts,
    );
    const rows = captured.rows.filter(({ processor }) => processor === ring.processor).length;
    equal(`${where}: rows, against read`, rows, counters.read);
    checkLosses(counters, own, mode, (what, found, expected) => equal(`${where}: ${what}`, found, expected));
  }
  return [...findings, ...checkGaps(captured)];
}

function checkLosses(
  counters: Counters,
  own: readonly ContextAccount[],
  mode: AccountRules["mode"],
  equal: (what: string, found: number, expected: number) => void,
): void {
  for (const cause of ["corrupt", "abandoned", "unstored", "late", "stalled", "pending"] as const) {
    equal(cause, counters[cause], 0);
  }
  const refused = counters.lost_full + counters.too_big + counters.mixed;
  const expected = sum(own, "full") + sum(own, "too_big");
  if (mode === "overwrite") {
    // What was overwritten had been written or taken back: nobody knows but by the identity. A refusal in the same hole is among the mixed.
    equal("refusals beyond those that were made", Math.max(0, refused - counters.mixed - expected), 0);
    equal("refusals that are in no hole", Math.max(0, expected - refused), 0);
    return;
  }
  equal("overwritten", counters.overwritten, 0);
  equal("read, against written", counters.read, sum(own, "written"));
  equal("discarded", counters.discarded, sum(own, "discarded"));
  equal("refused", refused, expected);
  if (counters.mixed > 0) return;
  equal("lost_full", counters.lost_full, sum(own, "full"));
  equal("too_big", counters.too_big, sum(own, "too_big"));
}

/** Each cause's holes come to what its counter says. */
function checkGaps({ gaps, counters }: Captured): string[] {
  return counters.flatMap((ring) =>
    LOSS_CAUSES.flatMap((cause) => {
      const holes = gaps.filter((gap) => gap.processor === ring.processor && gap.cause === cause);
      const lost = holes.reduce((all, gap) => all + gap.lost, 0);
      return lost === ring[cause]
        ? []
        : [`processor ${ring.processor}: holes of ${cause} lose ${lost}, its counter says ${ring[cause]}`];
    })
  );
}
