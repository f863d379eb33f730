import { assert, assertEquals, assertFalse } from "@std/assert";
import { RING_COUNTER_FIELDS, type RingCounters } from "../ffi/structs.ts";
import { imbalances, isBalanced, lostOf, processorResults, totalsOf } from "./account.ts";

function ring(counters: Partial<RingCounters>): RingCounters {
  const zeros = Object.fromEntries(RING_COUNTER_FIELDS.map((name) => [name, 0n])) as Record<
    keyof RingCounters,
    bigint
  >;
  return { ...zeros, ...counters };
}

const EACH_CAUSE = ring({
  processor: 1n,
  attempts: 100n,
  read: 60n,
  discarded: 10n,
  lost_full: 1n,
  overwritten: 2n,
  too_big: 3n,
  abandoned: 4n,
  corrupt: 5n,
  unstored: 6n,
  mixed: 7n,
  pending: 2n,
});

Deno.test("every cause of loss counts as lost, and nothing else does", () => {
  assertEquals(lostOf(EACH_CAUSE), 28n);
});

Deno.test("an account adds up only when no attempt is missing and none is counted twice", () => {
  assert(isBalanced(EACH_CAUSE));
  assertFalse(isBalanced({ ...EACH_CAUSE, attempts: 101n }));
  assertFalse(isBalanced({ ...EACH_CAUSE, read: 61n }));
  assertEquals(imbalances([EACH_CAUSE, { ...EACH_CAUSE, pending: 3n }]), [
    "processor 1 does not add up: 100 attempts, but 60 read + 10 discarded + 28 lost + 3 pending",
  ]);
});

Deno.test("totals are sums over rings, and processors come in order with their rate", () => {
  const rings = [
    EACH_CAUSE,
    ring({ processor: 0n, attempts: 5n, read: 5n, wraps: 1n, late: 2n, stalled: 3n }),
  ];
  const totals = totalsOf(rings);
  assertEquals([totals.attempts, totals.read, totals.lost, totals.pending], [105, 65, 28, 2]);
  assertEquals([totals.mixed, totals.wraps, totals.late, totals.stalled], [7, 1, 2, 3]);
  const processors = processorResults(rings, 2);
  assertEquals(processors.map(({ processor, rate }) => [processor, rate]), [[0, 2.5], [1, 30]]);
  assertEquals(processorResults(rings, 0)[0]?.rate, 0);
});
