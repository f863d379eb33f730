/**
 * The native reader against rings that lie, under ASan and UBSan: scripts that are kept, new ones from a fixed seed, and a
 * thread that lies while the reader reads. `main.ts` does the same for longer.
 */
import { assert, assertMatch } from "@std/assert";
import { DriverError } from "../../runtime/errors.ts";
import { buildEventsFuzzer, buildFuzzer, runFuzzer } from "./build.ts";

/** What takes about forty seconds on one processor of 2.5 GHz. */
const SEEDED_RUNS = 20_000;
const RACE_SECONDS = 5;
/** What takes about ten seconds there. */
const EVENTS_RUNS = 100_000;

/** A program, or null where the compiler cannot link a sanitizer. */
async function buildOrNull(build: typeof buildFuzzer): Promise<string | null> {
  try {
    return await build("asan");
  } catch (error) {
    if (error instanceof DriverError && /-lasan|libasan|libclang_rt/.test(error.message)) return null;
    throw error;
  }
}

const program = await buildOrNull(buildFuzzer), events = await buildOrNull(buildEventsFuzzer);
const ignore = program === null || events === null;

async function expectPassed(args: readonly string[], path = program): Promise<void> {
  const { success, output } = await runFuzzer(path as string, args);
  assert(success, `${path} ${args.join(" ")}:\n${output}`);
  assertMatch(output, /\n?[1-9]\d* passed, 0 failed\n$/);
}

Deno.test({
  name: "every script that is kept plays to its end, and what nobody touched comes out",
  ignore,
  fn: () => expectPassed(["tests/fuzz/corpus"]),
});

Deno.test({
  name: "scripts from a fixed seed play to their end, and what nobody touched comes out",
  ignore,
  fn: () => expectPassed(["--seed", "1", "--runs", String(SEEDED_RUNS)]),
});

Deno.test({
  name: "a thread that lies while the reader reads spoils nothing but its own ring",
  ignore,
  fn: () => expectPassed(["--seed", "1", "--race", String(RACE_SECONDS)]),
});

Deno.test({
  name: "descriptors and payloads of events that say anything are read to their ends, and no further",
  ignore,
  fn: () => expectPassed(["tests/fuzz/events_corpus", "--seed", "1", "--runs", String(EVENTS_RUNS)], events),
});
