import { assertEquals } from "@std/assert";
import { image, writerTid } from "../../tests/golden/image_builder.ts";
import { RingReader } from "./ring_reader.ts";
import { counter, everybodyLives, indexes, LiveSet, other, patient, texts } from "./test_support.ts";

/** A clock that stands where a test has set it. */
class TestClock {
  now = 10_000n;

  read(): bigint {
    return this.now;
  }
}

const second = 1_000_000_000n;

Deno.test("an entry is not delivered while another one with a smaller clock can still come", () => {
  const set = image({ rings: 2, order: "clock" });
  set.ring(0).marked({ text: "first", ticks: 2000, ...other }).ring(1).entry({ text: "second", ticks: 3000 });
  const live = new LiveSet(set);
  const reader = new RingReader(live.memory, { ...patient, clock: new TestClock() });
  assertEquals(texts(reader.drain()), []);
  assertEquals(texts(reader.drain()), []);
  set.ring(0).commit();
  live.update();
  const drain = reader.drain();
  assertEquals([texts(drain), indexes(drain)], [["first", "second"], [0, 1]]);
});

Deno.test("what was written since the clock was read waits for the next look at it", () => {
  const clock = new TestClock();
  const set = image({ order: "clock" });
  set.ring(0).entry({ text: "before", ticks: 9999 }).entry({ text: "now", ticks: 10_000 });
  const live = new LiveSet(set);
  const reader = new RingReader(live.memory, { ...patient, clock });
  const first = reader.drain();
  reader.publish();
  assertEquals([texts(first), counter(first, "pending"), live.readPos(0)], [["before"], [1], 64n]);
  assertEquals(texts(reader.drain()), []);
  clock.now++;
  assertEquals(texts(reader.drain()), ["now"]);
});

Deno.test("at the end everything comes out, whatever the clock says", () => {
  const set = image({ order: "clock" });
  set.ring(0).entry({ text: "later", ticks: 20_000 }).entry({ text: "now", ticks: 10_000 });
  const reader = new RingReader(new LiveSet(set).memory, {
    ...patient,
    clock: new TestClock(),
  });
  assertEquals(texts(reader.finish()), ["now", "later"]);
});

Deno.test("an entry whose clock is ahead of every clock is corrupt, and holds up nothing", () => {
  const clock = new TestClock();
  const set = image({ rings: 2, order: "clock" });
  set.ring(0).entry({ text: "next year", ticks: clock.now + 1000n * second }).entry({
    text: "behind",
    ticks: 5000,
  })
    .ring(1).entry({ text: "elsewhere", ticks: 6000, ...other });
  const drain = new RingReader(new LiveSet(set).memory, { ...patient, clock }).drain();
  assertEquals(texts(drain), ["behind", "elsewhere"]);
  assertEquals(counter(drain, "corrupt"), [1, 0]);
  assertEquals(drain.gaps.map(({ next }) => next), [{ seq: 1n, idx: null, ticks: 5000n }]);
});

Deno.test("what a reader held behind a writer is delivered by the next one, once", () => {
  const set = image({ rings: 2, order: "clock" });
  set.ring(0).marked({ text: "second", ticks: 2000, ...other })
    .ring(1).entry({ text: "first", ticks: 1000 }).entry({ text: "third", ticks: 3000 });
  const live = new LiveSet(set);
  const clock = new TestClock();
  clock.now = 1500n;
  const first = new RingReader(live.memory, { liveness: everybodyLives, clock, stallMs: 0 });
  first.drain();
  // The writer is passed, which decides what lies before the clock as it was.
  assertEquals(texts(first.drain()), ["first"]);
  first.publish();
  first.publishStored();

  const third = writerTid + 2;
  set.ring(0).entry({ text: "behind", ticks: 2500, tid: third });
  live.update();
  clock.now = 10_000n;
  const end = new RingReader(live.memory, { ...patient, clock }).finish();
  assertEquals([texts(end), indexes(end)], [["behind", "third"], [1, 2]]);
  assertEquals([counter(end, "attempts"), counter(end, "corrupt")], [[1, 1], [0, 0]]);
});

Deno.test("rows that come out at the end are numbered once, whoever goes on", () => {
  const set = image({ rings: 2, order: "clock" });
  set.ring(0).marked({ text: "finished later", ticks: 2000, ...other })
    .ring(1).entry({ text: "first", ticks: 1000 }).entry({ text: "second", ticks: 3000 });
  const live = new LiveSet(set);
  const first = new RingReader(live.memory, { ...patient, clock: new TestClock() });
  assertEquals(indexes(first.finish()), [0, 1]);
  first.publish();
  first.publishStored();
  set.ring(0).commit();
  live.update();
  const end = new RingReader(live.memory, { ...patient, clock: new TestClock() }).finish();
  assertEquals([texts(end), indexes(end)], [["finished later"], [2]]);
});
