/**
 * Causes stand before their effects: witness.c hands a token from party to party, each logs, and the total order must follow.
 */
import { assert, assertArrayIncludes, assertEquals } from "@std/assert";
import type { Row } from "../stress/oracle/captured.ts";
import { check } from "../stress/oracle/check.ts";
import { expectWell } from "../stress/expect_well.ts";
import type { StressOptions, StressOutcome } from "../stress/stress_run.ts";

/** Takes all that is logged, whenever the reader comes: a step that was refused says nothing about the order. */
const RING_BYTES = 8 << 20;

function options(mode: string, steps: number): StressOptions {
  return {
    ringCount: 0, // one for each processor: neighbours log into different rings
    ringBytes: RING_BYTES,
    args: ["--steps", String(steps), "--parties=3", "--noise=2"],
    reader: { pauseMs: 5 },
    program: { name: "witness", mode },
  };
}

/** Runs the parties and checks that the chain is whole: every step was tried, and none twice. */
async function expectOrder(mode: string, steps: number): Promise<StressOutcome> {
  const outcome = await expectWell(`witness ${mode}`, options(mode, steps));
  const begins = outcome.records.filter((record) => record.clock !== 0).flatMap((record) =>
    record.attempts.flatMap((attempt) => attempt ? [attempt.begin] : [])
  );
  assertEquals(new Set(begins).size, 2 * steps); // an entry and its witness
  const rings = new Set(outcome.captured.rows.filter((row) => row.type < 3).map((row) => row.processor));
  if (navigator.hardwareConcurrency > 1) assert(rings.size > 1, "parties must log into several rings");
  return outcome;
}

for (
  const [mode, steps, how] of [
    ["atomic", 6000, "threads pass a token through a word of memory"],
    ["futex", 4000, "processes pass a token through a futex"],
    ["pipe", 4000, "processes pass a token through a pipe"],
  ] as const
) {
  Deno.test(`an entry stands behind the entry that caused it when ${how}`, async () => {
    await expectOrder(mode, steps);
  });
}

/** The chain of a good run, to be given to bad readers. */
const good = await expectOrder("futex", 900);

/** What the oracle says about rows that some other reader delivered, its own numbering included. */
function rulesOf(rows: readonly Row[]): string[] {
  return check(good.records, { ...good.captured, rows }, { ringBytes: RING_BYTES, rings: good.rings }).rules;
}

function numberAnew(rows: readonly Row[]): Row[] {
  return rows.map((row, idx) => ({ ...row, idx }));
}

// With one processor there is one ring, and the order of arrival is right.
const ignore = navigator.hardwareConcurrency < 2;

Deno.test({
  name: "a reader that delivers one ring after the other is caught",
  ignore,
  fn: () => {
    const arrived = good.captured.rows.toSorted((a, b) => a.processor - b.processor || a.seq - b.seq);
    assertArrayIncludes(rulesOf(arrived), ["row order"]);
    assertArrayIncludes(rulesOf(numberAnew(arrived)), ["order"]);
  },
});

Deno.test({
  name: "a reader that takes a few entries of each ring in turn is caught",
  ignore,
  fn: () => {
    const rings = [...Map.groupBy(good.captured.rows, (row) => row.processor).values()];
    const arrived: Row[] = [];
    for (let at = 0; rings.some((ring) => at < ring.length); at += 8) {
      for (const ring of rings) arrived.push(...ring.slice(at, at + 8));
    }
    assertArrayIncludes(rulesOf(numberAnew(arrived)), ["order"]);
  },
});

Deno.test("a reader that lets one entry overtake its cause is caught", () => {
  const rows = [...good.captured.rows];
  const parties = rows.flatMap((row, at) => row.kind === 1 && row.type < 3 ? [at] : []);
  const [cause, effect] = [parties[100] as number, parties[101] as number];
  const [first, second] = [rows[cause] as Row, rows[effect] as Row];
  rows[cause] = { ...second, idx: first.idx };
  rows[effect] = { ...first, idx: second.idx };
  assertArrayIncludes(rulesOf(rows), ["order"]);
});

Deno.test({
  name: "a reader that sorts by the clock is caught where a processor's clock is ahead",
  ignore,
  fn: () => {
    const ahead = 1_000_000_000n;
    const clockOf = (row: Row) => row.ticks + (row.processor === 0 ? ahead : 0n);
    const sorted = good.captured.rows.toSorted((a, b) => clockOf(a) < clockOf(b) ? -1 : 1);
    assertArrayIncludes(rulesOf(sorted), ["row order"]);
    assertArrayIncludes(rulesOf(numberAnew(sorted)), ["field", "order"]);
  },
});
