import { assertEquals } from "@std/assert";
import { inverseOf, spreadOf } from "./spread.ts";

Deno.test("the spread of a hundred numbers is told by their ranks, whatever their order", () => {
  const samples = Array.from({ length: 100 }, (_, at) => (at * 37) % 100 + 1);
  assertEquals(spreadOf(samples), { median: 50, p5: 5, p95: 95, min: 1, max: 100, samples: 100 });
});

Deno.test("one repetition is its own spread", () => {
  assertEquals(spreadOf([7]), { median: 7, p5: 7, p95: 7, min: 7, max: 7, samples: 1 });
});

Deno.test("without a repetition there is no spread", () => {
  assertEquals(spreadOf([]), null);
});

Deno.test("the smallest time is the largest rate", () => {
  const times = spreadOf([10, 20, 40]);
  assertEquals(times && inverseOf(times, 1000), {
    median: 50,
    p5: 25,
    p95: 100,
    min: 25,
    max: 100,
    samples: 3,
  });
});
