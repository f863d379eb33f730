import { assert, assertEquals, assertFalse } from "@std/assert";
import { decodeEntryHeader, toLogEntry } from "./log_entry.ts";
import type { EntryKeys, WaitingEntry } from "./order.ts";
import { PlacedOrder } from "./place.ts";

const keys: EntryKeys = {
  of: (entry) => ("idx" in entry ? entry.idx : entry.index),
  loadHorizon: () => 0n,
  isPossible: (key) => key < 100n,
};
const header = decodeEntryHeader(new Uint8Array(56));

function entry(index: bigint): WaitingEntry {
  return {
    ring: { number: 0 },
    position: index * 64n,
    row: toLogEntry(0, { ...header, index }, new Uint8Array()),
  };
}

function orderFrom(index: bigint): PlacedOrder<{ number: number }> {
  return new PlacedOrder(keys, { index, ticks: 0n, ringPlus1: 0n, position: 0n });
}

Deno.test("rows are placed by index, and a discarded one is no hole", () => {
  const order = orderFrom(3n);
  for (const index of [6n, 3n, 4n]) assert(order.add(entry(index)));
  order.skip({ ...header, index: 5n });
  assertEquals(order.take(0n).map(({ idx }) => idx), [3n, 4n, 6n]);
  assertEquals(order.base.index, 7n);
});

Deno.test("an index that is delivered, taken or never given is not waited for", () => {
  const order = orderFrom(3n);
  assertFalse(order.isPossible({ ...header, index: 2n }));
  assertFalse(order.isPossible({ ...header, index: 100n }));
  assert(order.add(entry(4n)));
  assertFalse(order.add(entry(4n)));
  assertFalse(order.mayWait(entry(2n)), "the reader before has delivered it");
  assertFalse(order.mayWait(entry(100n)), "nobody has taken that index");
  assert(order.mayWait(entry(5n)));
});

Deno.test("the rest comes out past all holes", () => {
  const order = orderFrom(0n);
  for (const index of [9n, 2n]) assert(order.add(entry(index)));
  assertEquals(order.takeRest().map(({ idx }) => idx), [2n, 9n]);
  assertEquals(order.takeRest(), []);
});
