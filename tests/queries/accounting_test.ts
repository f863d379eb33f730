import { assertEquals } from "@std/assert";
import { type CaptureInput, type EntryInput, makeBatch, makeGaps } from "../support/make_capture.ts";
import { openLibrary } from "./open_library.ts";

/** Entries of processor 0 with these numbers of attempts. */
const entries = (...seqs: number[]): EntryInput[] => seqs.map((seq, idx) => ({ idx, seq, ticks: idx }));

/** A capture of one batch whose counters are these, and whose holes have lost so many. */
function counted(
  rows: EntryInput[],
  counters: Record<string, number>,
  ...lostInGaps: number[]
): CaptureInput {
  return {
    logs: [[makeBatch(rows, { counters: [counters] })]],
    gaps: lostInGaps.length === 0
      ? []
      : [makeGaps(lostInGaps.map((lost) => ({ cause: "lost_full", lost })), 0)],
  };
}

const EVERY_TERM = { attempts: 11, read: 2, discarded: 3, lost_full: 3, corrupt: 1, mixed: 1, pending: 1 };

/** Of six entries that were read two are to be stored. */
const FILTERED = { ...EVERY_TERM, attempts: 15, read: 6, filtered: 4 };

const { rows } = await openLibrary({
  every_term: counted(entries(0, 10), EVERY_TERM, 4, 1),
  attempt_too_many: counted(entries(0, 10), { ...EVERY_TERM, attempts: 12 }, 5),
  attempt_too_few: counted(entries(0, 10), { ...EVERY_TERM, attempts: 10 }, 5),
  filtered: counted(entries(0, 10), FILTERED, 5),
  filtered_row_is_there: counted(entries(0, 4, 10), FILTERED, 5),
  filtered_row_too_few: counted(entries(0), FILTERED, 5),
  more_filtered_than_read: counted([], { attempts: 1, read: 1, filtered: 2 }),
  row_too_few: counted(entries(0), EVERY_TERM, 5),
  row_too_many: counted(entries(0, 1, 10), EVERY_TERM, 5),
  loss_without_hole: counted(entries(0, 10), EVERY_TERM, 4),
  hole_without_loss: counted(entries(0, 10), EVERY_TERM, 6),
  last_counters: {
    logs: [[
      makeBatch(entries(0), { batch: 0, counters: [{ attempts: 9, read: 1 }] }),
      makeBatch([{ idx: 1, seq: 1, ticks: 1 }], { batch: 1, counters: [{ attempts: 2, read: 2 }] }),
    ]],
  },
  stray_row: counted([{ idx: 0, seq: 0, ticks: 1, processor: 5 }], {}),
  stray_hole: {
    logs: [[makeBatch([], { counters: [{}] })]],
    gaps: [makeGaps([{ processor: 6, cause: "corrupt", lost: 1 }], 0)],
  },
  growing: { ...counted(entries(0, 10), EVERY_TERM, 4), info: { complete: false } },
  growing_too_much: { ...counted(entries(0, 10), EVERY_TERM, 6), info: { complete: false } },
});

const balanced = async (capture: string) =>
  (await rows(`SELECT balanced FROM accounting WHERE capture = '${capture}'`)).flat();

Deno.test("accounting closes where every term agrees", async () => {
  assertEquals(
    await rows(`
      SELECT processor, attempts, read, discarded, lost, pending, unaccounted, rows_stored, rows_expected,
        gaps_lost, balanced
      FROM accounting WHERE capture = 'every_term'`),
    [[0, 11n, 2n, 3n, 5n, 1n, 0n, 2n, 2n, 5n, true]],
  );
});

Deno.test("accounting expects no rows of what was filtered", async () => {
  assertEquals(
    await rows(`
      SELECT attempts, read, unaccounted, filtered, rows_stored, rows_expected, balanced
      FROM accounting WHERE capture = 'filtered'`),
    [[15n, 6n, 0n, 4n, 2n, 2n, true]],
  );
});

Deno.test("accounting takes the last counters of a ring", async () => {
  assertEquals(await balanced("last_counters"), [true]);
});

for (
  const [capture, what] of [
    ["attempt_too_many", "an attempt is not accounted for"],
    ["attempt_too_few", "an attempt is accounted for twice"],
    ["row_too_few", "an entry is missing that was read"],
    ["row_too_many", "an entry is there that was not read"],
    ["filtered_row_is_there", "an entry is there that was filtered"],
    ["filtered_row_too_few", "an entry is missing that was not filtered"],
    ["more_filtered_than_read", "more was filtered than was read"],
    ["loss_without_hole", "a loss has no hole"],
    ["hole_without_loss", "a hole is not counted as a loss"],
  ] as const
) {
  Deno.test(`accounting does not close where ${what}`, async () =>
    assertEquals(await balanced(capture), [false]));
}

