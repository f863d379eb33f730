import { assertEquals } from "@std/assert";
import { makeBatch } from "../support/make_capture.ts";
import { openLibrary } from "./open_library.ts";

const SECOND = 1_000_000_000n;

/** An entry of processor 0 that waited in its ring for so many ns. */
const waited = (seq: number, waitedNs: number) => ({ idx: seq, seq, ticks: 10_000 - waitedNs });

const { rows } = await openLibrary({
  waits: {
    logs: [[
      makeBatch([...[100, 200, 300, 400, 500].map((ns, seq) => waited(seq, ns)), {
        idx: 5,
        seq: 0,
        ticks: 9_993,
        processor: 1,
      }], { rounds: [{ rows: 6, readTicks: 10_000n }] }),
      // Nobody knows when the last one was read.
      makeBatch([{ ...waited(5, 0), ticks: 1 }], { batch: 1, rounds: [{ rows: 1, readTicks: 0n }] }),
    ]],
  },
  unread: { logs: [[makeBatch([waited(0, 1)], { rounds: [{ rows: 1, readTicks: 0n }] })]] },
  lossy: {
    logs: [[
      makeBatch([], { batch: 0, counters: [{ attempts: 40, read: 10, lost_full: 25 }, { processor: 1 }] }),
      makeBatch([], {
        batch: 1,
        counters: [{
          attempts: 100,
          read: 72,
          lost_full: 1,
          overwritten: 2,
          too_big: 3,
          abandoned: 4,
          corrupt: 5,
          unstored: 6,
          mixed: 7,
        }, { processor: 1 }],
      }),
    ]],
  },
  rates: {
    logs: [[
      makeBatch([
        { idx: 0, seq: 0, ticks: 0n, payload: "four" },
        { idx: 1, seq: 1, ticks: SECOND / 2n, payload: "ü" },
        { idx: 2, seq: 0, ticks: SECOND, processor: 1, kind: "data", payload: Uint8Array.of(1, 2, 3) },
        { idx: 3, seq: 2, ticks: 2n * SECOND },
      ]),
    ]],
  },
  moment: { logs: [[makeBatch([{ idx: 0, seq: 0, ticks: 1 }])]] },
});

Deno.test("latency_by_processor gives percentiles of each processor, without entries whose reading time is not known", async () => {
  assertEquals(
    await rows(`
      SELECT processor, count, p50_ns, p90_ns, p99_ns, p999_ns, max_ns
      FROM latency_by_processor WHERE capture = 'waits'`),
    [
      [0, 5n, 300n, 460n, 496n, 500n, 500n],
      [1, 1n, 7n, 7n, 7n, 7n, 7n],
    ],
  );
  assertEquals(await rows("SELECT processor FROM latency_by_processor WHERE capture = 'unread'"), []);
});

Deno.test("loss_by_processor shows each cause of the last counters, not of all", async () => {
  assertEquals(
    await rows(`
      SELECT processor, attempts, read, lost_full, overwritten, too_big, abandoned, corrupt, unstored, mixed, lost, loss_ratio
      FROM loss_by_processor WHERE capture = 'lossy'`),
    [
      [0, 100n, 72n, 1n, 2n, 3n, 4n, 5n, 6n, 7n, 28n, 0.28],
      [1, 0n, 0n, 0n, 0n, 0n, 0n, 0n, 0n, 0n, 0n, null],
    ],
  );
});

Deno.test("rate_by_processor counts entries and bytes over the span of the whole capture", async () => {
  assertEquals(
    await rows(`
      SELECT processor, entries, payload_bytes, span_ns, entries_per_s, bytes_per_s, peak_entries_per_s
      FROM rate_by_processor WHERE capture = 'rates'`),
    [
      [0, 3n, 6n, 2n * SECOND, 1.5, 3, 2n],
      [1, 1n, 3n, 2n * SECOND, 0.5, 1.5, 1n],
    ],
  );
});

Deno.test("rate_by_processor has no rate for a single moment", async () => {
  assertEquals(
    await rows(
      "SELECT entries, span_ns, entries_per_s, bytes_per_s FROM rate_by_processor WHERE capture = 'moment'",
    ),
    [[1n, 0n, null, null]],
  );
});
