import { assertEquals } from "@std/assert";
import { sharedPage } from "../abi/layout.ts";
import { image, type ImageBuilder } from "../../tests/golden/image_builder.ts";
import { loadCheckpoints } from "./checkpoint.ts";
import { RingReader, type RingReaderOptions } from "./ring_reader.ts";
import { counter, everybodyLives, LiveSet, other, texts } from "./test_support.ts";

const atOnce: RingReaderOptions = { liveness: everybodyLives, stallMs: 0, clock: { read: () => 1_000_000n } };

function forBothOrders(name: string, run: (set: ImageBuilder) => void): void {
  for (const order of ["index", "clock"] as const) {
    Deno.test(`${name}, in ${order} order`, () => run(image({ rings: 2, order })));
  }
}

forBothOrders(
  "a writer that stands still is passed, and what it commits later is counted and not delivered",
  (set) => {
    set.ring(0).marked({ text: "held", ...other }).entry({ text: "behind" }).ring(1).entry({
      text: "elsewhere",
    });
    const live = new LiveSet(set);
    const reader = new RingReader(live.memory, atOnce);
    // The first look may have met a writer between two steps.
    assertEquals(texts(reader.drain()), []);
    const second = reader.drain();
    reader.publish();
    assertEquals(texts(second), ["behind", "elsewhere"]);
    assertEquals([counter(second, "stalled"), counter(second, "abandoned")], [[1, 0], [1, 0]]);
    // Its space is not free, nor is what lies behind it.
    assertEquals([live.readPos(0), live.readPos(1)], [0n, set.ring(1).position]);

    set.ring(0).commit();
    live.update();
    const end = reader.finish();
    reader.publish();
    assertEquals(texts(end), []);
    assertEquals([counter(end, "late"), counter(end, "pending"), counter(end, "attempts")], [[1, 0], [0, 0], [
      2,
      1,
    ]]);
    assertEquals(live.readPos(0), set.ring(0).position);
  },
);

forBothOrders("the next reader knows what was passed: a late commit is late to it too", (set) => {
  set.ring(0).marked({ text: "first", ...other }).entry({ text: "between" })
    .marked({ text: "second", ...other }).entry({ text: "behind" });
  const live = new LiveSet(set);
  const first = new RingReader(live.memory, atOnce);
  const rows = Array.from({ length: 3 }, () => texts(first.drain())).flat();
  first.publish();
  first.publishStored();
  assertEquals(rows, ["between", "behind"]);

  set.ring(0).commit();
  live.update();
  const second = new RingReader(live.memory, atOnce);
  const drain = second.drain();
  second.publish();
  assertEquals([counter(drain, "late"), live.readPos(0)], [[1, 0], 128n]);
  set.ring(0).commit();
  live.update();
  const end = second.finish();
  second.publish();
  assertEquals(texts(end), []);
  assertEquals([counter(end, "late"), counter(end, "attempts"), counter(end, "unstored")], [[2, 0], [0, 0], [
    0,
    0,
  ]]);
  assertEquals(live.readPos(0), set.ring(0).position);
});

Deno.test("a passed entry whose writer has died since is free, and not late", () => {
  const set = image();
  set.ring(0).marked(other).entry({ text: "behind" });
  const live = new LiveSet(set);
  let isAlive = true;
  const reader = new RingReader(live.memory, { ...atOnce, liveness: { isAlive: () => isAlive } });
  reader.drain();
  assertEquals(counter(reader.drain(), "stalled"), [1]);
  isAlive = false;
  const end = reader.finish();
  reader.publish();
  assertEquals([counter(end, "late"), counter(end, "abandoned")], [[0], [1]]);
  assertEquals(live.readPos(0), set.ring(0).position);
});

Deno.test("the checkpoint carries on what earlier readers have counted as stalled and late", () => {
  const set = image();
  const live = new LiveSet(set);
  const found = () => loadCheckpoints(live.memory.consumer, 1).rings[0]!;
  for (const readers of [1n, 2n]) {
    set.ring(0).marked(other);
    live.update();
    const reader = new RingReader(live.memory, atOnce);
    reader.drain();
    reader.drain();
    reader.publish();
    assertEquals([found().stalled, found().late, found().passed.length], [readers, readers - 1n, 1]);
    set.ring(0).commit();
    live.update();
    reader.finish();
    reader.publish();
    assertEquals([found().stalled, found().late, found().passed.length], [readers, readers, 0]);
  }
});

Deno.test("where somebody wrote who has no slot, an entry that nobody owns may still be finished", () => {
  const set = image();
  set.ring(0).marked({ hasIntent: false }).entry({ text: "behind" });
  const live = new LiveSet(set);
  live.memory.producer.store64(live.memory.header.sharedOff + sharedPage.unlistedWriters, 1n);
  const end = new RingReader(live.memory, { liveness: { isAlive: () => false } }).finish();
  assertEquals([counter(end, "pending"), counter(end, "abandoned")], [[2], [0]]);
});

Deno.test("where somebody wrote who has no slot, an image holds nobody who could finish an entry", () => {
  const set = image();
  set.ring(0).marked({ hasIntent: false }).entry({ text: "behind" });
  const live = new LiveSet(set);
  live.memory.producer.store64(live.memory.header.sharedOff + sharedPage.unlistedWriters, 1n);
  const end = new RingReader(live.memory).finish();
  assertEquals([counter(end, "pending"), counter(end, "abandoned")], [[0], [1]]);
});

Deno.test("at the end a ring with a writer inside leaves the account of the others closed", () => {
  const set = image({ rings: 2 });
  set.ring(0).marked(other).refused({ full: 1 }).ring(1).entry().refused({ full: 3 });
  const end = new RingReader(new LiveSet(set).memory, { liveness: everybodyLives }).finish();
  assertEquals([counter(end, "pending"), counter(end, "lost_full")], [[2, 0], [0, 3]]);
});

Deno.test("at most sixteen entries of a ring are passed at once: the next one holds up the order", () => {
  const set = image({ ringBytes: 8192 });
  for (let n = 0; n < 17; n++) set.ring(0).marked(other);
  set.ring(0).entry({ text: "behind" });
  const live = new LiveSet(set);
  const reader = new RingReader(live.memory, atOnce);
  const drainAll = () => Array.from({ length: 40 }, () => reader.drain()).at(-1)!;
  assertEquals([counter(drainAll(), "stalled"), counter(drainAll(), "read")], [[16], [0]]);
  set.ring(0).commit();
  live.update();
  const end = reader.finish();
  assertEquals([counter(end, "stalled"), counter(end, "late"), counter(end, "read")], [[17], [1], [1]]);
});

Deno.test("what is not marked is not passed while its writer may live, however long it takes", () => {
  const set = image();
  set.ring(0).unmarked(other).entry({ text: "behind" });
  const reader = new RingReader(new LiveSet(set).memory, atOnce);
  for (let n = 0; n < 3; n++) assertEquals(texts(reader.drain()), []);
  assertEquals(counter(reader.finish(), "pending"), [2]);
});

Deno.test("a thread that has ended counts as dead while its process lives", () => {
  const set = image();
  set.ring(0).entry({ text: "before" }).marked(other).entry({ text: "behind" });
  const reader = new RingReader(new LiveSet(set).memory, {
    liveness: { isAlive: ({ tid }) => tid !== other.tid },
  });
  const end = reader.finish();
  assertEquals(texts(end), ["before", "behind"]);
  assertEquals([counter(end, "abandoned"), counter(end, "stalled")], [[1], [0]]);
});
