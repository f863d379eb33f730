import { assertEquals, assertThrows } from "@std/assert";
import { ringPage } from "../abi/layout.ts";
import { DriverError } from "../errors.ts";
import { image, writerPid } from "../../tests/golden/image_builder.ts";
import { openImage } from "./ring_memory.ts";
import { RingReader } from "./ring_reader.ts";
import { counter, indexes, LiveSet, other, patient } from "./test_support.ts";

Deno.test("an entry that is being written holds up its ring and everything behind its index", () => {
  const set = image({ rings: 2 });
  set.ring(0).entry().marked(other).entry().ring(1).entry();
  const live = new LiveSet(set);
  const reader = new RingReader(live.memory, patient);
  assertEquals(indexes(reader.drain()), [0]);
  assertEquals(indexes(reader.drain()), []);
  set.ring(0).commit();
  live.update();
  assertEquals(indexes(reader.drain()), [1, 2, 3]);
});

Deno.test("space is returned up to the first entry that waits for its turn", () => {
  const set = image({ rings: 2 });
  set.ring(0).entry({ text: "12345678" }).marked(other).entry().ring(1).entry();
  const live = new LiveSet(set);
  const reader = new RingReader(live.memory, patient);
  const first = reader.drain();
  reader.publish();
  assertEquals([live.readPos(0), live.readPos(1)], [64n, 0n]);
  assertEquals(counter(first, "pending"), [2, 1]);
  set.ring(0).commit();
  live.update();
  const second = reader.drain();
  reader.publish();
  assertEquals([live.readPos(0), live.readPos(1)], [64n + 56n + 56n, 56n]);
  assertEquals(counter(second, "pending"), [0, 0]);
  assertEquals(counter(second, "read"), [3, 1]);
});

Deno.test("an index that nobody carries is passed only when every ring has passed the snapshot", () => {
  const set = image({ rings: 2 });
  set.ring(0).entry().set.takeIndexes(1).ring(0).entry().ring(1).marked(other);
  const live = new LiveSet(set);
  const reader = new RingReader(live.memory, patient);
  assertEquals(indexes(reader.drain()), [0]);
  assertEquals(indexes(reader.drain()), []);
  set.ring(1).commit();
  live.update();
  assertEquals(indexes(reader.drain()), [2, 3]);
});

Deno.test("writers that are always inside an entry do not put off what an earlier snapshot decides", () => {
  const set = image();
  set.ring(0).entry().set.takeIndexes(1).ring(0).marked(other);
  const live = new LiveSet(set);
  const reader = new RingReader(live.memory, patient);
  assertEquals(indexes(reader.drain()), [0]);
  set.ring(0).commit().marked(other);
  live.update();
  assertEquals(indexes(reader.drain()), [2]);
});

Deno.test("refusals behind the last entry are counted at once and become a gap with the next neighbour", () => {
  const set = image();
  set.ring(0).entry().refused({ full: 2 });
  const live = new LiveSet(set);
  const reader = new RingReader(live.memory, patient);
  const first = reader.drain();
  assertEquals(counter(first, "lost_full"), [2]);
  assertEquals(first.gaps, []);
  set.ring(0).entry();
  live.update();
  const second = reader.drain();
  assertEquals(second.gaps.map(({ lost, prev, next }) => [lost, prev?.seq, next?.seq]), [[2n, 0n, 3n]]);
});

Deno.test("at the end a living writer's entry is pending, and the next reader takes it with what stood behind it", () => {
  const set = image({ rings: 2 });
  set.ring(0).entry().marked(other).entry().ring(1).entry();
  const live = new LiveSet(set);
  const first = new RingReader(live.memory, patient);
  const end = first.finish();
  first.publish();
  first.publishStored();
  assertEquals(indexes(end), [0, 3]);
  assertEquals(counter(end, "pending"), [2, 0]);
  assertEquals(counter(end, "attempts"), [3, 1]);

  set.ring(0).commit();
  live.update();
  const second = new RingReader(live.memory, patient).finish();
  assertEquals(indexes(second), [1, 2]);
  assertEquals(counter(second, "attempts"), [2, 0]);
  assertEquals(counter(second, "read"), [2, 0]);
  assertEquals(counter(second, "corrupt"), [0, 0]);
});

