/**
 * Something happens at every single instruction of a write (step.c), and the same oracle looks at what was captured.
 * The trap flag that this needs is x86-64's.
 */
import { assert, assertEquals } from "@std/assert";
import { expectWell } from "./expect_well.ts";
import type { StressOutcome } from "./stress_run.ts";

const ignore = Deno.build.arch !== "x86_64";

interface StepOptions {
  readonly ringCount?: number;
  readonly args?: readonly string[];
  readonly pauseMs?: number;
}

/** Steps through writes into rings of this size. */
async function step(mode: string, ringBytes: number, options: StepOptions = {}): Promise<StressOutcome> {
  const { ringCount = 2, args = [], pauseMs = 3 } = options;
  const outcome = await expectWell(`step ${mode}, ${ringBytes} bytes`, {
    ringCount,
    ringBytes,
    args,
    reader: { pauseMs },
    program: { name: "step", mode },
  });
  console.log(`${outcome.output.trim()} places`);
  assert(Number(outcome.output) > 100, "a write has more instructions than that");
  return outcome;
}

/** How often a run is repeated in which the reader happened to look whenever the ring was nearly full. */
const TRIES = 10;

/** Steps through writes that are refused: into a small ring whose reader pauses for long. */
async function stepRefused(mode: string, args: readonly string[]): Promise<void> {
  for (let tries = 0; tries < TRIES; tries++) {
    const outcome = await step(mode, 4096, { args, pauseMs: 300 });
    if (outcome.rings.some((ring) => ring.lostFull > 0)) return;
  }
  assert(false, `the ring was never full in ${TRIES} runs`);
}

Deno.test({
  name: "a handler may log at any instruction of a write",
  ignore,
  fn: async () => {
    const outcome = await step("signal", 65536);
    // Each stepped attempt has exactly one of its handler's inside, but for the five that came to their end.
    const nested = outcome.records.flatMap((record) => record.attempts).filter((attempt) =>
      attempt?.depth === 1
    );
    assertEquals(nested.length, Number(outcome.output));
  },
});

Deno.test({
  name: "a handler may log at any instruction of a write into a ring that is nearly always full",
  ignore,
  fn: async () => {
    await stepRefused("signal", ["--stride=2"]);
  },
});

Deno.test({
  name: "a handler may log inside of a handler's write inside of a write",
  ignore,
  fn: async () => {
    await step("nest", 65536, { args: ["--stride=11"] });
  },
});

Deno.test({
  name: "a handler may log at any instruction of its thread's first write",
  ignore,
  fn: async () => {
    await step("first", 65536);
  },
});

Deno.test({
  name: "a process may be killed at any instruction of a write and costs at most its own entry",
  ignore,
  fn: async () => {
    const outcome = await step("kill", 65536);
    const unfinished = outcome.records.filter((record) => !record.isDone).length;
    assertEquals(unfinished, Number(outcome.output));
    assert(outcome.captured.counters.some((ring) => ring.abandoned > 0), "nobody died inside of an entry");
  },
});

Deno.test({
  name: "a process may be killed at any instruction of a write that is refused, and the account still holds",
  ignore,
  fn: async () => {
    await stepRefused("kill", ["--through=0"]);
  },
});

Deno.test({
  name: "a process that is killed at any instruction of a write stalls nobody while others live",
  ignore,
  fn: async () => {
    // One small ring: more entries than it holds get through after each kill, so each must have been passed.
    await step("kill", 4096, { ringCount: 1, args: ["--stride=3", "--through=50"], pauseMs: 1 });
  },
});
