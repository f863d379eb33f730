import { assertEquals } from "@std/assert";
import { makeBatch, T0 } from "../support/make_capture.ts";
import { openLibrary } from "./open_library.ts";

const MS = 1_000_000;

/** So many entries, one every `step` ns from `from` on. */
const every = (step: number, count: number, from = 0, first = 0) =>
  Array.from({ length: count }, (_, n) => ({ idx: first + n, seq: first + n, ticks: from + n * step }));

const { rows } = await openLibrary({
  // 100 ms long, so its spans are 1 ms wide: entries at 0, 1, 2, ... 99 ms, and 20 more within one of them.
  steady: { logs: [[makeBatch(every(MS, 100))]] },
  bursty: {
    logs: [[makeBatch([
      ...every(MS, 51),
      ...every(4_000, 40, 50 * MS + 100, 51),
      ...every(MS, 49, 51 * MS, 91),
    ])]],
  },
  paused: { logs: [[makeBatch([...every(10_000, 500), ...every(10_000, 500, 60 * MS, 500)])]] },
  late: {
    logs: [[
      makeBatch(
        [{ idx: 0, seq: 0, ticks: 5 * MS }, { idx: 1, seq: 0, ticks: 0, processor: 1, severity: 5 }],
        {
          rounds: [{ rows: 2, readTicks: BigInt(5 * MS + 100) }],
        },
      ),
      makeBatch([{ idx: 2, seq: 1, ticks: 30 * MS }, { idx: 3, seq: 1, ticks: 30 * MS, processor: 1 }], {
        batch: 1,
        rounds: [{ rows: 2, readTicks: BigInt(30 * MS + 100) }],
      }),
    ]],
  },
  behind: {
    logs: [[
      makeBatch([{ idx: 0, seq: 0, ticks: 10 * MS }, { idx: 1, seq: 0, ticks: 10 * MS, processor: 1 }], {
        rounds: [{ rows: 1, readTicks: BigInt(10 * MS + 200) }, { rows: 1, readTicks: BigInt(13 * MS) }],
      }),
    ]],
  },
  lossy: {
    logs: [
      [0, 1, 2].map((n) =>
        makeBatch([], {
          batch: n,
          drainTicks: BigInt(n * 40 * MS),
          counters: [{ attempts: 10 * n, read: 10 * n - n, lost_full: n > 1 ? 2 : n }, {
            processor: 1,
            attempts: 5,
            read: 5,
          }],
        })
      ),
    ],
  },
  moment: { logs: [[makeBatch([{ idx: 0, seq: 0, ticks: 0 }])]] },
});

const since = (column: string) => `(epoch_ns(${column}) - ${T0})`;

Deno.test("a capture is shown in spans that people can read, 20 to 200 of them", async () => {
  assertEquals(
    await rows("SELECT capture, width_ns FROM _bucket_widths ORDER BY capture"),
    [
      ["behind", 1_000n],
      ["bursty", 1_000_000n],
      ["late", 1_000_000n],
      ["lossy", 1_000_000n],
      ["moment", 1_000n],
      ["paused", 1_000_000n],
      ["steady", 1_000_000n],
    ],
  );
});

Deno.test("rate_over_time counts each level in each span", async () => {
  assertEquals(
    await rows(
      `SELECT ${since("ts")}, level, entries, entries_per_s FROM rate_over_time WHERE capture = 'late'`,
    ),
    [[0n, "error", 1n, 1000], [BigInt(5 * MS), "info", 1n, 1000], [BigInt(30 * MS), "info", 2n, 2000]],
  );
});

Deno.test("loss_over_time shows what the counters grew by, over all processors", async () => {
  assertEquals(
    await rows(`
      SELECT ${since("ts")}, attempts, read, lost, loss_ratio, rings_with_loss
      FROM loss_over_time WHERE capture = 'lossy'`),
    [
      [0n, 5n, 5n, 0n, 0, 0n],
      [BigInt(40 * MS), 10n, 9n, 1n, 0.1, 1n],
      [BigInt(80 * MS), 10n, 9n, 1n, 0.1, 1n],
    ],
  );
});

