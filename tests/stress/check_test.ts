/**
 * The oracle itself: it is silent about a good run, and speaks about each way in which a reader could be wrong.
 */
import { assert, assertArrayIncludes, assertEquals } from "@std/assert";
import type { Captured, Counters, Row } from "./oracle/captured.ts";
import { check } from "./oracle/check.ts";
import { type Attempt, How, Status } from "./oracle/records.ts";
import { runStress, type StressOptions, type StressOutcome } from "./stress_run.ts";

const RING_BYTES = 16384;

/** How often a run is repeated that did not happen to come to what is changed here. */
const TRIES = 10;

/** Runs until nothing of `lacksOf` is lacking. A run that is not good is for the tests to tell. */
async function runUntil(
  options: StressOptions,
  lacksOf: (outcome: StressOutcome) => readonly string[],
): Promise<StressOutcome> {
  const missed: string[] = [];
  for (let tries = 0; tries < TRIES; tries++) {
    const outcome = await runStress(options);
    const lacks = lacksOf(outcome);
    if (lacks.length === 0 || outcome.findings.rules.length > 0) return outcome;
    missed.push(lacks.join(" and "));
  }
  throw new Error(`no run of ${TRIES} had what the oracle is tried with; they lacked ${missed.join("; ")}`);
}

/** The names of those that are false. */
function lacking(there: Readonly<Record<string, boolean>>): string[] {
  return Object.entries(there).filter(([, isThere]) => !isThere).map(([name]) => name);
}

/** A good run with losses, handlers and discarded entries, made once. */
const good: StressOutcome = await runUntil({
  ringCount: 2,
  ringBytes: RING_BYTES,
  args: ["--processes=2", "--threads=2", "--attempts=1500", "--signal-us=300", "--roaming", "--patient"],
  reader: { pauseMs: 4 },
}, ({ records, captured: { rows, gaps, counters } }) => {
  const attempts = records.flatMap((record) => record.attempts);
  const begin = rows.findIndex(isOfOther);
  const mixedElsewhere = counters.slice(1).reduce((sum, ring) => sum + ring.mixed, 0);
  return lacking({
    "more than 1000 rows": rows.length > 1000,
    "a hole": gaps.length > 0,
    "a row of data of more than 40 bytes": rows.some((row) => row.kind === 1 && row.payload.length > 40),
    "a plain row late in ring 0": rows.some((row) => isLate(row) && isPlain(records, row)),
    "an early row in ring 0": rows.some((row) => row.processor === 0 && row.seq < 50),
    "a thread beside the first that goes on": begin >= 0 &&
      rows.findLastIndex((row) => row.tid === rows[begin]?.tid) > begin + 100,
    "a thread that comes back to ring 0": comesBack(records, rows),
    "a discarded attempt": attempts.some((attempt) => attempt?.how === How.discard),
    "a write that was refused as full": attempts.some((attempt) =>
      attempt?.how === How.write && attempt.status === Status.full
    ),
    // Otherwise what is moved to another cause might be what was mixed before.
    "more lost in the full ring 0 than mixed in others": (counters[0]?.lost_full ?? 0) > mixedElsewhere,
  });
});

/** The rules that a changed capture violates. */
function rulesOf(changed: Partial<Captured>): string[] {
  const options = { ringBytes: RING_BYTES, rings: good.rings };
  return check(good.records, { ...good.captured, ...changed }, options).rules;
}

const rows = good.captured.rows;

/** The place of a row that fits. */
function findRow(fits: (row: Row) => boolean): number {
  const at = rows.findIndex(fits);
  assert(at >= 0, "the run has no such row");
  return at;
}

/** Whether the writer knows the row's seq only from here: it was not reserved by itself. */
function isPlain(records: StressOutcome["records"], row: Row): boolean {
  const thread = records.find((record) => record.thread === row.type);
  return row.kind === 1 && thread?.attempts[row.remarks]?.slot === null;
}

/** Whether there are more than 50 attempts between the early rows of ring 0 and this one. */
function isLate(row: Row): boolean {
  return row.processor === 0 && row.seq > 100;
}

/** Whether a row names another thread than the first. */
function isOfOther(row: Row): boolean {
  return row.kind === 1 && row.type !== 0;
}

/** Whether a thread's own attempt in another ring, and its next one in ring 0, are both there. */
function comesBack(records: StressOutcome["records"], rows: readonly Row[]): boolean {
  const last = new Map<number, Row>();
  return rows.some((row) => {
    const record = records.find(({ thread }) => thread === row.type);
    if (row.kind !== 1 || record?.attempts[row.remarks]?.depth !== 0) return false;
    const before = last.get(row.type);
    last.set(row.type, row);
    return row.processor === 0 && before !== undefined && before.processor !== 0;
  });
}

