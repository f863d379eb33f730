import { assertEquals, assertThrows } from "@std/assert";
import { parseRingSize, parseSize } from "./parse_size.ts";

Deno.test("a size is a number of bytes with a binary or decimal unit", () => {
  assertEquals(["65536", "64KiB", "64k", "4 MiB", "1.5kb", "1GB", "2g"].map(parseSize), [
    65536,
    65536,
    65536,
    4194304,
    1500,
    1e9,
    2147483648,
  ]);
});

Deno.test("what is no whole number of bytes is refused by its own words", () => {
  for (const text of ["", "0", "4 elephants", "-1", "1.0001", "KiB", "1e3", "99999999999GiB"]) {
    assertThrows(() => parseSize(text), RangeError, `"${text}" is no size`);
  }
});

Deno.test("a ring is a power of two from 4 KiB to 1 GiB", () => {
  assertEquals(parseRingSize("4KiB"), 4096);
  assertEquals(parseRingSize("1GiB"), 2 ** 30);
  for (const text of ["2KiB", "2GiB", "5000", "3MiB"]) {
    assertThrows(() => parseRingSize(text), RangeError, "power of two");
  }
});
