/**
 * Whether the runs of both sides were recorded in turn. A machine that warms up, or whose load changes, makes sides differ
 * that were recorded one after the other, and no test of their values can tell that from the driver.
 * @module
 */
import type { Reach } from "./shift_of_sides.ts";
import type { Comparability } from "./types.ts";

/** What the difference of sides is called that were not recorded in turn. */
export const NOT_IN_TURN = "order of recording";

/**
 * By how much more than in turn a shift's noise is taken. With five runs a side, each run's effect 0.8 of the one before, the means
 * of the sides differ by 0.85 standard deviations where the spread within them lets one expect 0.37: 2.3 times as much. That
 * spread is itself badly known from runs that follow each other: of 150 comparisons in which runs differ by 5 %, 2.3 still left
 * 3.3 % of false alarms (without, 12 %) and 3.2 left 0.7 %. CALIBRATION.md has both, and what it costs: a shift that is
 * missed by it is a doubt and never "same".
 */
const DRIFT_FACTOR = 3.2;

/**
 * Whether the sides alternate at least every other run of the smaller one, and more than once: runs in a random order do so
 * mostly. Null where a time is missing, or one of each side is the same: then the order is not known.
 *
 * @param base When each run began, ns.
 */
export function isInTurn(
  base: readonly (bigint | null)[],
  candidate: readonly (bigint | null)[],
): boolean | null {
  const sides = [base, candidate].flatMap((times, side) => times.map((time) => ({ time, side })));
  const known = sides.flatMap(({ time, side }) => time === null ? [] : [{ time, side }]);
  if (known.length < sides.length || base.length === 0 || candidate.length === 0) return null;
  known.sort((a, b) => a.time < b.time ? -1 : a.time > b.time ? 1 : 0);
  let changes = 0;
  for (const [place, { time, side }] of known.entries()) {
    const before = known[place - 1];
    if (before === undefined || before.side === side) continue;
    if (before.time === time) return null;
    changes++;
  }
  return changes >= Math.max(2, Math.ceil(Math.min(base.length, candidate.length) / 2));
}

/** Whether the captures say that the sides were recorded one after the other. */
export function mayDrift({ differences }: Comparability): boolean {
  return differences.some(({ what }) => what === NOT_IN_TURN);
}

/** Whether a shift that was found is beyond half of the smallest one that matters even if its noise is that of a drift. */
export function outlastsDrift({ low, leastEstimate, mostEstimate, high }: Reach, least: number): boolean {
  return leastEstimate - DRIFT_FACTOR * (leastEstimate - low) > least / 2 ||
    mostEstimate + DRIFT_FACTOR * (high - mostEstimate) < -least / 2;
}
