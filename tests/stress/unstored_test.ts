/**
 * What killed readers may have counted as unstored although it is there: their last batches, ring after ring, and nothing else.
 */
import { assertEquals } from "@std/assert";
import { COUNTER_NAMES } from "../../runtime/arrow/wire.ts";
import type { Captured, Counters } from "./oracle/captured.ts";
import { countableTwice } from "./oracle/unstored.ts";

/** A reader of two rings: what it counted as unstored in each, and the rows of its last batch. */
function reader(unstored: readonly number[], lastRows: readonly number[], batches = 2): Captured {
  const counters = unstored.map((count, processor) => ({
    ...Object.fromEntries(COUNTER_NAMES.map((name) => [name, 0])) as Counters,
    processor,
    unstored: count,
  }));
  return { rows: [], gaps: [], counters, batches, lastRows: new Map(lastRows.entries()) };
}

function sumsOf(...captures: Captured[]): number[] {
  return [...countableTwice(captures)].sort((a, b) => a - b);
}

Deno.test("a killed reader's last batch may be counted as unstored: whole, or in its last rings", () => {
  assertEquals(sumsOf(reader([0, 0], [7, 20]), reader([9, 25], [1, 1])), [0, 20, 27]);
});

Deno.test("what the next reader did not count, it did not count twice", () => {
  assertEquals(sumsOf(reader([0, 0], [7, 20]), reader([6, 25], [1, 1])), [0, 20]);
  assertEquals(sumsOf(reader([0, 0], [7, 20]), reader([9, 19], [1, 1])), [0]);
});

Deno.test("each killed reader may have died there", () => {
  assertEquals(sumsOf(reader([0, 0], [1, 0]), reader([1, 0], [10, 0]), reader([10, 0], [100, 0])), [
    0,
    1,
    10,
    11,
  ]);
});

Deno.test("with its only batch a killed reader's own unstored entries are counted once more", () => {
  assertEquals(sumsOf(reader([3, 0], [7, 0], 1), reader([10, 0], [1, 0])), [0, 10]);
});

Deno.test("a reader that stored nothing is passed over, and one that ended in order counts nothing twice", () => {
  const nothing: Captured = { ...reader([], []), batches: 0 };
  assertEquals(sumsOf(reader([0, 0], [5, 0]), nothing, reader([5, 0], [8, 0])), [0, 5]);
});
