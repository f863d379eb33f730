import { assert, assertEquals, assertFalse } from "@std/assert";
import { sharedPage } from "../abi/layout.ts";
import { image } from "../../tests/golden/image_builder.ts";
import { ClockKeys, IndexKeys } from "./entry_keys.ts";
import { beyondAllKeys } from "./order.ts";
import { openImage } from "./ring_memory.ts";

Deno.test("an index is possible when the counter has passed it, which is looked at again when it has to be", () => {
  const memory = openImage(image().takeIndexes(5).bytes(), "the image");
  const keys = new IndexKeys(memory);
  assertEquals(keys.loadHorizon(), 5n);
  assert(keys.isPossible(4n));
  assertFalse(keys.isPossible(5n));
  memory.producer.store64(memory.header.sharedOff + sharedPage.nextIndex, 6n);
  assert(keys.isPossible(5n));
});

Deno.test("ticks are possible up to a second ahead of the clock", () => {
  let now = 1000n;
  const keys = new ClockKeys({ read: () => now }, 50n);
  assertEquals(keys.loadHorizon(), 1000n);
  assert(keys.isPossible(1050n));
  assertFalse(keys.isPossible(1051n));
  now = 1001n;
  assert(keys.isPossible(1051n));
});

Deno.test("without a clock all ticks are possible, and nothing is left to come", () => {
  const keys = new ClockKeys(null, 50n);
  assert(keys.isPossible((1n << 64n) - 1n));
  assertEquals(keys.loadHorizon(), beyondAllKeys);
});
