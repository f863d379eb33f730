import { assertEquals } from "@std/assert";
import { formatPart, tickCount, tickNs } from "./number_text.ts";

Deno.test("ticks are as short as they can be without lying", () => {
  assertEquals([1, 1_500, 20_000_000, 120e9, 0].map(tickNs), ["1 ns", "1.5 µs", "20 ms", "2 min", "0"]);
  assertEquals([0, 0.25, 950, 20_000, 3.5e6, 2e9].map(tickCount), ["0", "0.25", "950", "20k", "3.5M", "2G"]);
});

Deno.test("a share that is not zero never reads as zero", () => {
  assertEquals([0, 0.00001, 0.0123, 0.5].map(formatPart), ["0 %", "< 0.01 %", "1.2 %", "50 %"]);
});
