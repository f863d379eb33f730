import { assertEquals, assertStringIncludes } from "@std/assert";
import { type CaptureInput, type EntryInput, makeBatch, makeGaps } from "../support/make_capture.ts";
import { openLibrary } from "./open_library.ts";

const SECOND = 1_000_000_000n;
const SPAN = 64; // attempts whose newest entry stands for the time

/** A capture of one batch; its counters agree with its entries unless they are given. */
function capture(entries: EntryInput[], change: Parameters<typeof makeBatch>[1] = {}): CaptureInput {
  const read = entries.filter((entry) => (entry.processor ?? 0) === 0).length;
  return { logs: [[makeBatch(entries, { counters: [{ attempts: read, read }], ...change })]] };
}

const ENTRIES: EntryInput[] = [{ idx: 0, seq: 0, ticks: 100 }, { idx: 1, seq: 1, ticks: 900 }];

/** Entries of processor 0, `SPAN` attempts apart, written at these times. */
const spanApart = (...ticks: bigint[]): EntryInput[] =>
  ticks.map((at, place) => ({ idx: place, seq: place * SPAN, ticks: at, tid: 1 + place }));

const { rows } = await openLibrary({
  clean: capture(ENTRIES),
  filtered: capture(ENTRIES, { counters: [{ attempts: 9, read: 9, filtered: 7 }] }),
  quiet: { logs: [[makeBatch([], { counters: [{}] })]] },
  running: { ...capture(ENTRIES), info: { complete: false, stopped: null } },
  without_counters: {},
  lossy: {
    ...capture(ENTRIES, {
      counters: [
        { attempts: 7, read: 2, too_big: 1, lost_full: 3, unstored: 1 },
        { processor: 1, attempts: 1, lost_full: 1 },
      ],
    }),
    gaps: [makeGaps([
      { cause: "too_big", lost: 1 },
      { cause: "lost_full", lost: 3 },
      { cause: "unstored", lost: 1 },
      { processor: 1, cause: "lost_full", lost: 1 },
    ], 0)],
  },
  mixed: {
    ...capture(ENTRIES, { counters: [{ attempts: 6, read: 2, mixed: 4 }] }),
    gaps: [makeGaps([{ cause: "mixed", lost: 4 }], 0)],
  },
  stalled: {
    ...capture(ENTRIES, { counters: [{ attempts: 4, read: 2, abandoned: 2, stalled: 2, late: 1 }] }),
    gaps: [makeGaps([{ cause: "abandoned", lost: 2 }], 0)],
  },
  pending: capture(ENTRIES, { counters: [{ attempts: 5, read: 2, pending: 3 }] }),
  unbalanced: capture(ENTRIES, {
    counters: [{ attempts: 3, read: 2 }, { processor: 1 }, { processor: 2, attempts: 1 }],
  }),
  disordered: capture([
    { idx: 1, seq: 1, ticks: 100 },
    { idx: 0, seq: 0, ticks: 90 },
    { idx: 2, seq: 2, ticks: 300 },
    { idx: 2, seq: 3, ticks: 300 },
    { idx: 3, seq: 4, ticks: 400 },
    { idx: 3, seq: 5, ticks: 400 },
  ]),
  read_before_written: capture(
    [{ idx: 0, seq: 0, ticks: 5_000 }, { idx: 1, seq: 1, ticks: 7_500 }, { idx: 2, seq: 2, ticks: 4_000 }],
    { rounds: [{ rows: 3, readTicks: 3_500n }] },
  ),
  kernel_log_ahead: {
    ...capture(
      [{ idx: 0, seq: 0, ticks: 5_000 }, { idx: 1, seq: 1, ticks: 7_500 }],
      { rounds: [{ rows: 2, readTicks: 3_500n }] },
    ),
    info: { driver: "kmsg" },
  },
  read_as_written: capture(ENTRIES, { rounds: [{ rows: 2, readTicks: 100n }] }),
  set_back: capture(spanApart(9n * SECOND, 10n * SECOND, 7n * SECOND, 8n * SECOND)),
  hardly_set_back: capture(spanApart(9n * SECOND, 8n * SECOND)),
  one_late_entry: capture([
    { idx: 0, seq: 0, ticks: 9n * SECOND },
    { idx: 1, seq: 1, ticks: 1n * SECOND, tid: 1 },
    { idx: 2, seq: 2, ticks: 10n * SECOND },
  ]),
  warned: { ...capture(ENTRIES), info: { warnings: ["the disk was slow", "and full"] } },
  torn: { ...capture(ENTRIES), closed: false, info: { complete: false } },
  several: {
    ...capture(ENTRIES, { counters: [{ attempts: 9, read: 2, lost_full: 1, pending: 2 }] }),
    info: { complete: false },
  },
});