Deno.test("a reader that died without a word is followed by one that takes everything again as unstored or held", () => {
  const set = image({ rings: 2 });
  set.ring(0).entry().marked(other).ring(1).entry();
  const live = new LiveSet(set);
  const first = new RingReader(live.memory, patient);
  assertEquals(indexes(first.drain()), [0]);
  first.publish();

  set.ring(0).commit();
  live.update();
  const second = new RingReader(live.memory, patient);
  assertEquals(second.startUnstored, 1n);
  const end = second.finish();
  assertEquals(indexes(end), [1, 2]);
  assertEquals(counter(end, "attempts"), [2, 1]);
  assertEquals(end.gaps.map(({ cause, lost }) => [cause, lost]), [["unstored", 1n]]);
});

Deno.test("a dead writer is stepped over while other writers live", () => {
  const set = image();
  set.ring(0).entry().marked(other).entry();
  const live = new LiveSet(set);
  const reader = new RingReader(live.memory, { liveness: { isAlive: ({ pid }) => pid !== writerPid } });
  // The first look may have met a writer between two steps.
  assertEquals(indexes(reader.drain()), [0]);
  const second = reader.drain();
  assertEquals(indexes(second), [2]);
  assertEquals(counter(second, "abandoned"), [1]);
});

Deno.test("a hole without an intent record is not passed while somebody may still fill it", () => {
  const set = image();
  set.ring(0).entry().unmarked({ ...other, hasIntent: false }).entry();
  const reader = new RingReader(new LiveSet(set).memory, patient);
  assertEquals(indexes(reader.drain()), [0]);
  const end = reader.finish();
  assertEquals(indexes(end), []);
  assertEquals(counter(end, "pending"), [2]);
});

Deno.test("an entry that is committed between two looks is not taken for a dead writer's", () => {
  const set = image();
  set.ring(0).marked(other);
  const live = new LiveSet(set);
  const reader = new RingReader(live.memory, {
    liveness: {
      // It commits and ends just before it is looked for.
      isAlive() {
        set.ring(0).commit();
        live.update();
        this.isAlive = () => false;
        return false;
      },
    },
  });
  const end = reader.finish();
  assertEquals(indexes(end), [0]);
  assertEquals(counter(end, "abandoned"), [0]);
});

Deno.test("a reserve position that cannot be is a violation and hides no other ring", () => {
  const set = image({ rings: 2 });
  set.ring(0).entry().ring(1).entry(other);
  const live = new LiveSet(set);
  const reader = new RingReader(live.memory, patient);
  const ringOff = live.memory.header.ringOff;
  for (const wrong of [57n, 1n << 40n, (1n << 64n) - 8n]) {
    live.memory.producer.store64(ringOff + ringPage.reserve, wrong);
    assertEquals(indexes(reader.drain()).includes(0), false);
  }
  assertEquals(reader.violations, 3);
  assertEquals(counter(reader.drain(), "read"), [0, 1]);
});

Deno.test("a round looks at about as many bytes as it was told, and the rest comes later in order", () => {
  const set = image({ rings: 2 });
  for (let n = 0; n < 10; n++) set.ring(n < 5 ? 0 : 1).entry();
  const reader = new RingReader(openImage(set.bytes(), "the image"));
  const rounds = Array.from({ length: 6 }, () => indexes(reader.drain(100)));
  assertEquals(rounds, [[0, 1], [2, 3], [4, 5, 6, 7, 8, 9], [], [], []]);
});

Deno.test("what is left of an earlier reader and contradicts the rings is refused with the ring's number", () => {
  const set = image({ rings: 2 });
  set.ring(1).entry();
  set.readByAnEarlierReader();
  const bytes = set.bytes();
  const memory = openImage(bytes, "the image");
  memory.producer.store64(memory.header.ringOff + ringPage.bytes + ringPage.reserve, 0n);
  assertThrows(() => new RingReader(memory), DriverError, "its page for ring 1");
});

Deno.test("a mark whose length cannot be is stepped over while everybody lives", () => {
  const set = image();
  set.ring(0).entry().entry({ wrong: { units: 3 } }).entry({ wrong: { units: 0 } }).entry();
  const drain = new RingReader(new LiveSet(set).memory, patient).drain();
  assertEquals(indexes(drain), [0, 3]);
  assertEquals(counter(drain, "corrupt"), [2]);
});
