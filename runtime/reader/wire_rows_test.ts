import { assertEquals } from "@std/assert";
import type { LogEntry } from "./log_entry.ts";
import type { RingCounters } from "./ring_cursor.ts";
import { countBatchRows, countersWithout, type TakenEntry, toWireBatch, toWireGaps } from "./wire_rows.ts";

const anchor = { ticks: 0n, unixNs: 0n, ticksPerSecond: 1_000_000_000n };
const limits = { rowsMax: 100, payloadMax: 1000 };

function taken(fields: Partial<LogEntry>, readTicks = 0n): TakenEntry {
  const entry: LogEntry = {
    idx: 0n,
    seq: 0n,
    ticks: 0n,
    processor: 0,
    kind: 0,
    severity: 3,
    flags: 0,
    pid: 0,
    tid: 0,
    type: 0,
    remarks: 0,
    payload: new Uint8Array(10),
    ...fields,
  };
  return { entry, readTicks };
}

Deno.test("a batch ends where its rows or its payload would be too many", () => {
  const rows = Array.from({ length: 10 }, (_, n) => taken({ idx: BigInt(n), seq: BigInt(n) }));
  assertEquals(countBatchRows(rows, 0, limits), 10);
  assertEquals(countBatchRows(rows, 4, { ...limits, rowsMax: 3 }), 3);
  assertEquals(countBatchRows(rows, 0, { ...limits, payloadMax: 45 }), 4);
  assertEquals(countBatchRows(rows, 0, { ...limits, payloadMax: 5 }), 1);
  assertEquals(countBatchRows([], 0, limits), 0);
});

Deno.test("a batch ends where an index or a seq is too far from its base for 32 bits", () => {
  assertEquals(countBatchRows([taken({ idx: 1n }), taken({ idx: 1n << 32n })], 0, limits), 2);
  assertEquals(countBatchRows([taken({ idx: 0n }), taken({ idx: 1n << 32n })], 0, limits), 1);
  const far = [taken({ idx: 0n, seq: 1n << 32n }), taken({ idx: 1n, seq: 0n })];
  assertEquals(countBatchRows(far, 0, limits), 1);
  const others = [taken({ idx: 0n, seq: 1n << 32n }), taken({ idx: 1n, seq: 0n, processor: 1 })];
  assertEquals(countBatchRows(others, 0, limits), 2);
});

Deno.test("a nested writer's smaller seq counts from the batch's base as well", () => {
  const batch = toWireBatch(
    [taken({ idx: 4n, seq: 9n, processor: 2 }), taken({ idx: 5n, seq: 7n, processor: 2 })],
    { batch: 0, anchor, counters: [], drainTicks: 0n },
  );
  assertEquals(batch.seqBase, [{ processor: 2, seq: 7n }]);
  assertEquals([...batch.seqDelta], [2, 0]);
  assertEquals([...batch.idxDelta], [0, 1]);
});

Deno.test("rows that were taken together are one round", () => {
  const rows = [5n, 5n, 8n].map((ticks, n) => taken({ idx: BigInt(n) }, ticks));
  assertEquals(toWireBatch(rows, { batch: 0, anchor, counters: [], drainTicks: 0n }).rounds, [
    { rows: 2, readTicks: 5n },
    { rows: 1, readTicks: 8n },
  ]);
});

Deno.test("counters without later rows say that these were still in their rings", () => {
  const ring = (processor: bigint): RingCounters => ({
    processor,
    attempts: 10n,
    read: 6n,
    discarded: 0n,
    lost_full: 3n,
    overwritten: 0n,
    too_big: 0n,
    abandoned: 0n,
    corrupt: 0n,
    unstored: 0n,
    mixed: 0n,
    pending: 1n,
    wraps: 0n,
    late: 0n,
    stalled: 0n,
    used_bytes: 0n,
    capacity_bytes: 4096n,
    filtered: 0n,
  });
  const [first, second] = countersWithout([ring(0n), ring(5n)], [
    taken({ processor: 5 }),
    taken({ processor: 5 }),
  ]);
  assertEquals([first?.read, first?.pending], [6n, 1n]);
  assertEquals([second?.read, second?.pending], [4n, 3n]);
});

Deno.test("a gap in clock order has neighbours without a number", () => {
  const gaps = toWireGaps([{
    processor: 2,
    cause: "mixed",
    lost: 3n,
    prev: { seq: 4n, idx: null, ticks: 1000n },
    next: null,
  }], { batch: 0, anchor });
  const valid = [gaps.prevSeq, gaps.prevIdx, gaps.prevTicks, gaps.nextSeq, gaps.nextIdx].map(({ validity }) =>
    validity![0]
  );
  assertEquals(valid, [1, 0, 1, 0, 0]);
});
