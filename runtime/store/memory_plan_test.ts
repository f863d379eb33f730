import { assertEquals } from "@std/assert";
import { firstThatFits, totalBytes } from "./memory_plan.ts";

const sizes = [10, 20, 30, 40].map((bytes, at) => ({ number: at + 5, bytes }));

Deno.test("all segments are wanted when they fit together", () => {
  assertEquals(totalBytes(sizes), 100);
  assertEquals(firstThatFits(sizes, 100), 0);
  assertEquals(firstThatFits([], 0), 0);
});

Deno.test("the newest segments are wanted, as many as fit, and the newest in any case", () => {
  assertEquals(firstThatFits(sizes, 99), 6);
  assertEquals(firstThatFits(sizes, 70), 7);
  assertEquals(firstThatFits(sizes, 69), 8);
  assertEquals(firstThatFits(sizes, 1), 8);
});
