import { assert, assertEquals } from "@std/assert";
import { EntryState, ringPage } from "../abi/layout.ts";
import { stateOfWord } from "../abi/tag.ts";
import { image, type ImageBuilder } from "../../tests/golden/image_builder.ts";
import { type RingMemory, SharedBytes } from "./ring_memory.ts";
import { RingReader } from "./ring_reader.ts";
import { counter, everybodyLives, indexes, LiveSet, other, patient, texts } from "./test_support.ts";

function overwriting(rings = 1): ImageBuilder {
  return image({ rings, mode: "overwrite" });
}

/** Entries of 64 bytes, of which a ring holds 64. */
function write(set: ImageBuilder, ring: number, count: number): void {
  for (let n = 0; n < count; n++) set.ring(ring).entry({ text: "12345678" });
}

const last = (count: number, end: number) => Array.from({ length: count }, (_, n) => end - count + n);

Deno.test("a reader that is overtaken counts exactly what it missed as overwritten, and places it", () => {
  const set = overwriting();
  write(set, 0, 10);
  const live = new LiveSet(set);
  const reader = new RingReader(live.memory, patient);
  assertEquals(indexes(reader.drain()), last(10, 10));
  write(set, 0, 500);
  live.update();
  const drain = reader.drain();
  assertEquals(indexes(drain), last(64, 510));
  assertEquals([counter(drain, "overwritten"), counter(drain, "attempts")], [[436], [510]]);
  assertEquals(drain.gaps.map(({ cause, lost, prev, next }) => [cause, lost, prev?.seq, next?.seq]), [
    ["overwritten", 436n, 9n, 446n],
  ]);
});

Deno.test("reading takes nothing away: two readers see the same, side by side", () => {
  const set = overwriting(2);
  write(set, 0, 100);
  write(set, 1, 20);
  const live = new LiveSet(set);
  const before = live.bytes.slice();
  const readers = [new RingReader(live.memory), new RingReader(live.memory)];
  const rows = readers.map((reader) => {
    const drain = reader.drain();
    reader.publish();
    reader.publishStored();
    return indexes(drain);
  });
  assertEquals(rows[0], rows[1]);
  assertEquals(live.bytes, before);
  write(set, 1, 5);
  live.update();
  assertEquals(readers.map((reader) => indexes(reader.finish())), [last(5, 125), last(5, 125)]);
});