function changeRow(at: number, change: Partial<Row>): Row[] {
  return rows.map((row, n) => n === at ? { ...row, ...change } : row);
}

function changeCounters(change: (ring: Counters) => Counters): readonly Counters[] {
  return good.captured.counters.map((ring, n) => n === 0 ? change(ring) : ring);
}

Deno.test("the oracle finds nothing wrong with a good run that lost entries", () => {
  assertEquals(good.findings.lines(), []);
  assert(good.captured.gaps.length > 0 && rows.length > 1000, "the run must have holes and rows");
});

Deno.test("the oracle notices that a row was left out", () => {
  assertArrayIncludes(rulesOf({ rows: rows.toSpliced(findRow((row) => isPlain(good.records, row)), 1) }), [
    "missing",
    "read",
    "holes",
  ]);
});

Deno.test("the oracle notices a row that comes twice", () => {
  const again: Row = { ...(rows[700] as Row), idx: (rows.at(-1) as Row).idx + 1 };
  assertArrayIncludes(rulesOf({ rows: [...rows, again] }), ["duplicate"]);
});

Deno.test("the oracle notices one changed bit of a payload", () => {
  const at = findRow((row) => row.kind === 1 && row.payload.length > 40);
  const payload = (rows[at] as Row).payload.slice();
  payload[20] = (payload[20] as number) ^ 1;
  assertEquals(rulesOf({ rows: changeRow(at, { payload }) }), ["torn"]);
});

Deno.test("the oracle notices a payload that ends too soon", () => {
  const at = findRow((row) => row.kind === 1 && row.payload.length > 0);
  const payload = (rows[at] as Row).payload;
  assertEquals(rulesOf({ rows: changeRow(at, { payload: payload.subarray(0, -1) }) }), ["torn"]);
});

Deno.test("the oracle notices an entry that nobody wrote", () => {
  const row: Row = {
    ...(rows[0] as Row),
    idx: (rows.at(-1) as Row).idx + 1,
    type: 9999,
    remarks: 1,
    kind: 1,
  };
  assertArrayIncludes(rulesOf({ rows: [...rows, row] }), ["invented"]);
});

Deno.test("the oracle notices an entry that was refused or taken back, and is there", () => {
  for (const how of [How.discard, How.write]) {
    const thread = good.records.find((record) =>
      record.attempts.some((attempt) =>
        attempt?.how === how && (how === How.discard || attempt.status === Status.full)
      )
    );
    const number = thread?.attempts.findIndex((attempt) =>
      attempt?.how === how && (how === How.discard || attempt.status === Status.full)
    );
    assert(thread && number !== undefined, "the run has no such attempt");
    const row: Row = { ...(rows[0] as Row), type: thread.thread, remarks: number, kind: 1 };
    assertArrayIncludes(rulesOf({ rows: [...rows, row] }), ["refused"]);
  }
});

Deno.test("the oracle notices another writer's number in an entry", () => {
  for (const field of ["pid", "tid", "severity", "kind"] as const) {
    assertArrayIncludes(rulesOf({ rows: changeRow(500, { [field]: 77 }) }), ["field"]);
  }
});

Deno.test("the oracle notices rows in the order of their rings, which is the order of arrival", () => {
  const arrived = rows.toSorted((a, b) => a.processor - b.processor || a.seq - b.seq);
  assertArrayIncludes(rulesOf({ rows: arrived }), ["row order"]);
});

Deno.test("the oracle notices indexes that a reader gave out itself, in the order of arrival", () => {
  const arrived = rows.toSorted((a, b) => a.processor - b.processor || a.seq - b.seq);
  const numbered = arrived.map((row, idx) => ({ ...row, idx }));
  assertArrayIncludes(rulesOf({ rows: numbered }), ["field", "order"]);
});

Deno.test("the oracle notices two entries of one thread that changed places", () => {
  const at = findRow(isOfOther);
  const first = rows[at] as Row;
  const later = rows.findLastIndex((row) => row.tid === first.tid);
  const second = rows[later] as Row;
  const swapped = rows.map((row, n) =>
    n === at ? { ...second, idx: first.idx } : n === later ? { ...first, idx: second.idx } : row
  );
  assertArrayIncludes(rulesOf({ rows: swapped }), ["order"]);
});

