import { assertEquals, assertStringIncludes } from "@std/assert";
import { type CaptureInput, type EntryInput, makeBatch } from "../support/make_capture.ts";
import { type Counters, nestings, runWrites } from "./nestings.ts";
import { openLibrary } from "./open_library.ts";

const capture = (...entries: EntryInput[]): CaptureInput => ({ logs: [[makeBatch(entries)]] });

/** A causal witness; seq and clock follow the index. */
function witness(idx: number, chain: bigint, step: bigint, change: Partial<EntryInput> = {}): EntryInput {
  const payload = new Uint8Array(16);
  new DataView(payload.buffer).setBigUint64(0, chain, true);
  new DataView(payload.buffer).setBigUint64(8, step, true);
  return { idx, seq: idx, ticks: idx, kind: "data", type: 0x52534357, payload, ...change };
}

/** Entries of one thread: by index, [clock, processor, seq]. Seq follows the clock unless it is given. */
function thread(tid: number, ...steps: [ticks: number, processor?: number, seq?: number][]): EntryInput[] {
  return steps.map(([ticks, processor = 0, seq = ticks], idx) => ({
    idx,
    seq,
    ticks,
    processor,
    pid: 9,
    tid,
  }));
}

/** Every arrangement of the numbers. */
function permutations(numbers: readonly number[]): number[][] {
  if (numbers.length === 0) return [[]];
  return numbers.flatMap((first, at) =>
    permutations(numbers.toSpliced(at, 1)).map((rest) => [first, ...rest])
  );
}

/** Whether the last of three by the clock is first by idx and the two others keep their order. */
function isImpossible(clocks: readonly number[]): boolean {
  return clocks.some((c, i) =>
    clocks.some((a, j) => i < j && clocks.some((b, k) => j < k && a < b && b < c))
  );
}

/** Threads with entries of four writes, one for each order of their clocks; a thread's number tells the order. */
function everyOrder(processorOf: (ticks: number) => number): EntryInput[] {
  return permutations([1, 2, 3, 4]).flatMap((clocks, at) =>
    clocks.map((clock, place) => ({
      idx: at * 4 + place,
      seq: at * 4 + clock,
      ticks: at * 4 + clock,
      processor: processorOf(clock),
      pid: 9,
      tid: Number(clocks.join("")),
    }))
  );
}

/** The numbers of threads with impossible orders. */
const IMPOSSIBLE = permutations([1, 2, 3, 4]).filter(isImpossible).map((clocks) => Number(clocks.join("")))
  .sort();

/** All nestings of up to five writes on two processors, each a thread of its own. */
function everyNesting(): EntryInput[] {
  const counters: Counters = { ticks: 1, idx: 0, seq: [0, 0] };
  const entries: EntryInput[] = [];
  let tid = 0;
  for (let count = 1; count <= 5; count++) {
    for (const writes of nestings(count)) {
      for (let choice = 0; choice < 1 << count; choice++) {
        const processors = Array.from({ length: count }, (_, at) => choice >> at & 1);
        entries.push(...runWrites(writes, ++tid, processors, counters));
      }
    }
  }
  return entries;
}

const NESTED = everyNesting();