/** The reasons against a capture; that it is trusted exactly when there are none is part of it. */
async function reasons(capture: string): Promise<string[]> {
  const found = await rows(`SELECT trustworthy, reasons FROM capture_health WHERE capture = '${capture}'`);
  assertEquals(found.length, 1);
  const [trustworthy, reasons] = found[0] as [boolean, string[]];
  assertEquals(trustworthy, reasons.length === 0);
  return reasons;
}

Deno.test("capture_health trusts a clean capture, one in which nothing was logged, and one that left out what it was asked to", async () => {
  assertEquals(await reasons("clean"), []);
  assertEquals(await reasons("quiet"), []);
  assertEquals(await reasons("filtered"), []);
});

Deno.test("capture_health minds no kernel's log whose clock is ahead of the one that it is read by", async () =>
  assertEquals(await reasons("kernel_log_ahead"), []));

Deno.test("capture_health has one row per capture", async () => {
  assertEquals(
    await rows("SELECT count(*), count(DISTINCT capture) FROM capture_health"),
    await rows("SELECT count(*), count(*) FROM captures"),
  );
});

for (
  const [capture, what, expected] of [
    ["without_counters", "without counters", "it has no counters: nothing says how much was logged"],
    ["lossy", "with losses", "lost attempts: 6 of 8 (4 lost_full, 1 too_big, 1 unstored)"],
    ["pending", "with attempts that did not end", "attempts neither delivered nor lost at the end: 3"],
    [
      "unbalanced",
      "whose account does not close",
      "the account does not add up on processor 0, 2; see the view accounting",
    ],
    [
      "disordered",
      "whose order is wrong",
      "order violations: 3 (2 duplicate_idx, 1 stored_order); see the view order_violations",
    ],
    [
      "read_before_written",
      "whose clocks disagree",
      "entries read before they were written: 2, by up to 4000 ns; the processors' clocks disagree",
    ],
    [
      "set_back",
      "whose clock was set back",
      "time goes back on processor 0, by up to 3000000000 ns; the clock was set, or is not steady",
    ],
  ] as const
) {
  Deno.test(`capture_health does not trust a capture ${what}`, async () =>
    assertEquals(await reasons(capture), [expected]));
}

Deno.test("capture_health says of writers that stood still how many, and how many came back", async () => {
  assertEquals(await reasons("stalled"), [
    "lost attempts: 2 of 4 (2 abandoned)",
    "writers stood still inside entries: 2 times, of which 1 were finished later; they are among the abandoned",
  ]);
});

Deno.test("capture_health does not trust a capture that is still being recorded, or was cut short", async () => {
  assertEquals(
    (await reasons("running"))[0],
    "it is not complete: it did not end in order, or is still being recorded",
  );
});

Deno.test("capture_health says when the cause of a loss is not certain", async () => {
  assertEquals(await reasons("mixed"), [
    "lost attempts: 4 of 6 (4 mixed)",
    "lost attempts without a certain cause: 4",
  ]);
});

Deno.test("capture_health repeats what recording and loading noticed", async () => {
  assertEquals(await reasons("warned"), ["the disk was slow", "and full"]);
  const [[warnings]] = await rows("SELECT warnings FROM captures WHERE capture = 'torn'") as [[string[]]];
  assertEquals(warnings.length > 0, true);
  assertEquals((await reasons("torn")).slice(-warnings.length), warnings);
});

Deno.test("capture_health lists several reasons, the gravest first", async () => {
  const found = await reasons("several");
  const begins = [
    "it is not complete",
    "lost attempts: 1 of 9",
    "attempts neither",
    "the account does not add up",
  ];
  begins.forEach((words, at) => assertStringIncludes(found[at]!, words));
});

Deno.test("capture_health lets clocks differ by a microsecond and time go back by a second", async () => {
  assertEquals(await reasons("read_as_written"), []);
  assertEquals(await reasons("hardly_set_back"), []);
});

Deno.test("capture_health does not take one late entry for a clock that went back", async () => {
  assertEquals(await reasons("one_late_entry"), []);
});
