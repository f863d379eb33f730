/**
 * Order: of the rows, of each ring's attempts, and of what happened before what.
 *
 * An attempt happened before another one when its call had returned before the other call began. A handler's attempt
 * lies inside of the one that it interrupted, so that either order of the two is right; where threads or
 * processes share the clock of their records, the same rule holds between them.
 * @module
 */
import type { Row } from "./captured.ts";
import type { Matched } from "./check.ts";
import type { Findings } from "./findings.ts";

/** The place that an attempt got: in the total order, and in its ring. */
interface Placed {
  readonly match: Matched;
  readonly index: number;
  readonly seq: number;
  readonly processor: number;
}

/** Checks every order that the rows and the records speak of. */
export function checkOrder(
  matched: readonly Matched[],
  rows: readonly Row[],
  findings: Findings,
  isNumberedLate = false,
): void {
  checkRowOrder(rows, findings);
  const placed = matched.flatMap((match) => isNumberedLate && match.row === null ? [] : place(match));
  checkUnique(placed, findings);
  const clocks = Map.groupBy(
    placed,
    ({ match: { thread } }) => thread.clock === 0 ? `thread ${thread.thread}` : thread.clock,
  );
  for (const ofClock of clocks.values()) sweep(ofClock, findings);
}

/** A discarded attempt has a place too: the slot told it. */
function place(match: Matched): Placed[] {
  const { row, attempt } = match;
  if (row !== null) return [{ match, index: row.idx, seq: row.seq, processor: row.processor }];
  return attempt.slot === null ? [] : [{ match, ...attempt.slot }];
}

function checkRowOrder(rows: readonly Row[], findings: Findings): void {
  for (let at = 1; at < rows.length; at++) {
    const [before, after] = [rows[at - 1] as Row, rows[at] as Row];
    if (after.idx <= before.idx) {
      findings.add("row order", () => `idx ${after.idx} stands behind ${before.idx}`);
    }
  }
}

function checkUnique(placed: readonly Placed[], findings: Findings): void {
  const indexes = new Set<number>();
  const seqs = new Map<number, Set<number>>();
  for (const { index, seq, processor } of placed) {
    if (indexes.has(index)) findings.add("index twice", () => `${index}`);
    indexes.add(index);
    const ofRing = seqs.get(processor) ?? new Set();
    if (ofRing.has(seq)) findings.add("seq twice", () => `processor ${processor} seq ${seq}`);
    seqs.set(processor, ofRing.add(seq));
  }
}

/** Goes through the ticks of one clock. What has returned by the time an attempt begins must stand before it. */
function sweep(placed: readonly Placed[], findings: Findings): void {
  const events: { tick: number; of: Placed; begins: boolean }[] = [];
  for (const of of placed) {
    events.push({ tick: of.match.attempt.begin, of, begins: true });
    if (of.match.attempt.returned) events.push({ tick: of.match.attempt.end, of, begins: false });
  }
  events.sort((a, b) => a.tick - b.tick);
  let last: Placed | null = null;
  const lastOfRing = new Map<number, Placed>();
  for (const { of, begins } of events) {
    const ofRing = lastOfRing.get(of.processor);
    if (!begins) {
      if (last === null || of.index > last.index) last = of;
      if (ofRing === undefined || of.seq > ofRing.seq) lastOfRing.set(of.processor, of);
      continue;
    }
    if (last !== null && of.index <= last.index) {
      const before = last;
      findings.add("order", () => `${nameOf(of)} began after ${nameOf(before)} had returned`);
    }
    if (ofRing !== undefined && of.seq <= ofRing.seq) {
      findings.add("ring order", () => `${nameOf(of)} began after ${nameOf(ofRing)} had returned`);
    }
  }
}

function nameOf({ match, index, seq, processor }: Placed): string {
  return `thread ${match.thread.thread} attempt ${match.number} (index ${index}, processor ${processor}, seq ${seq})`;
}
