import { assertEquals, assertThrows } from "@std/assert";
import { matches, parsePattern } from "./pattern.ts";

Deno.test("a text is found exactly as it is written", () => {
  const found = (pattern: string, text: string) => matches(parsePattern(pattern), text);
  assertEquals([found("a.c", "xa.cx"), found("a.c", "abc"), found("Open", "open")], [true, false, false]);
  assertEquals(found("/dev/shm", "in /dev/shm"), true, "a path is no regular expression");
});

Deno.test("what stands between slashes is a regular expression, with i for any case", () => {
  const found = (pattern: string, text: string) => matches(parsePattern(pattern), text);
  assertEquals([found("/^a.c$/", "abc"), found("/^a.c$/", "abcd")], [true, false]);
  assertEquals([found("/open/i", "OPEN"), found("/open/", "OPEN")], [true, false]);
});

Deno.test("a pattern finds the same text again and again", () => {
  const pattern = parsePattern("a");
  assertEquals([matches(pattern, "ba"), matches(pattern, "a"), matches(pattern, "a")], [true, true, true]);
});

Deno.test("an empty text and a broken expression are refused", () => {
  assertThrows(() => parsePattern(""), RangeError, "everywhere");
  assertThrows(() => parsePattern("/(/"), RangeError, "/(/ is no regular expression: Unterminated group");
});
