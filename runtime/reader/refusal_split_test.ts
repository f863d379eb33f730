import { assertEquals } from "@std/assert";
import { RefusalSplit } from "./refusal_split.ts";

const counts = (lost_full: bigint, too_big: bigint, mixed: bigint, overwritten = 0n) => ({
  lost_full,
  too_big,
  overwritten,
  mixed,
});
const none = { full: 0n, tooBig: 0n, missed: 0n };

Deno.test("refusals have the cause whose counter alone has moved", () => {
  assertEquals(
    new RefusalSplit(0n, none).split(3n, { full: 3n, tooBig: 0n, missed: 0n }),
    counts(3n, 0n, 0n),
  );
  assertEquals(
    new RefusalSplit(0n, none).split(3n, { full: 0n, tooBig: 3n, missed: 0n }),
    counts(0n, 3n, 0n),
  );
});

Deno.test("a counter may be ahead of the holes that were met", () => {
  const split = new RefusalSplit(0n, none);
  assertEquals(split.split(1n, { full: 9n, tooBig: 0n, missed: 0n }), counts(1n, 0n, 0n));
  assertEquals(split.split(8n, { full: 9n, tooBig: 0n, missed: 0n }), counts(8n, 0n, 0n));
});

Deno.test("one hole that is the sum of both counters is split exactly", () => {
  assertEquals(
    new RefusalSplit(0n, none).split(5n, { full: 3n, tooBig: 2n, missed: 0n }),
    counts(3n, 2n, 0n),
  );
});

Deno.test("what a mixed hole has left over stays mixed until everything counted is met", () => {
  const split = new RefusalSplit(0n, none);
  // One of the four was too big, so at least one of each two met a full ring.
  assertEquals(split.split(2n, { full: 3n, tooBig: 1n, missed: 0n }), counts(1n, 0n, 1n));
  assertEquals(split.split(2n, { full: 3n, tooBig: 1n, missed: 0n }), counts(1n, 0n, 1n));
  assertEquals(split.split(4n, { full: 7n, tooBig: 1n, missed: 0n }), counts(4n, 0n, 0n));
});

Deno.test("a hole that the counters do not explain is mixed", () => {
  assertEquals(
    new RefusalSplit(0n, none).split(2n, { full: 0n, tooBig: 0n, missed: 0n }),
    counts(0n, 0n, 2n),
  );
  assertEquals(
    new RefusalSplit(0n, none).split(3n, { full: 2n, tooBig: 0n, missed: 0n }),
    counts(0n, 0n, 3n),
  );
});

Deno.test("refusals that an earlier reader met explain nothing any more", () => {
  assertEquals(
    new RefusalSplit(4n, { full: 4n, tooBig: 1n, missed: 0n }).split(2n, {
      full: 4n,
      tooBig: 2n,
      missed: 0n,
    }),
    counts(0n, 0n, 2n),
  );
  assertEquals(
    new RefusalSplit(4n, { full: 6n, tooBig: 0n, missed: 0n }).split(2n, {
      full: 6n,
      tooBig: 0n,
      missed: 0n,
    }),
    counts(2n, 0n, 0n),
  );
});

Deno.test("when an earlier reader met all that was counted, the past says nothing about what comes next", () => {
  const split = new RefusalSplit(5n, { full: 3n, tooBig: 2n, missed: 0n });
  assertEquals(split.split(1n, { full: 3n, tooBig: 3n, missed: 0n }), counts(0n, 1n, 0n));
});

Deno.test("of what a reader was too late for, no more was refused than the counters say", () => {
  assertEquals(new RefusalSplit(0n, none).boundRefused(9n, none), 0n);
  assertEquals(new RefusalSplit(0n, none).boundRefused(9n, { full: 2n, tooBig: 1n, missed: 0n }), 3n);
  assertEquals(new RefusalSplit(0n, none).boundRefused(2n, { full: 2n, tooBig: 1n, missed: 0n }), 2n);
});

Deno.test("refusals that may lie in a part that was overwritten explain no second one", () => {
  const split = new RefusalSplit(0n, none);
  assertEquals(split.boundRefused(9n, { full: 3n, tooBig: 1n, missed: 0n }), 4n);
  assertEquals(split.boundRefused(9n, { full: 3n, tooBig: 1n, missed: 0n }), 0n);
  assertEquals(split.split(2n, { full: 5n, tooBig: 1n, missed: 0n }), counts(2n, 0n, 0n));
});

Deno.test("what the producer missed is overwritten where the counters can tell, and mixed otherwise", () => {
  const missed = (full: bigint, tooBig: bigint, missed: bigint) => ({ full, tooBig, missed });
  assertEquals(new RefusalSplit(0n, none).split(4n, missed(0n, 0n, 4n)), counts(0n, 0n, 0n, 4n));
  assertEquals(new RefusalSplit(0n, none).split(9n, missed(2n, 3n, 4n)), counts(2n, 3n, 0n, 4n));
  // At most three of the five were refused.
  assertEquals(new RefusalSplit(0n, none).split(5n, missed(2n, 1n, 9n)), counts(0n, 0n, 3n, 2n));
  assertEquals(new RefusalSplit(4n, missed(0n, 0n, 4n)).split(2n, missed(2n, 0n, 4n)), counts(2n, 0n, 0n));
});
