import { assertEquals, assertStringIncludes } from "@std/assert";
import { isInTurn, NOT_IN_TURN } from "./in_turn.ts";
import { judge } from "./judge.ts";
import { measuredOf, QUIET, times } from "./test_support.ts";
import type { Comparability } from "./types.ts";

/** When the runs of each side began, from "abba": one letter a run, b for the base. */
function recorded(order: string): [bigint[], bigint[]] {
  const at = (side: string) => [...order].flatMap((letter, time) => letter === side ? [BigInt(time)] : []);
  return [at("b"), at("c")];
}

Deno.test("sides that alternate were recorded in turn, and one after the other were not", () => {
  const found = (order: string) => isInTurn(...recorded(order));
  for (const order of ["bcbcbcbcbc", "cbbccbbccb", "bbcccbbccb", "bcb", "bbbcbb"]) {
    assertEquals(found(order), true, order);
  }
  for (const order of ["bbbbbccccc", "cccccbbbbb", "bbbcccccbb", "bc", "bbbbbbbbc"]) {
    assertEquals(found(order), false, order);
  }
});

Deno.test("the order is not known without each time, nor where both sides began at once", () => {
  assertEquals(isInTurn([1n, null], [2n, 3n]), null);
  assertEquals(isInTurn([1n, 1n], [1n, 1n]), null);
  assertEquals(isInTurn([], [1n]), null);
});

const AFTERWARDS: Comparability = {
  differences: [{ what: NOT_IN_TURN, base: "first", candidate: "then", severity: "warns" }],
};

Deno.test("a shift that a drift gives as well is a doubt where one side was recorded after the other", () => {
  // 8 % more, runs that differ by 2 %: the interval's near end is beyond half of 5 %, and not if the noise is 2.3 times that.
  const restless = [1000, 1025, 980, 1010, 985];
  const measured = [measuredOf(restless, times(1.08, restless))];
  assertEquals(judge(measured).verdict, "regressed");
  const { verdict, reason, metrics: [metric] } = judge(measured, AFTERWARDS);
  assertEquals([verdict, metric?.obstacle], ["inconclusive", "not-in-turn"]);
  assertStringIncludes(reason, "record base and candidate in turn");
  const faster = [measuredOf(restless, times(1 / 1.08, restless))];
  assertEquals([judge(faster).verdict, judge(faster, AFTERWARDS).verdict], ["improved", "inconclusive"]);
});

Deno.test("a shift far beyond any drift is found in whatever order it was recorded, and what is the same stays so", () => {
  assertEquals(judge([measuredOf(QUIET, times(1.1))], AFTERWARDS).verdict, "regressed");
  assertEquals(judge([measuredOf(QUIET, times(0.9))], AFTERWARDS).verdict, "improved");
  assertEquals(judge([measuredOf(QUIET, times(1.001))], AFTERWARDS).verdict, "same");
});
