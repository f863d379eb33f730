import { assert, assertEquals, assertFalse } from "@std/assert";
import { decodeEntryHeader, toLogEntry } from "./log_entry.ts";
import { MergedOrder } from "./merge.ts";
import { beyondAllKeys, type DeliveryBase, type EntryKeys, type WaitingEntry } from "./order.ts";

const none: DeliveryBase = { index: 0n, ticks: 0n, ringPlus1: 0n, position: 0n };
const byIndex: EntryKeys = {
  of: (entry) => ("idx" in entry ? entry.idx : entry.index),
  loadHorizon: () => 0n,
  isPossible: (key) => key < 100n,
};
const byClock: EntryKeys = { ...byIndex, of: ({ ticks }) => ticks };

const header = decodeEntryHeader(new Uint8Array(56));

function entry(fields: { ring?: number; position?: bigint; key: bigint }): WaitingEntry {
  const { ring = 0, position = 0n, key } = fields;
  const row = toLogEntry(0, { ...header, index: key, ticks: key }, new Uint8Array());
  return { ring: { number: ring }, position, row };
}

/** As `ring:position` of each, with the number that it gets. */
function names(ordered: ReturnType<MergedOrder<{ number: number }>["take"]>): string[] {
  return ordered.map(({ entry, idx }) => `${idx}=${entry.ring.number}:${entry.position}`);
}

function orderOf(
  keys: EntryKeys,
  entries: readonly WaitingEntry[],
  base = none,
): MergedOrder<{ number: number }> {
  const order = new MergedOrder(keys, base, { isNumbering: keys === byClock });
  for (const each of entries) assert(order.add(each));
  return order;
}

Deno.test("nothing is taken at or beyond the key that is decided", () => {
  const order = orderOf(byIndex, [entry({ key: 5n }), entry({ key: 7n }), entry({ key: 9n })]);
  assertEquals(names(order.take(7n)), ["5=0:0"]);
  assertEquals(order.base.index, 7n);
  assertEquals(names(order.take(0n)), []);
  assertEquals(names(order.takeRest()), ["7=0:0", "9=0:0"]);
  assertEquals(order.base.index, 10n);
});

Deno.test("an index is given once, and never below the base", () => {
  const order = orderOf(byIndex, [
    entry({ key: 5n, ring: 1 }),
    entry({ key: 5n, ring: 0 }),
    entry({ key: 6n, ring: 2 }),
  ]);
  assertEquals(names(order.take(beyondAllKeys)), ["5=0:0", "null=1:0", "6=2:0"]);
  assertFalse(order.isPossible({ ...header, index: 6n }));
  assert(order.isPossible({ ...header, index: 7n }));
  assertFalse(order.isPossible({ ...header, index: 100n }));
});

Deno.test("ties of the clock go by ring, then by position", () => {
  const order = orderOf(byClock, [
    entry({ key: 5n, ring: 2, position: 0n }),
    entry({ key: 5n, ring: 0, position: 64n }),
    entry({ key: 4n, ring: 0, position: 128n }),
    entry({ key: 5n, ring: 0, position: 8n }),
  ], { ...none, index: 10n });
  assertEquals(names(order.take(6n)), ["10=0:128", "11=0:8", "12=0:64", "13=2:0"]);
  assertEquals(order.base, { index: 14n, ticks: 5n, ringPlus1: 3n, position: 0n });
});

Deno.test("clocks that disagree number on, and the base stays where it was", () => {
  const order = orderOf(byClock, [entry({ key: 9n, ring: 1 })]);
  assertEquals(names(order.take(10n)), ["0=1:0"]);
  assert(order.add(entry({ key: 4n })));
  assertEquals(names(order.take(10n)), ["1=0:0"]);
  assertEquals(order.base, { index: 2n, ticks: 9n, ringPlus1: 2n, position: 0n });
});

Deno.test("what an earlier reader has delivered is known by ticks, ring and position", () => {
  const base = { index: 3n, ticks: 5n, ringPlus1: 2n, position: 64n };
  const order = orderOf(byClock, [], base);
  for (
    const delivered of [
      { key: 4n, ring: 7 },
      { key: 5n, ring: 0, position: 512n },
      { key: 5n, ring: 1, position: 64n },
    ]
  ) assertFalse(order.mayWait(entry(delivered)));
  for (const held of [{ key: 5n, ring: 1, position: 72n }, { key: 5n, ring: 2 }, { key: 6n }]) {
    assert(order.mayWait(entry(held)));
  }
  assert(orderOf(byClock, []).mayWait(entry({ key: 0n })), "before the first one nothing is delivered");
});

Deno.test("ticks beyond every decision come out only with the rest", () => {
  const order = orderOf(byClock, [entry({ key: (1n << 64n) - 1n })]);
  assertEquals(names(order.take((1n << 64n) - 1n)), []);
  assertEquals(names(order.takeRest()), ["0=0:0"]);
});
