import { assertEquals } from "@std/assert";
import type { Gap } from "./gap.ts";
import { GapPlacer } from "./gap_placer.ts";

const gap = (processor: number, nextSeq: bigint | null): Gap => ({
  processor,
  cause: "lost_full",
  lost: 1n,
  prevSeq: null,
  nextSeq,
  prevIdx: null,
  nextIdx: null,
  prevTs: null,
  nextTs: null,
});
/** Rows as `[processor, seq]`. */
const rows = (...pairs: [number, bigint][]) => ({
  rows: pairs.length,
  processor: Uint16Array.from(pairs, ([processor]) => processor),
  seq: BigUint64Array.from(pairs, ([, seq]) => seq),
});

Deno.test("a hole stands before the entry that follows it on its own processor", () => {
  const placed = new GapPlacer().place(rows([0, 5n], [1, 9n], [0, 8n]), [gap(1, 9n), gap(0, 8n)]);
  assertEquals(placed.map(({ row, gap }) => [row, gap.processor]), [[1, 1], [2, 0]]);
});

Deno.test("a hole whose next neighbour is in a later batch waits for it", () => {
  const placer = new GapPlacer();
  assertEquals(placer.place(rows([0, 1n]), [gap(0, 4n)]), []);
  assertEquals(placer.place(rows([1, 7n], [0, 4n]), []).map(({ row }) => row), [1]);
  assertEquals(placer.rest(), []);
});

Deno.test("a hole whose next neighbour has gone by comes first, one without a neighbour last", () => {
  const placer = new GapPlacer();
  placer.place(rows([0, 9n]), []);
  const placed = placer.place(rows([0, 10n]), [gap(0, null), gap(0, 9n)]);
  assertEquals(placed.map(({ row, gap }) => [row, gap.nextSeq]), [[0, 9n], [1, null]]);
});

Deno.test("holes that are told out of order are placed in order, and none is kept back at the end", () => {
  const placer = new GapPlacer();
  const placed = placer.place(rows([0, 3n], [0, 6n]), [gap(0, 6n), gap(0, 3n), gap(2, 1n)]);
  assertEquals(placed.map(({ row, gap }) => [row, gap.nextSeq]), [[0, 3n], [1, 6n]]);
  assertEquals(placer.rest().map(({ processor }) => processor), [2]);
});
