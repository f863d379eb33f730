import { assertEquals } from "@std/assert";
import { image } from "../../tests/golden/image_builder.ts";
import { openImage } from "./ring_memory.ts";
import { isBeyond, minus, RingView } from "./ring_view.ts";

/** What stands in a ring from `position` on, as a reader goes over it. */
function walk(view: RingView, position: bigint, limit: bigint): [string, number][] {
  const places: [string, number][] = [];
  while (position < limit) {
    const place = view.look(position, limit);
    const bytes = "bytes" in place ? place.bytes : Number(view.nextMark(position, limit) - position);
    places.push([place.what, bytes]);
    position += BigInt(bytes);
  }
  return places;
}

function viewOf(set = image({ mode: "overwrite" })): RingView {
  return new RingView(openImage(set.bytes(), "the image"), 0);
}

Deno.test("an extent that is given up becomes one abandoned entry", () => {
  const view = viewOf();
  view.abandon(64n, 128);
  assertEquals(walk(view, 64n, 256n), [["abandoned", 128], ["unmarked", 64]]);
});

Deno.test("an extent over the end of the ring becomes padding and an entry", () => {
  const view = viewOf();
  view.abandon(4040n, 56 + 96);
  assertEquals(walk(view, 4040n, 4192n), [["padding", 56], ["abandoned", 96]]);
});

Deno.test("an extent longer than an entry can be becomes an entry and padding", () => {
  const view = viewOf();
  view.abandon(0n, 1200);
  assertEquals(walk(view, 0n, 1200n), [["abandoned", 512], ["padding", 512], ["padding", 176]]);
});

Deno.test("an entry that was finished is not given up", () => {
  const set = image({ mode: "overwrite" });
  set.ring(0).entry({ text: "12345678" }).marked({ text: "12345678" });
  const view = viewOf(set);
  view.abandon(0n, 64);
  view.abandon(64n, 64);
  assertEquals(walk(view, 0n, 128n), [["committed", 64], ["abandoned", 64]]);
});

Deno.test("positions are compared around the end of their 64 bits", () => {
  const top = (1n << 64n) - 8n;
  assertEquals([isBeyond(8n, top), isBeyond(top, 8n), isBeyond(8n, 8n)], [true, false, false]);
  assertEquals([minus(8n, top), minus(top, 8n)], [16n, top - 8n]);
});
