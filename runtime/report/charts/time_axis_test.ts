import { assertEquals } from "@std/assert";
import { formatAfter, formatMoment, unitOf } from "./time_axis.ts";

Deno.test("a span is told in the largest unit of which it has two", () => {
  const names = [0, 1, 1_999, 2_000, 119e9, 120e9, 7_200e9, 86_400e9, 172_800e9].map((ns) => unitOf(ns).name);
  assertEquals(names, ["ns", "ns", "ns", "µs", "s", "min", "h", "h", "d"]);
});

Deno.test("a time has as many digits as tell neighbouring spans apart", () => {
  assertEquals(formatAfter(2_310_000_000, 5e9, 10_000_000), "+2.31 s");
  assertEquals(formatAfter(2_000_000_000, 5e9, 1_000_000_000), "+2 s");
  assertEquals(formatAfter(-1_000, 5_000, 1_000), "−1 µs");
  assertEquals(formatAfter(150e9, 600e9, 10e9), "+2.5 min");
});

Deno.test("a moment is told in UTC", () => {
  assertEquals(formatMoment(1_000_000_000_123_456_789n), "2001-09-09 01:46:40.123 UTC");
});
