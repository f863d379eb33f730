import { assertEquals } from "@std/assert";
import { quantileRanks, ratioBounds } from "./bounds.ts";

/** The quantile of a list by its definition: the least value with at least `part` of all at or below it. */
function quantileOf(part: number, values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted.find((value) =>
    sorted.filter((other) => other <= value).length >= part * sorted.length - 1e-9
  )!;
}

/** Every way to put `count` values among these places. */
function* placements(count: number, places: readonly number[]): Generator<number[]> {
  if (count === 0) return yield [];
  for (const [at, place] of places.entries()) {
    for (const rest of placements(count - 1, places.slice(at))) yield [place, ...rest];
  }
}

/** Every choice of `count` of these values to go. */
function* without(count: number, values: readonly number[]): Generator<number[]> {
  if (count === 0) return yield [...values];
  for (let at = 0; at <= values.length - count; at++) {
    for (const rest of without(count - 1, values.slice(at + 1))) yield [...values.slice(0, at), ...rest];
  }
}

Deno.test("the worst cases of a quantile are those of every way in which missing and false values can lie", () => {
  const known = [10, 20, 30, 40, 50, 60];
  const places = [-Infinity, 15, 25, 35, 45, 55, Infinity];
  for (const part of [0.1, 0.5, 0.75, 0.99]) {
    for (let hidden = 0; hidden <= 4; hidden++) {
      for (let dubious = 0; dubious <= 2; dubious++) {
        let [least, most] = [Infinity, -Infinity];
        for (let falseOnes = 0; falseOnes <= dubious; falseOnes++) {
          for (const rest of without(falseOnes, known)) {
            for (let more = 0; more <= hidden; more++) {
              for (const added of placements(more, places)) {
                const value = quantileOf(part, [...rest, ...added]);
                [least, most] = [Math.min(least, value), Math.max(most, value)];
              }
            }
          }
        }
        const { lowest, highest } = quantileRanks(part, known.length, hidden, dubious);
        const what = `quantile ${part}, ${hidden} hidden, ${dubious} dubious`;
        assertEquals(lowest === null ? -Infinity : known[lowest - 1], least, what);
        assertEquals(highest === null ? Infinity : known[highest - 1], most, what);
      }
    }
  }
});

Deno.test("nothing missing leaves a quantile as it is, and an unknown number leaves nothing", () => {
  assertEquals(quantileRanks(0.99, 100, 0), { value: 99, lowest: 99, highest: 99 });
  assertEquals(quantileRanks(0.5, 5, 0), { value: 3, lowest: 3, highest: 3 });
  assertEquals(quantileRanks(0.5, 1, 0), { value: 1, lowest: 1, highest: 1 });
  assertEquals(quantileRanks(0.99, 100, Infinity), { value: 99, lowest: null, highest: null });
  // One of a thousand cannot move the median beyond its neighbour, but the highest thousandth it can.
  assertEquals(quantileRanks(0.5, 1000, 1), { value: 500, lowest: 500, highest: 501 });
  assertEquals(quantileRanks(1, 1000, 1), { value: 1000, lowest: 1000, highest: null });
});

Deno.test("a share can have been from none to all of the hidden entries more", () => {
  assertEquals(ratioBounds(10, 100, 0), { lowest: 0.1, highest: 0.1 });
  assertEquals(ratioBounds(10, 100, 100), { lowest: 0.05, highest: 1 });
  assertEquals(ratioBounds(10, 100, 5), { lowest: 10 / 105, highest: 0.15 });
  assertEquals(ratioBounds(10, 100, Infinity), { lowest: 0, highest: 1 });
});
