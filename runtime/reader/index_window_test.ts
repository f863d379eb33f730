import { assert, assertEquals, assertFalse } from "@std/assert";
import { IndexWindow } from "./index_window.ts";

function windowOf(base: bigint, indexes: readonly bigint[]): IndexWindow<string> {
  const window = new IndexWindow<string>(base);
  for (const index of indexes) assert(window.place(index, `#${index}`));
  return window;
}

Deno.test("items come out in index order up to the first hole", () => {
  const window = windowOf(5n, [7n, 5n, 9n, 6n]);
  assertEquals(window.take(0n), ["#5", "#6", "#7"]);
  assertEquals(window.base, 8n);
  assert(window.place(8n, "#8"));
  assertEquals(window.take(0n), ["#8", "#9"]);
});

Deno.test("a hole below the decided index is passed", () => {
  const window = windowOf(0n, [1n, 3n, 6n]);
  assertEquals(window.take(5n), ["#1", "#3"]);
  assertEquals(window.base, 5n);
});

Deno.test("a run that reaches the decided index goes on behind it", () => {
  const window = windowOf(0n, [4n, 5n, 6n]);
  assertEquals(window.take(5n), ["#4", "#5", "#6"]);
  assertEquals(window.base, 7n);
});

Deno.test("a decided index far ahead costs no walk over what lies between", () => {
  const window = windowOf(0n, [1n]);
  assertEquals(window.take(1n << 62n), ["#1"]);
  assertEquals(window.base, 1n << 62n);
});

Deno.test("a skipped index is no hole and brings no item", () => {
  const window = windowOf(0n, [0n, 2n]);
  window.skip(1n);
  assertEquals(window.take(0n), ["#0", "#2"]);
});

Deno.test("an index is placed once, and never below the base", () => {
  const window = windowOf(3n, [3n, 4n]);
  assertFalse(window.place(4n, "again"));
  assertFalse(window.place(2n, "too late"));
  assertEquals(window.take(0n), ["#3", "#4"]);
  assertFalse(window.place(3n, "delivered"));
});
