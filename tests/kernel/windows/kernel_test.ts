/**
 * The Windows driver under Wine, which runs drivers as programs: one run, and a test for each statement about it. README.md tells what is
 * real there and what is not.
 * @module
 */
import { assert, assertEquals, assertGreater } from "@std/assert";
import { dirname, join } from "@std/path";
import { projectRoot } from "../../../runtime/build/place.ts";
import { type CaptureLog, openCapture } from "../../../runtime/mod.ts";
import { runTool } from "../linux/harness/guest_error.ts";
import { findMissingForWine } from "./harness/missing.ts";
import { checkEntries, sum } from "./harness/load_account.ts";
import { countAttempts, countWritten } from "./suite/account.ts";
import { listCases } from "./suite/list_cases.ts";
import { runSuite, type WineSuiteRun } from "./suite/run.ts";
import { type Scenario, SCENARIOS } from "./suite/scenarios.ts";

const missing = await findMissingForWine();
/** Names the packages in the list of tests that were not run. */
const why = missing.length === 0 ? "" : ` (apt-get install ${missing.join(" ")})`;
const cases = await listCases();

let ran: Promise<WineSuiteRun> | null = null;
const run = () => ran ??= runSuite();

function windowsTest(name: string, body: (t: Deno.TestContext) => Promise<void>): void {
  Deno.test(`windows: ${name}${why}`, { ignore: missing.length > 0 }, body);
}

windowsTest("the driver starts under Wine, and every case is run", async () => {
  const { listed, verdicts, errors } = await run();
  assertEquals([...listed].sort(), [...cases].sort());
  assertEquals(verdicts.map(({ name }) => name), [...listed], errors);
});

for (const name of cases) {
  windowsTest(name, async () => {
    const verdict = (await run()).verdicts.find((verdict) => verdict.name === name);
    if (verdict === undefined) throw new Error("the program never came to it");
    if (!verdict.ok) throw new Error(verdict.detail);
  });
}

for (const scenario of SCENARIOS) {
  windowsTest(`${scenario.what}: every call of every writer is accounted for`, () => checkAccount(scenario));
  windowsTest(`${scenario.what}: what a reader captures of it is whole`, async (t) => {
    const { account } = await recordingOf(scenario);
    await using log = await openCapture(await record(scenario, scenario.name));
    await t.step(
      "every entry, in its writer's order",
      () => checkEntries(log, account.writers, scenario.mode === "discard"),
    );
    await t.step("the account in SQL, and the order", () => checkSql(scenario, log));
    if (scenario.mode !== "overwrite") return;
    await t.step("the same as another reader of the same rings captures", async () => {
      await using second = await openCapture(await record(scenario, "second"));
      const entries = (of: CaptureLog) => of.sql`SELECT idx, seq, processor, tid FROM logs ORDER BY idx`;
      assertEquals(await entries(second), await entries(log));
    });
  });
}

async function recordingOf({ name }: Scenario) {
  const recording = (await run()).recordings.get(name);
  if (recording === undefined) throw new Error(`${name} was not recorded`);
  return recording;
}

/** Has a reader take the rings that the scenario left; gives the capture's folder. */
async function record(scenario: Scenario, name: string): Promise<string> {
  const { rings } = await recordingOf(scenario);
  const words = [
    "deno",
    "task",
    "-q",
    "capture",
    "--rings",
    rings,
    "--once",
    "--dir",
    dirname(rings),
    "--name",
    name,
  ];
  await runTool(words, "take the rings that the driver left", { cwd: projectRoot() });
  return join(dirname(rings), name);
}

/** What the driver counted, against what its writers did. A load that lost nothing where it should, or had no DPC, shows nothing. */
async function checkAccount(scenario: Scenario): Promise<void> {
  const { isLossy, mode, threads, timers, tooBigEvery, discardEvery, order } = scenario;
  const { writers, rings, nextIndex } = (await recordingOf(scenario)).account;
  assertEquals(writers.length, threads + timers);
  assertEquals(sum(writers, ({ other }) => other), 0);
  for (const writer of writers) assertGreater(countAttempts(writer), 5, "a writer has hardly written");
  const full = sum(writers, ({ full }) => full), tooBig = sum(writers, ({ tooBig }) => tooBig);
  assertEquals(full > 0, isLossy && mode === "discard");
  assertEquals(tooBig > 0, tooBigEvery !== undefined);
  assertEquals(sum(writers, ({ discarded }) => discarded) > 0, discardEvery !== undefined);
  assertEquals(sum(rings, ({ lostFull }) => lostFull), full);
  assertEquals(sum(rings, ({ tooBig }) => tooBig), tooBig);
  assertEquals(sum(rings, ({ missed }) => missed), 0);
  assertEquals(sum(rings, ({ attempts }) => attempts), sum(writers, countAttempts));
  const entries = sum(writers, (writer) => countWritten(writer) + writer.discarded);
  assertEquals(nextIndex, order === "index" ? entries : 0);
}

async function checkSql(scenario: Scenario, log: CaptureLog): Promise<void> {
  const { account: { writers, nextIndex } } = await recordingOf(scenario);
  const [row] = await log.sql`
    SELECT sum(attempts)::DOUBLE AS attempts, sum(read)::DOUBLE AS read, sum(lost)::DOUBLE AS lost,
      sum(discarded)::DOUBLE AS discarded, bool_and(balanced) AS balanced
    FROM accounting`;
  assert(row);
  const attempts = sum(writers, countAttempts), discarded = sum(writers, ({ discarded }) => discarded);
  const read = sum(writers, countWritten);
  if (scenario.mode === "discard") {
    assertEquals(row, { attempts, read, lost: attempts - read - discarded, discarded, balanced: true });
  } else {
    // A reader counts from where it begins: with what had not been overwritten by then, which is the newest.
    const kept = Number(row.read);
    assertEquals(row, { attempts: kept, read: kept, lost: 0, discarded, balanced: true });
    const [newest] = await log.sql`SELECT max(idx)::DOUBLE AS idx FROM logs`;
    assertEquals([kept < attempts, newest?.idx], [true, nextIndex - 1]);
  }
  assertEquals(row.lost !== 0, scenario.isLossy);
  assertEquals(await log.sql`SELECT * FROM order_violations`, []);
}
