import { assertEquals } from "@std/assert";
import { formatCount, formatNs, formatSeconds, formatShare } from "./format_number.ts";

Deno.test("nanoseconds are shown in three digits with their unit", () => {
  assertEquals([0, 7, 950, 1234, 56_700, 1_230_000, 12_300_000_000].map(formatNs), [
    "0 ns",
    "7 ns",
    "950 ns",
    "1.23 µs",
    "56.7 µs",
    "1.23 ms",
    "12.3 s",
  ]);
  assertEquals(formatNs(-1_500_000n), "-1.50 ms");
});

Deno.test("counts are grouped, whatever the machine's language is", () => {
  assertEquals([formatCount(1234567), formatCount(12n)], ["1,234,567", "12"]);
});

Deno.test("seconds become minutes and hours when they are many", () => {
  assertEquals([0.421, 75.23, 125, 3725].map(formatSeconds), [
    "0.42 s",
    "75.2 s",
    "2 min 05 s",
    "1 h 02 min",
  ]);
});

Deno.test("a share that is not zero never reads as zero", () => {
  assertEquals([
    formatShare(0, 0),
    formatShare(0, 5),
    formatShare(1, 1_000_000),
    formatShare(15, 10_000),
    formatShare(1, 2),
  ], ["0.00 %", "0.00 %", "under 0.01 %", "0.15 %", "50 %"]);
});
