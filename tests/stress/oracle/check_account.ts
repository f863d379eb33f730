/**
 * The account: every attempt is captured, discarded, or counted as lost under its cause, in its ring.
 * @module
 */
import { type Captured, type Counters, type Gap, LOSS_CAUSES, lostOf, type Row } from "./captured.ts";
import type { CheckOptions, Matched } from "./check.ts";
import type { Findings } from "./findings.ts";
import { How, Status } from "./records.ts";

/** What a ring's own page says after the run. */
export interface RingWords {
  readonly processor: number;
  readonly attempts: number;
  readonly lostFull: number;
  readonly tooBig: number;
  /** The global index counter, the same for each ring of a set. */
  readonly nextIndex: number;
}

/** What the records tell about all rings, or about one when every thread is pinned. */
interface Tally {
  committed: number;
  /** Of these, entries that the capture was asked not to store. */
  unwanted: number;
  discarded: number;
  full: number;
  tooBig: number;
  /** Calls that did not return, because the process was killed. */
  unfinished: number;
}

/** Checks counters, holes and the words of the rings against rows and records. */
export function checkAccount(
  matched: readonly Matched[],
  captured: Captured,
  { rings, mode, order, least = 0 }: Pick<CheckOptions, "rings" | "mode" | "order" | "least">,
  findings: Findings,
): void {
  const isOverwriting = mode === "overwrite";
  const all = tally(matched, least);
  const rowsOf = Map.groupBy(captured.rows, (row) => row.processor);
  for (const counters of captured.counters) {
    checkIdentity(counters, rowsOf.get(counters.processor)?.length ?? 0, isOverwriting, findings);
  }
  for (const processor of rowsOf.keys()) {
    if (!captured.counters.some((counters) => counters.processor === processor)) {
      findings.add("counters", () => `processor ${processor} has rows and no counters`);
    }
  }
  if (rings !== null) checkRings(rings, captured.counters, all, order !== "clock", findings);
  // What was overwritten may have been committed or taken back: nobody knows but by the identity.
  if (isOverwriting) return checkGapSums(captured, findings);
  checkTally("all processors", all, sum(captured.counters), findings);
  checkDiscarded(matched, captured.counters, all, findings);
  if (matched.length > 0 && matched.every(({ thread }) => thread.pinned !== null)) {
    const pinned = Map.groupBy(matched, ({ thread }) => thread.pinned);
    for (const counters of captured.counters) {
      const own = tally(pinned.get(counters.processor) ?? [], least);
      checkTally(`processor ${counters.processor}`, own, counters, findings);
    }
  }
  checkGapSums(captured, findings);
  if (all.unfinished === 0) checkHoles(matched, captured, findings);
}

function tally(matched: readonly Matched[], least: number): Tally {
  const result: Tally = { committed: 0, unwanted: 0, discarded: 0, full: 0, tooBig: 0, unfinished: 0 };
  for (const { attempt } of matched) {
    if (!attempt.returned) result.unfinished++;
    else if (attempt.status === Status.full) result.full++;
    else if (attempt.status === Status.tooBig) result.tooBig++;
    else if (attempt.how === How.discard) result.discarded++;
    else {
      result.committed++;
      if (attempt.severity < least) result.unwanted++;
    }
  }
  return result;
}

function sum(counters: readonly Counters[]): Counters {
  const total: Record<string, number> = {};
  for (const ring of counters) {
    for (const [name, value] of Object.entries(ring)) total[name] = (total[name] ?? 0) + value;
  }
  return total as Counters;
}

/** The identity of one ring: no term is computed from the others. */
function checkIdentity(counters: Counters, rows: number, isOverwriting: boolean, findings: Findings): void {
  const name = () => `processor ${counters.processor}`;
  findings.equal(
    "read",
    counters.read - counters.filtered,
    rows,
    () => `${name()}: read and not filtered, against its rows`,
  );
  findings.equal(
    "identity",
    counters.read + counters.discarded + lostOf(counters) + counters.pending,
    counters.attempts,
    () => `${name()}: read + discarded + lost + pending`,
  );
  for (const cause of ["overwritten", "corrupt", "unstored"] as const) {
    if (isOverwriting && cause === "overwritten") continue;
    findings.equal("cause", counters[cause], 0, () => `${name()}: ${cause}`);
  }
}

/** What did not return may have been captured, discarded, refused, abandoned, or not begun. */
function checkTally(where: string, tried: Tally, counters: Counters, findings: Findings): void {
  const within = (rule: string, value: number, least: number) => {
    if (value < least || value > least + tried.unfinished) {
      const most = tried.unfinished > 0 ? ` to ${least + tried.unfinished}` : "";
      findings.add(rule, () => `${where}: ${value}, the writers' own record says ${least}${most}`);
    }
  };
  within("attempts", counters.attempts, tried.committed + tried.discarded + tried.full + tried.tooBig);
  within("committed", counters.read, tried.committed);
  within("filtered", counters.filtered, tried.unwanted);
  within("discarded", counters.discarded, tried.discarded);
  within("refused", counters.lost_full + counters.too_big + counters.mixed, tried.full + tried.tooBig);
  within("abandoned", counters.abandoned + counters.pending, 0);
  if (counters.mixed === 0) {
    within("lost_full", counters.lost_full, tried.full);
    within("too_big", counters.too_big, tried.tooBig);
  }
}

