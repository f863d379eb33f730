import { assert, assertEquals, assertNotEquals } from "@std/assert";
import {
  entryBytes,
  entryBytesMax,
  stateOfWord,
  stateWord,
  tagOfPosition,
  tagOfWord,
  unitsOfWord,
} from "./tag.ts";

const key = [0x0123456789abcdefn, 0xfedcba9876543210n] as const;

Deno.test("a state word gives back what was put into it", () => {
  const tag = tagOfPosition(1n << 47n, key);
  const word = stateWord(2, 65535, tag);
  assertEquals(stateOfWord(word), 2);
  assertEquals(unitsOfWord(word), 65535);
  assertEquals(tagOfWord(word), tag);
  assert(word < 1n << 64n);
});

Deno.test("positions of one ring have tags of their own, lap after lap", () => {
  const tags = new Set<bigint>();
  for (let position = 0n; position < 4n * 4096n; position += 8n) tags.add(tagOfPosition(position, key));
  assertEquals(tags.size, 4 * 4096 / 8);
});

Deno.test("the tag depends on both words of the key", () => {
  const tag = tagOfPosition(64n, key);
  assertNotEquals(tagOfPosition(64n, [key[0] ^ 1n, key[1]]), tag);
  assertNotEquals(tagOfPosition(64n, [key[0], key[1] ^ 2n]), tag);
});

Deno.test("the tag stays within 64-bit arithmetic at the end of the positions", () => {
  assert(tagOfPosition((1n << 64n) - 8n, key) < 1n << 45n);
});

Deno.test("an entry is a multiple of eight bytes", () => {
  assertEquals([0, 1, 8, 9].map(entryBytes), [56, 64, 64, 72]);
});

Deno.test("an entry takes at most an eighth of its ring and never more than its length field can say", () => {
  assertEquals([4096, 1 << 22, 1 << 30].map(entryBytesMax), [512, 524280, 524280]);
});
