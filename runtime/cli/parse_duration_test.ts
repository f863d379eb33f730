import { assertEquals, assertThrows } from "@std/assert";
import { parseDuration } from "./parse_duration.ts";

Deno.test("a duration is amounts with units; a number alone is seconds", () => {
  assertEquals(["500ms", "10s", "1.5m", "2h", "1m30s", "2 min", "3", "7d"].map(parseDuration), [
    500,
    10_000,
    90_000,
    7_200_000,
    90_000,
    120_000,
    3000,
    604_800_000,
  ]);
});

Deno.test("what is no duration, or shorter than a millisecond, is refused", () => {
  for (const text of ["", "0", "0s", "10x", "s", "-1s", "1s garbage", "0.1ms"]) {
    assertThrows(() => parseDuration(text), RangeError, `"${text}" is no duration`);
  }
});