Deno.test("accounting says by how much the attempts do not close", async () => {
  assertEquals(
    await rows("SELECT capture, unaccounted FROM accounting WHERE capture LIKE 'attempt%' ORDER BY capture"),
    [["attempt_too_few", -1n], ["attempt_too_many", 1n]],
  );
});

Deno.test("accounting shows entries and holes of a processor that no counter knows", async () => {
  const query = (capture: string) =>
    rows(
      `SELECT processor, attempts, rows_stored, gaps_lost, balanced FROM accounting WHERE capture = '${capture}'`,
    );
  assertEquals(await query("stray_row"), [[0, 0n, 0n, 0n, true], [5, null, 1n, 0n, false]]);
  assertEquals(await query("stray_hole"), [[0, 0n, 0n, 0n, true], [6, null, 0n, 1n, false]]);
});

Deno.test("accounting lets holes be behind the counter in a capture that is not complete, and never before it", async () => {
  assertEquals(await balanced("growing"), [true]);
  assertEquals(await balanced("growing_too_much"), [false]);
});

/**
 * A capture of three batches with three entries each, of which the second lost two attempts before its last entry. Behind the entries
 * of each batch so many were filtered.
 */
function threeBatches(filteredEach = 0): CaptureInput {
  const seqs = [[0, 1, 2], [3, 4, 7], [8, 9, 10]].map((of, batch) =>
    of.map((seq) => seq + batch * filteredEach)
  );
  return {
    logs: [
      seqs.map((of, batch) =>
        makeBatch(of.map((seq) => ({ idx: seq, seq, ticks: seq })), {
          batch,
          counters: [{
            attempts: of[2]! + 1 + filteredEach,
            read: (3 + filteredEach) * (batch + 1),
            lost_full: batch === 0 ? 0 : 2,
            filtered: filteredEach * (batch + 1),
          }],
        })
      ),
    ],
    gaps: [makeGaps([{ cause: "lost_full", lost: 2 }], 1)],
  };
}

Deno.test("accounting of a store that has dropped the oldest entries", async (test) => {
  const store = await openLibrary({
    all: threeBatches(),
    first_dropped: threeBatches(),
    two_dropped: threeBatches(),
    second_missing: threeBatches(),
    entry_missing: threeBatches(),
    entry_vanished: threeBatches(),
    nothing_left: threeBatches(),
    filtered: threeBatches(10),
    filtered_first_dropped: threeBatches(10),
  }, ["wasm"]);
  /** Leaves these entries of a capture, and says that so many were loaded. */
  const keep = async (number: number, seqs: string, loaded: number) => {
    await store.rows(`DELETE FROM _entries_${number}_0 WHERE NOT (${seqs})`);
    const capture = (await store.rows("SELECT capture FROM _captures"))[number]![0];
    await store.rows(`UPDATE _captures SET loaded_rows = ${loaded} WHERE capture = '${capture}'`);
  };
  await keep(1, "seq >= 3", 6);
  await keep(2, "seq >= 8", 3);
  await keep(3, "seq < 3 OR seq >= 8", 6);
  await keep(4, "seq >= 4", 5);
  await keep(5, "seq >= 4", 6);
  await keep(6, "false", 0);
  await keep(8, "seq >= 13", 6);
  const steps = {
    all: ["closes with all of them", 9n, 9n, true],
    first_dropped: ["closes with those of the newer batches", 6n, 6n, true],
    two_dropped: ["closes with those of the newest batch", 3n, 3n, true],
    second_missing: ["does not close without a batch in the middle", 6n, 6n, false],
    entry_missing: ["does not close with a part of a batch", 5n, null, false],
    entry_vanished: ["does not close when an entry was loaded and is not there", 5n, 6n, false],
    nothing_left: ["closes with none", 0n, 0n, true],
    filtered: ["closes with all that were not filtered", 9n, 9n, true],
    filtered_first_dropped: ["closes with what was not filtered of the newer batches", 6n, 6n, true],
  } as const;
  for (const [capture, [name, stored, expected, balanced]] of Object.entries(steps)) {
    await test.step(name, async () =>
      assertEquals(
        await store.rows(
          `SELECT rows_stored, rows_expected, balanced FROM accounting WHERE capture = '${capture}'`,
        ),
        [[stored, expected, balanced]],
      ));
  }
});