const { rows } = await openLibrary({
  ordered: capture(
    { idx: 0, seq: 0, ticks: 1, processor: 0, tid: 1 },
    { idx: 2, seq: 0, ticks: 3, processor: 1, tid: 1 },
    { idx: 7, seq: 3, ticks: 4, processor: 0, tid: 1 },
    witness(8, 5n, 1n, { seq: 4 }),
    witness(9, 5n, 7n, { processor: 1 }),
  ),
  same_numbers_again: capture({ idx: 0, seq: 0, ticks: 1 }, { idx: 2, seq: 1, ticks: 3 }),
  twice: capture(
    { idx: 3, seq: 3, ticks: 1, tid: 4 },
    { idx: 3, seq: 3, ticks: 1, tid: 4 },
    { idx: 3, seq: 3, ticks: 1, tid: 4 },
  ),
  same_idx: capture(
    { idx: 64, seq: 0, ticks: 1 },
    { idx: 65, seq: 7, ticks: 2, processor: 1, pid: 5, tid: 6 },
    { idx: 65, seq: 1, ticks: 3, processor: 2 },
    { idx: 66, seq: 2, ticks: 4 },
  ),
  same_seq: capture(
    { idx: 1, seq: 7, ticks: 1 },
    { idx: 2, seq: 7, ticks: 2, processor: 1 },
    { idx: 3, seq: 7, ticks: 3 },
  ),
  far_apart: capture({ idx: 1, seq: 3, ticks: 1 }, { idx: 65, seq: 67, ticks: 2 }),
  by_clock: {
    ...capture(
      { idx: 0, seq: 0, ticks: 10 },
      { idx: 1, seq: 0, ticks: 10, processor: 1 },
      { idx: 2, seq: 1, ticks: 30 },
      { idx: 3, seq: 1, ticks: 25, processor: 1 },
      { idx: 4, seq: 2, ticks: 40 },
    ),
    info: { order: "clock" },
  },
  by_arrival: capture(
    { idx: 0, seq: 0, ticks: 1 },
    { idx: 2, seq: 1, ticks: 3 },
    { idx: 1, seq: 0, ticks: 2, processor: 1 },
    { idx: 3, seq: 1, ticks: 4, processor: 1 },
  ),
  across_batches: {
    logs: [[
      makeBatch([{ idx: 5, seq: 0, ticks: 1 }]),
      makeBatch([{ idx: 4, seq: 1, ticks: 2 }], { batch: 1 }),
    ]],
  },
  nested: capture(...NESTED),
  ring_after_ring: capture(...thread(3, [4, 1], [5, 1], [6, 1], [1, 0], [2, 0], [3, 0])),
  rings_in_turn: capture(...thread(3, [4, 1], [1, 0], [5, 1], [2, 0], [6, 1], [3, 0])),
  one_ring_turned: capture(...thread(3, [3], [4], [1], [2])),
  clock_went_back: capture(...thread(3, [3, 0, 0], [4, 0, 1], [1, 0, 2], [2, 0, 3])),
  not_one_thread: capture(...thread(0, [4, 1], [5, 1], [1, 0], [2, 0])),
  two_threads: capture(
    ...thread(1, [4, 1], [5, 1]),
    ...thread(2, [1, 0], [2, 0]).map((entry) => ({ ...entry, idx: Number(entry.idx) + 2 })),
  ),
  two_processes: capture(
    ...thread(1, [4, 1], [5, 1]),
    ...thread(1, [1, 0], [2, 0]).map((entry) => ({ ...entry, idx: Number(entry.idx) + 2, pid: 8 })),
  ),
  every_order_on_one_processor: capture(...everyOrder(() => 0)),
  every_order_on_two: capture(...everyOrder((clock) => clock % 2)),
  effect_first: capture(witness(0, 1n, 1n), witness(1, 1n, 3n), witness(2, 1n, 2n), witness(3, 1n, 4n)),
  high_numbers: capture(witness(0, 2n ** 63n, 2n ** 63n), witness(1, 2n ** 63n, 1n)),
  same_step: capture(witness(0, 1n, 1n), witness(1, 1n, 1n), witness(2, 1n, 2n)),
  other_chains: capture(witness(0, 1n, 9n), witness(1, 2n, 1n)),
  other_capture: capture(witness(5, 1n, 1n)),
  no_witnesses: capture(
    witness(0, 1n, 2n, { type: 0x52534358 }),
    witness(1, 1n, 1n, { kind: "text" }),
    witness(2, 1n, 1n, { payload: new Uint8Array(15) }),
    witness(3, 1n, 0n),
  ),
});

/** [kind, idx, other_idx] of the violations of a capture. */
const violations = (capture: string) =>
  rows(
    `SELECT kind, idx, other_idx FROM order_violations WHERE capture = '${capture}' ORDER BY kind, idx`,
  );

/** The only violation of a capture, in words. */
const detail = async (capture: string) => {
  const found = await rows(`SELECT detail FROM order_violations WHERE capture = '${capture}'`);
  assertEquals(found.length, 1);
  return String(found[0]![0]);
};

Deno.test("order_violations is empty for ordered captures, whatever numbers they share", async () => {
  assertEquals(await violations("ordered"), []);
  assertEquals(await violations("same_numbers_again"), []);
});

Deno.test("an entry that is there three times is one duplicate_idx and one duplicate_seq", async () => {
  assertEquals(await violations("twice"), [["duplicate_idx", 3n, 3n], ["duplicate_seq", 3n, 3n]]);
});