/** The rings, in which something happens just after the first entry has been copied. */
function withRace(memory: RingMemory, bytes: Uint8Array<ArrayBuffer>, race: () => void): RingMemory {
  class RacingBytes extends SharedBytes {
    #isOver = false;

    override copyInOrder(offset: number, length: number): Uint8Array<ArrayBuffer> {
      const copy = super.copyInOrder(offset, length);
      if (!this.#isOver) race();
      this.#isOver = true;
      return copy;
    }
  }
  return { ...memory, producer: new RacingBytes(bytes.subarray(0, memory.header.consumerOff)) };
}

Deno.test("an entry that makes room while it is copied is not delivered", () => {
  for (const writes of [1, 30, 63, 64, 65, 200]) {
    const set = overwriting();
    write(set, 0, 64);
    const live = new LiveSet(set);
    const memory = withRace(live.memory, live.bytes, () => {
      write(set, 0, writes);
      live.update();
    });
    const reader = new RingReader(memory, patient);
    const rows = [...indexes(reader.drain()), ...indexes(reader.finish())];
    assertEquals(rows, last(64, 64 + writes));
    assertEquals(reader.counters().map((ring) => ring.overwritten + ring.read), [64n + BigInt(writes)]);
    assertEquals(reader.violations, 0);
  }
});

Deno.test("what a dead writer left makes room after a reader has found it, and other readers go past it", () => {
  const set = overwriting();
  set.ring(0).entry({ text: "before" }).marked(other).unmarked(other).entry({ text: "behind" });
  const live = new LiveSet(set);
  const { header, producer } = live.memory;
  const state = (position: number) => stateOfWord(producer.load64(header.dataOff + position));
  assertEquals(counter(new RingReader(live.memory).finish(), "abandoned"), [2]);
  assertEquals([state(64), state(120)], [EntryState.abandoned, EntryState.abandoned]);
  const second = new RingReader(live.memory, patient).drain();
  assertEquals([texts(second), counter(second, "abandoned")], [["before", "behind"], [2]]);
});

Deno.test("a dead writer's padding becomes padding, and its entry one abandoned entry", () => {
  const set = overwriting();
  for (let n = 0; n < 7; n++) set.ring(0).entry({ data: new Uint8Array(456) });
  set.ring(0).entry({ data: new Uint8Array(400) }).unmarked({
    text: "x".repeat(40),
    hasPadding: false,
    ...other,
  });
  const live = new LiveSet(set);
  const { header, producer } = live.memory;
  const first = new RingReader(live.memory).finish();
  const state = (offset: number) => stateOfWord(producer.load64(header.dataOff + offset));
  assertEquals([state(4040), state(0)], [EntryState.padding, EntryState.abandoned]);
  const second = new RingReader(live.memory, patient).finish();
  assertEquals([counter(first, "abandoned"), counter(second, "abandoned")], [[1], [1]]);
  assertEquals(counter(second, "pending"), [0]);
});

Deno.test("what is finished in the last moment is not abandoned", () => {
  const set = overwriting();
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
  assertEquals(indexes(reader.finish()), [0]);
});

Deno.test("while one ring stands still the others wait in bounded memory, and what does not fit is overwritten", () => {
  const set = overwriting(2);
  set.ring(0).marked(other);
  const live = new LiveSet(set);
  const reader = new RingReader(live.memory, {
    ...patient,
    reorderBytes: 2 * 6400,
    stallMs: Infinity,
  });
  for (let round = 0; round < 100; round++) {
    write(set, 1, 10);
    live.update();
    assertEquals(indexes(reader.drain()), []);
  }
  const waiting = counter(reader.drain(), "pending")[1]!;
  set.ring(0).commit();
  live.update();
  const end = reader.finish();
  const [, read] = counter(end, "read"), [, overwritten] = counter(end, "overwritten");
  assertEquals(counter(end, "attempts"), [1, 1000]);
  assertEquals(read! + overwritten!, 1000);
  assert(read! > 64 + 90 && read! <= 64 + 101, `${read} of which ${waiting} waited`);
});

Deno.test("a writer that stands still is passed, and what makes room afterwards was late", () => {
  const set = overwriting();
  set.ring(0).marked({ text: "12345678", ...other });
  write(set, 0, 3);
  const live = new LiveSet(set);
  const reader = new RingReader(live.memory, { liveness: everybodyLives, stallMs: 0 });
  reader.drain();
  assertEquals(indexes(reader.drain()), [1, 2, 3]);
  set.ring(0).commit();
  write(set, 0, 62);
  live.update();
  const end = reader.finish();
  assertEquals([counter(end, "late"), counter(end, "abandoned"), counter(end, "read")], [[1], [1], [65]]);
});

Deno.test("an entry whose writer dies after it was passed makes room too", () => {
  const set = overwriting();
  set.ring(0).marked(other).entry();
  const live = new LiveSet(set);
  let isAlive = true;
  const reader = new RingReader(live.memory, { liveness: { isAlive: () => isAlive }, stallMs: 0 });
  reader.drain();
  assertEquals(counter(reader.drain(), "stalled"), [1]);
  const { header, producer } = live.memory;
  const state = () => stateOfWord(producer.load64(header.dataOff));
  assertEquals(state(), EntryState.reserved);
  isAlive = false;
  assertEquals(counter(reader.finish(), "late"), [0]);
  assertEquals(state(), EntryState.abandoned);
});

Deno.test("an oldest entry beyond the newest is a violation, and hides no later entry", () => {
  const set = overwriting();
  write(set, 0, 3);
  const live = new LiveSet(set);
  const reader = new RingReader(live.memory, patient);
  const oldest = live.memory.header.ringOff + ringPage.oldestPos;
  for (const [wrong, violations] of [[1n << 40n, 1], [260n, 2]] as const) {
    live.memory.producer.store64(oldest, wrong);
    write(set, 0, 1);
    // Where the position is right and the oldest entry is not.
    live.memory.producer.store64(live.memory.header.ringOff + ringPage.reserve, set.ring(0).position);
    assertEquals(indexes(reader.drain()), []);
    assertEquals(reader.violations, violations);
  }
  live.update();
  write(set, 0, 2);
  live.update();
  assertEquals(indexes(reader.finish()), [5, 6]);
});

Deno.test("a reader that may not end a dead writer's entry goes past it all the same", () => {
  const set = overwriting();
  set.ring(0).entry({ text: "before" }).marked(other).entry({ text: "behind" });
  const live = new LiveSet(set);
  const before = live.bytes.slice();
  const end = new RingReader({ ...live.memory, oversee: () => false }).finish();
  assertEquals([texts(end), counter(end, "abandoned")], [["before", "behind"], [1]]);
  assertEquals(live.bytes, before);
});

Deno.test("what has made room while its owner was looked for is nobody's to end", () => {
  const set = overwriting();
  set.ring(0).unmarked({ text: "12345678", ...other });
  const live = new LiveSet(set);
  const { header, producer } = live.memory;
  const reader = new RingReader(live.memory, {
    liveness: {
      // It marks, commits and ends; then a whole lap goes by, and the next writer of that place has not marked it yet.
      isAlive() {
        const next = overwriting();
        write(next, 0, 65);
        live.bytes.set(next.bytes().subarray(0, header.consumerOff));
        producer.store64(header.dataOff, 0n);
        this.isAlive = () => false;
        return false;
      },
    },
  });
  reader.finish();
  assertEquals(producer.load64(header.dataOff), 0n);
});