Deno.test("the oracle notices an attempt number that two entries have, and one that goes back", () => {
  const at = findRow((row) => isLate(row) && isPlain(good.records, row));
  const before = rows.find((row) => row.processor === 0 && row.seq < (rows[at] as Row).seq - 50) as Row;
  assertArrayIncludes(rulesOf({ rows: changeRow(at, { seq: before.seq }) }), ["seq twice", "holes"]);
});

Deno.test("the oracle notices a counter that is off by one", () => {
  assertArrayIncludes(rulesOf({ counters: changeCounters((ring) => ({ ...ring, read: ring.read + 1 })) }), [
    "read",
    "identity",
  ]);
  assertArrayIncludes(
    rulesOf({ counters: changeCounters((ring) => ({ ...ring, attempts: ring.attempts + 1 })) }),
    ["identity", "attempts", "reserve word"],
  );
});

Deno.test("the oracle notices refusals that are counted under the wrong cause", () => {
  const moved = changeCounters((ring) => ({
    ...ring,
    lost_full: 0,
    too_big: ring.too_big + ring.lost_full + ring.mixed,
    mixed: 0,
  }));
  const counters = moved.map((ring) => ({ ...ring, mixed: 0 }));
  assertArrayIncludes(rulesOf({ counters }), ["gaps", "lost_full", "too_big"]);
});

Deno.test("the oracle notices an account that is balanced because everything is called discarded", () => {
  const balanced = changeCounters((ring) => ({
    ...ring,
    discarded: ring.discarded + ring.lost_full,
    lost_full: 0,
  }));
  const rules = rulesOf({ counters: balanced });
  assert(!rules.includes("identity"), "the sum still fits");
  assertArrayIncludes(rules, ["discarded", "refused", "gaps"]);
});

Deno.test("the oracle notices a hole that is left out, doubled, or in the wrong place", () => {
  const [gap, ...others] = good.captured.gaps;
  assert(gap !== undefined);
  assertArrayIncludes(rulesOf({ gaps: others }), ["gaps"]);
  assertArrayIncludes(rulesOf({ gaps: [gap, ...good.captured.gaps] }), ["gaps", "hole"]);
  const elsewhere = good.captured.gaps.map((one, n) => n === 0 ? { ...one, lost: one.lost + 1 } : one);
  assertArrayIncludes(rulesOf({ gaps: elsewhere }), ["gaps", "hole"]);
});

Deno.test("the oracle notices what a filter lets through, and what it does not count", async () => {
  const least = 4;
  const isUnwanted = (attempt: Attempt | undefined) =>
    attempt?.status === Status.ok && attempt.severity < least && attempt.how === How.write;
  const filtered = await runUntil({
    ringCount: 2,
    ringBytes: RING_BYTES,
    args: ["--processes=2", "--threads=2", "--attempts=1500", "--roaming", "--patient"],
    reader: { pauseMs: 4 },
    least,
  }, ({ records, captured: { rows, counters } }) =>
    lacking({
      "a row": rows.length > 0,
      "an unwanted write": records.some(({ attempts }) => attempts.some(isUnwanted)),
      "an unwanted entry in ring 0": (counters[0]?.filtered ?? 0) > 0,
    }));
  assertEquals(filtered.findings.lines(), []);
  const rulesOf = (changed: Partial<Captured>) =>
    check(filtered.records, { ...filtered.captured, ...changed }, {
      ringBytes: RING_BYTES,
      rings: filtered.rings,
      least,
    }).rules;
  const { rows, counters } = filtered.captured;
  const unwanted =
    filtered.records.flatMap(({ thread, attempts }) =>
      attempts.flatMap((attempt, number) => isUnwanted(attempt) ? [{ thread, number }] : [])
    )[0];
  assert(unwanted !== undefined);
  const row: Row = { ...rows[0]!, type: unwanted.thread, remarks: unwanted.number, kind: 1 };
  assertArrayIncludes(rulesOf({ rows: [...rows, row] }), ["filtered", "read"]);
  const changed = (change: (ring: Counters) => Partial<Counters>) =>
    rulesOf({ counters: counters.map((ring, n) => n === 0 ? { ...ring, ...change(ring) } : ring) });
  assertArrayIncludes(changed((ring) => ({ filtered: ring.filtered + 1 })), ["read", "filtered"]);
  // Called lost, what was filtered would balance as well.
  assertArrayIncludes(
    changed((ring) => ({
      read: ring.read - ring.filtered,
      lost_full: ring.lost_full + ring.filtered,
      filtered: 0,
    })),
    ["filtered", "committed", "gaps"],
  );
});
