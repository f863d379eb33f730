import { assertEquals, assertThrows } from "@std/assert";
import { matchesSite, parseSitePattern } from "./site_pattern.ts";

const encode = (text: string) => new TextEncoder().encode(text);

function matches(pattern: string, name: string, file = "drivers/nvme/queue.c", line = 42): boolean {
  return matchesSite(parseSitePattern(pattern), { name: encode(name), file: encode(file), line });
}

Deno.test("a pattern without a colon is compared with the whole name", () => {
  assertEquals(matches("nvme_submit", "nvme_submit"), true);
  assertEquals(matches("nvme", "nvme_submit"), false);
  assertEquals(matches("nvme_submit", "nvme"), false);
  assertEquals(matches("queue.c", "nvme_submit"), false);
  assertEquals(matches("NVME_submit", "nvme_submit"), false);
});

Deno.test("a star stands for any bytes and a question mark for one", () => {
  assertEquals(matches("nvme_*", "nvme_"), true);
  assertEquals(matches("*", ""), true);
  assertEquals(matches("*_sub*t", "nvme_submit"), true);
  assertEquals(matches("*a*b*c", "aXbXcXbX"), false);
  assertEquals(matches("*ab", "aab"), true);
  assertEquals(matches("nvme?submit", "nvme_submit"), true);
  assertEquals(matches("nvme_submit?", "nvme_submit"), false);
  assertEquals(matches("??", "ü"), true, "of two bytes");
  assertEquals(matches("?", "ü"), false);
});

Deno.test("a pattern with a colon is compared with the last part of the file and the line", () => {
  assertEquals(matches("queue.c:42", "x"), true);
  assertEquals(matches("queue.c:4", "x"), false);
  assertEquals(matches("queue.c:*", "x"), true);
  assertEquals(matches("nvme/queue.c:42", "x"), false);
  assertEquals(matches("*:42", "x", "C:\\nvme\\queue.c"), true);
  assertEquals(matches("queue.c:4294967295", "x", "queue.c", 0xffff_ffff), true);
  assertEquals(matches(":42", "x", "drivers/"), true);
});

Deno.test("a pattern that costs much time in simple matchers costs none", () => {
  // A simple matcher takes years.
  const start = performance.now();
  assertEquals(matches("*a".repeat(30) + "b", "a".repeat(4000)), false);
  assertEquals(performance.now() - start < 60_000, true);
});

Deno.test("a pattern that no rule can hold is refused", () => {
  for (
    const [text, says] of [["", "is no pattern"], ["a\0b", "is no pattern"], ["ü".repeat(31), "at most 61"]]
  ) {
    assertThrows(() => parseSitePattern(text!), RangeError, says!);
  }
  assertEquals(parseSitePattern("x".repeat(61)).length, 61);
});