Deno.test("level_counts shares sum up to one", async () => {
  assertEquals(
    await rows("SELECT level, entries, share FROM level_counts WHERE capture = 'late'"),
    [["info", 3n, 0.75], ["error", 1n, 0.25]],
  );
});

Deno.test("bursts finds where five times the mean was logged, and joins neighbouring spans", async () => {
  assertEquals(
    await rows(`
      SELECT ${since("ts")}, duration_ns, entries, round(times_mean), first_idx, last_idx
      FROM bursts WHERE capture = 'bursty'`),
    [[BigInt(50 * MS), 200_000n, 41n, 145, 50n, 90n]],
  );
});

Deno.test("bursts finds none in a steady capture, nor in one of a single entry", async () => {
  assertEquals(await rows("SELECT capture FROM bursts WHERE capture IN ('steady', 'moment')"), []);
});

Deno.test("silences finds a pause far above the mean one, with the entries on both sides", async () => {
  assertEquals(
    await rows(`SELECT capture, ${since("ts")}, duration_ns, last_idx, next_idx FROM silences`),
    [["paused", 4_990_000n, BigInt(60 * MS) - 4_990_000n, 499n, 500n]],
  );
});

Deno.test("latency_over_time puts a latency into the span in which its entry was written", async () => {
  assertEquals(
    await rows(`
      SELECT ${since("ts")}, count, p50_ns, max_ns, slowest_processor FROM latency_over_time
      WHERE capture = 'late'`),
    [
      [0n, 1n, BigInt(5 * MS + 100), BigInt(5 * MS + 100), 1],
      [BigInt(5 * MS), 1n, 100n, 100n, 0],
      [BigInt(30 * MS), 2n, 100n, 100n, 0],
    ],
  );
});

Deno.test("late_processors compares the processors of one span with each other, not of different ones", async () => {
  assertEquals(
    await rows(
      `SELECT capture, ${since("ts")}, processor, p99_ns, least_p99_ns, worst_idx FROM late_processors`,
    ),
    [["behind", BigInt(10 * MS), 1, BigInt(3 * MS), 200n, 1n]],
  );
});

Deno.test("processor_skew gives each processor's share and its least latency", async () => {
  assertEquals(
    await rows(`
      SELECT processor, entries, share, times_mean, least_latency_ns, behind_least_ns, ${since("last_ts")}
      FROM processor_skew WHERE capture = 'late'`),
    [
      [0, 2n, 0.5, 1, 100n, 0n, BigInt(30 * MS)],
      [1, 2n, 0.5, 1, 100n, 0n, BigInt(30 * MS)],
    ],
  );
});

Deno.test("bucket takes the beginning of a span, before 1970 too", async () => {
  assertEquals(
    await rows(
      "SELECT epoch_ns(bucket(make_timestamp_ns(n), 1000)) FROM unnest([0, 999, 1000, -1, -1000]) AS t(n)",
    ),
    [[0n], [0n], [1000n], [-1000n], [-1000n]],
  );
});

Deno.test("intervals that touch do not overlap, and one without an end goes on", async () => {
  const overlap = async (a: string, b: string) =>
    (await rows(
      `SELECT intervals_overlap(${
        [a, b].flatMap((pair) => pair.split("-")).map((n) => n === "" ? "NULL" : `make_timestamp_ns(${n})`)
          .join(", ")
      })`,
    ))[0]![0];
  assertEquals(await overlap("1-5", "5-9"), false);
  assertEquals(await overlap("1-6", "5-9"), true);
  assertEquals(await overlap("1-", "5-9"), true);
  assertEquals(await overlap("10-", "5-9"), false);
});

Deno.test("percentile_ns is a whole number of nanoseconds", async () => {
  assertEquals(await rows("SELECT percentile_ns(n, 0.5) FROM unnest([1, 2, 4, 8]) AS t(n)"), [[3n]]);
});
