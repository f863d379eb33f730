/**
 * More processes than a ring set has intent records.
 */
import { assert, assertEquals } from "@std/assert";
import { expectWell } from "./expect_well.ts";
import { Status } from "./oracle/records.ts";
import { runStress } from "./stress_run.ts";

const RING_BYTES = 4096;
const ENTRY_BYTES = 96;
/** More than RS_INTENT_COUNT_DEFAULT in driver/core/ringset.h. */
const CROWD = "--crowd=1100";
/** Number of the thread that holds an entry: HELD_KEY in programs/crowd.c. */
const HELD = 0;

Deno.test("the entry of a writer that lives is given to nobody, even when no intent record was left for it", async () => {
  const outcome = await expectWell("crowd, held", {
    ringCount: 1,
    ringBytes: RING_BYTES,
    args: [CROWD],
    reader: { pauseMs: 2, stallMs: 60_000 },
    program: { name: "crowd", mode: "hold" },
  });
  const taken = Number(outcome.output);
  assert(taken < RING_BYTES / ENTRY_BYTES, `${taken} entries found room behind one that is being written`);
});

Deno.test("an entry that was passed because its writer stood still is given to nobody either, and counted", async () => {
  const { findings, captured, records, output } = await runStress({
    ringCount: 1,
    ringBytes: RING_BYTES,
    args: ["--crowd=2"],
    reader: { pauseMs: 2, stallMs: 200 },
    program: { name: "crowd", mode: "hold" },
  });
  assert(
    Number(output) < RING_BYTES / ENTRY_BYTES,
    `${output} entries found room behind one that was passed`,
  );
  // The one that held it is the first of the program's threads; what it was refused before is not it.
  const held = records.find(({ thread }) => thread === HELD)?.attempts.findIndex((attempt) =>
    attempt?.status === Status.ok
  );
  assert(held !== undefined && held >= 0, "no entry was held");
  assert(
    !captured.rows.some(({ type, remarks }) => type === HELD && remarks === held),
    "the entry that was held is delivered",
  );
  // Whom the machine let stand still inside an entry is passed as well.
  const [ring] = captured.counters;
  const passed = ring?.stalled ?? 0;
  assertEquals([ring?.late, ring?.abandoned, ring?.pending], [passed, passed, 0]);
  assertEquals(findings.countOf("missing"), passed);
  // Their writers were told that they are written, and they are not delivered: the only thing that the records can hold against them.
  assert(
    findings.lines().every((line) => /missing|committed|abandoned|hole/.test(line)),
    findings.lines().join("\n"),
  );
});

Deno.test({
  name: "a process that is killed at any instruction of a write stalls nobody, even after a crowd of others",
  ignore: Deno.build.arch !== "x86_64",
  fn: async () => {
    await expectWell("crowd, killed", {
      ringCount: 1,
      ringBytes: RING_BYTES,
      args: [CROWD, "--stride=3", "--through=50"],
      reader: { pauseMs: 1 },
      program: { name: "step", mode: "kill" },
    });
  },
});