Deno.test("duplicate_idx: two entries with one idx", async () => {
  assertEquals(await violations("same_idx"), [["duplicate_idx", 65n, 65n]]);
  assertEquals(
    await rows("SELECT processor, seq, pid, tid, detail FROM order_violations WHERE capture = 'same_idx'"),
    [[1, 7n, 5, 6, "2 entries have idx 65"]],
  );
});

Deno.test("duplicate_seq: two entries of one processor with one seq; another processor may have it too", async () => {
  assertEquals(await violations("same_seq"), [["duplicate_seq", 1n, 3n]]);
  assertEquals(await detail("same_seq"), "2 entries have seq 7 on processor 0");
});

Deno.test("numbers that share their last six bits are not duplicates", async () => {
  assertEquals(await violations("far_apart"), []);
});

Deno.test("clock_order: an entry that is older than the one before it shows, in captures in clock order only", async () => {
  assertEquals(await violations("by_clock"), [["clock_order", 3n, 2n]]);
});

Deno.test("stored_order: a reader that stores ring after ring is caught", async () => {
  assertEquals(await violations("by_arrival"), [["stored_order", 1n, 2n]]);
  assertEquals(await detail("by_arrival"), "idx 1 is stored after idx 2");
});

Deno.test("stored_order: a wrong order across batches is caught", async () => {
  assertEquals(await violations("across_batches"), [["stored_order", 4n, 5n]]);
});

Deno.test("thread_order: no nesting of up to five writes on two processors is a violation", async () => {
  // Sequences of n writes with two places for others in each: 1, 3, 12, 55, 273; each on every choice of processors.
  const threads = 1 * 2 + 3 * 4 + 12 * 8 + 55 * 16 + 273 * 32;
  assertEquals(await rows("SELECT count(DISTINCT tid) FROM logs WHERE capture = 'nested'"), [[
    BigInt(threads),
  ]]);
  assertEquals(await violations("nested"), []);
});

Deno.test("thread_order: a reader that numbers ring after ring is caught where a thread changed its processor", async () => {
  assertEquals(await violations("ring_after_ring"), [["thread_order", 3n, 2n]]);
  assertStringIncludes(
    await detail("ring_after_ring"),
    "thread 3 of process 9 wrote idx 3 and another entry before idx 2",
  );
});

Deno.test("thread_order: a reader that takes one entry of each ring in turn is caught", async () => {
  assertEquals((await violations("rings_in_turn")).map(([kind, idx]) => [kind, idx]), [
    ["thread_order", 3n],
    ["thread_order", 5n],
  ]);
});

Deno.test("thread_order: a ring whose later half was delivered first is caught", async () => {
  assertEquals(await violations("one_ring_turned"), [["thread_order", 2n, 1n]]);
});

for (const where of ["one_processor", "two"] as const) {
  Deno.test(`thread_order: of all orders of four writes exactly those that no nesting gives are caught (${where})`, async () => {
    assertEquals(
      (await rows(
        `SELECT DISTINCT tid FROM order_violations WHERE capture = 'every_order_on_${where}' ORDER BY tid`,
      )).flat(),
      IMPOSSIBLE,
    );
    // Stacks of four give the fourth Catalan number of orders.
    assertEquals(IMPOSSIBLE.length, 24 - 14);
  });
}

Deno.test("thread_order: a clock that goes back is not taken for a wrong order where the ring itself shows the order", async () => {
  assertEquals(await violations("clock_went_back"), []);
});

Deno.test("thread_order: entries of different threads, and of idle threads, which all are number 0, prove nothing", async () => {
  assertEquals(await violations("two_threads"), []);
  assertEquals(await violations("two_processes"), []);
  assertEquals(await violations("not_one_thread"), []);
});

Deno.test("causal: an effect before its cause is caught", async () => {
  assertEquals(await violations("effect_first"), [["causal", 1n, 2n]]);
});

Deno.test("causal: chains and steps are whole 64-bit numbers", async () => {
  assertEquals(
    await detail("high_numbers"),
    "step 9223372036854775808 of chain 9223372036854775808 has idx 0, a step that caused it has idx 1",
  );
});

Deno.test("causal: entries of one step, of two chains or of two captures say nothing about each other", async () => {
  assertEquals(await violations("same_step"), []);
  assertEquals(await violations("other_chains"), []);
  assertEquals(await violations("other_capture"), []);
});

Deno.test("causal: only data of the witness type with 16 bytes is a witness", async () => {
  assertEquals(await violations("no_witnesses"), []);
});