function checkDiscarded(
  matched: readonly Matched[],
  counters: readonly Counters[],
  all: Tally,
  findings: Findings,
): void {
  if (all.unfinished > 0) return;
  for (const ring of counters) {
    const own = matched.filter(({ attempt }) =>
      attempt.how === How.discard && attempt.status === Status.ok &&
      attempt.slot?.processor === ring.processor
    );
    findings.equal("discarded", ring.discarded, own.length, () => `processor ${ring.processor}: discarded`);
  }
}

/** Attempt numbers of one ring that are neither captured nor discarded, ascending. */
function missingSeqs(
  processor: number,
  matched: readonly Matched[],
  rows: readonly Row[],
  attempts: number,
): number[] {
  const there = new Set(rows.filter((row) => row.processor === processor).map((row) => row.seq));
  for (const { attempt } of matched) {
    if (attempt.slot?.processor === processor) there.add(attempt.slot.seq);
  }
  const missing: number[] = [];
  for (let seq = 0; seq < attempts; seq++) if (!there.has(seq)) missing.push(seq);
  return missing;
}

/** The holes sum up to what was lost, by cause. */
function checkGapSums(captured: Captured, findings: Findings): void {
  for (const counters of captured.counters) {
    const own = captured.gaps.filter((gap) => gap.processor === counters.processor);
    for (const cause of LOSS_CAUSES) {
      const lost = own.filter((gap) => gap.cause === cause).reduce((total, gap) => total + gap.lost, 0);
      findings.equal(
        "gaps",
        lost,
        counters[cause],
        () => `processor ${counters.processor}: gaps by ${cause}`,
      );
    }
  }
}

/** Each hole stands where attempts are really missing. */
function checkHoles(matched: readonly Matched[], captured: Captured, findings: Findings): void {
  for (const counters of captured.counters) {
    const own = captured.gaps.filter((gap) => gap.processor === counters.processor);
    const missing = missingSeqs(counters.processor, matched, captured.rows, counters.attempts);
    // Whose seq no slot has told is missing too, and not lost.
    const unseen = counters.filtered - filteredInSlots(counters.processor, matched);
    const lost = lostOf(counters);
    findings.equal("holes", lost, missing.length - unseen, () => `processor ${counters.processor}: lost`);
    for (const hole of Map.groupBy(own, (gap) => `${gap.prevSeq}..${gap.nextSeq}`).values()) {
      checkHole(hole, missing, unseen, findings);
    }
  }
}

/** Entries of one ring that were committed, and filtered, and whose seq is known. */
function filteredInSlots(processor: number, matched: readonly Matched[]): number {
  return matched.filter(({ attempt, row }) =>
    row === null && attempt.how !== How.discard && attempt.status === Status.ok &&
    attempt.slot?.processor === processor
  ).length;
}

/** At most `unseen` of the missing ones are no loss. */
function checkHole(
  hole: readonly Gap[],
  missing: readonly number[],
  unseen: number,
  findings: Findings,
): void {
  const first = hole[0];
  if (first === undefined) return;
  const from = first.prevSeq ?? -1;
  const to = first.nextSeq ?? Infinity;
  const inside = countBelow(missing, to) - countBelow(missing, from + 1);
  const lost = hole.reduce((total, gap) => total + gap.lost, 0);
  if (lost <= inside && lost >= inside - unseen) return;
  findings.add(
    "hole",
    () =>
      `processor ${first.processor}, between seq ${first.prevSeq} and ${first.nextSeq}: ${lost} lost, ${inside} missing`,
  );
}

/** How many of the ascending numbers are below `limit`. */
function countBelow(ascending: readonly number[], limit: number): number {
  let [low, high] = [0, ascending.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ascending[middle] as number) < limit) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The producer's own words: attempts from the reserve word, refusals from its counters, one index for each entry. */
function checkRings(
  rings: readonly RingWords[],
  counters: readonly Counters[],
  all: Tally,
  isIndexed: boolean,
  findings: Findings,
): void {
  for (const ring of rings) {
    const own = counters.find((one) => one.processor === ring.processor);
    if (own === undefined) {
      findings.add("counters", () => `ring of processor ${ring.processor} has no counters`);
    } else {findings.equal("reserve word", own.attempts, ring.attempts, () =>
        `processor ${ring.processor}: attempts`);}
  }
  if (all.unfinished > 0) return;
  const total = (value: (ring: RingWords) => number) => rings.reduce((total, ring) => total + value(ring), 0);
  findings.equal("driver's lost_full", total((ring) => ring.lostFull), all.full, () => "all rings");
  findings.equal("driver's too_big", total((ring) => ring.tooBig), all.tooBig, () => "all rings");
  findings.equal(
    "index counter",
    rings[0]?.nextIndex ?? 0,
    isIndexed ? all.committed + all.discarded : 0,
    () => "indexes that were given out",
  );
}
