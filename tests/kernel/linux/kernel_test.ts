/**
 * The Linux driver in a real kernel: one boot, and a test for each statement about it. RINGSCOPE_KERNEL_PROCESSORS: how many the guest has,
 * default 2; RINGSCOPE_KERNEL: which kernel, Debian's by default, or one of instrumented/.
 * @module
 */
import { assertEquals, assertGreater } from "@std/assert";
import { join } from "@std/path";
import { openCapture } from "../../../runtime/mod.ts";
import { checkAccount } from "./check/check_account.ts";
import { checkCauses, checkContexts, readEntries } from "./check/check_entries.ts";
import { type Count, parseAccount, sum } from "./check/module_account.ts";
import { chosenKernel } from "./instrumented/chosen_kernel.ts";
import { findMissing } from "./harness/missing.ts";
import type { GuestRun } from "./harness/run_in_guest.ts";
import { bootSuite, listDeviceCases } from "./suite/boot.ts";
import { guestScript, SHELL_VERDICTS } from "./suite/guest_script.ts";
import { readCapture, readRecorded } from "./suite/recorded.ts";
import { type Scenario, SCENARIOS } from "./suite/scenarios.ts";

const missing = await findMissing();
/** Names the packages in the list of tests that were not run. */
const why = missing.length === 0 ? "" : ` (apt-get install ${missing.join(" ")})`;
const processors = Number(Deno.env.get("RINGSCOPE_KERNEL_PROCESSORS") ?? 2);

let booted: Promise<GuestRun> | null = null;
const boot = () => booted ??= bootChosen();
const outputOf = async () => join((await boot()).folder, "output");

function kernelTest(name: string, body: () => Promise<void>): void {
  Deno.test(`linux: ${name}${why}`, { ignore: missing.length > 0 }, body);
}

kernelTest("a guest boots, runs every case and is switched off", async () => {
  const run = await boot();
  assertEquals(run.end, "done", run.console.slice(-30).join("\n"));
  assertEquals(run.status, 0);
});

for (
  const name of [...Object.values(SHELL_VERDICTS), ...missing.length === 0 ? await listDeviceCases() : []]
) {
  kernelTest(name, async () => {
    const verdict = (await boot()).verdicts.find((verdict) => verdict.name === name);
    if (verdict === undefined) throw new Error("the guest never came to it");
    if (!verdict.ok) throw new Error(verdict.detail);
  });
}

for (const scenario of SCENARIOS) {
  kernelTest(`${scenario.what}: the load is what it is meant to be`, () => checkLoad(scenario));
  for (const reader of scenario.readers) {
    const who = scenario.readers.length > 1 ? `${scenario.what} (${reader})` : scenario.what;
    kernelTest(
      `${who}: every attempt of every context is accounted for`,
      () => checkAccounts(scenario, reader),
    );
    kernelTest(
      `${who}: every entry is intact, and says in which context it was written`,
      () => checkEntries(scenario, reader),
    );
    kernelTest(
      `${who}: what one entry caused or was interrupted for comes after it`,
      () => checkOrder(scenario, reader),
    );
    kernelTest(
      `${who}: in SQL the account is balanced and the order not violated`,
      () => checkSql(scenario, reader),
    );
  }
}

kernelTest(
  "a reader that is killed under load is followed by one that goes on, and nothing comes twice",
  checkKilled,
);

kernelTest("control switches a call site of a module off and on again", checkMuted);

kernelTest("the kernel has nothing to complain of", async () => {
  const { faults, kernelRaces } = await boot();
  assertEquals(faults, []);
  if (kernelRaces.length > 0) console.log(`${kernelRaces.length} races of the kernel with itself`);
});

/** Checkers want memory of their own, and several times the time. */
async function bootChosen(): Promise<GuestRun> {
  const chosen = await chosenKernel();
  if (chosen === null) return await bootSuite({ processors });
  return await bootSuite({ processors, ...chosen, memoryMib: 3072, script: guestScript(4) });
}

/** A load that interrupted nothing, or lost nothing where it should, shows nothing. */
async function checkLoad({ name, happened }: Scenario): Promise<void> {
  const { accounts } = await readRecorded(await outputOf(), name);
  assertEquals(happened.filter((count) => sum(accounts, count as Count) === 0), [], "never happened");
  const deepest = Math.max(...accounts.map(({ depth_max }) => depth_max));
  assertEquals(
    deepest,
    4,
    "a thread, a softirq, a hard interrupt and an NMI have not been inside of each other",
  );
}

async function checkAccounts({ name, mode }: Scenario, reader: string): Promise<void> {
  const recorded = await readRecorded(await outputOf(), name);
  const captured = await readCapture(recorded, reader);
  assertEquals(checkAccount(recorded.accounts, recorded.rings, captured, { mode }), []);
}

async function checkEntries({ name, mode }: Scenario, reader: string): Promise<void> {
  const recorded = await readRecorded(await outputOf(), name);
  const { rows } = await readCapture(recorded, reader);
  const { entries, findings } = readEntries(rows);
  assertEquals(findings, []);
  assertEquals(checkContexts(entries, recorded.accounts, mode === "discard"), []);
}

async function checkOrder({ name, mode }: Scenario, reader: string): Promise<void> {
  const { rows } = await readCapture(await readRecorded(await outputOf(), name), reader);
  const { findings, nestedBy, caused } = checkCauses(readEntries(rows).entries);
  assertEquals(findings, []);
  // Of what is overwritten a slow reader sees what it happens to see.
  if (mode === "overwrite") return assertGreater(rows.length, 0);
  for (const who of ["softirq in thread", "hardirq in softirq", "nmi in hardirq"]) {
    if (!nestedBy.has(who)) throw new Error(`no entry of a ${who} was captured`);
  }
  if (caused === 0) throw new Error("no entry that another one caused was captured");
}

async function checkSql({ name }: Scenario, reader: string): Promise<void> {
  const { folder } = await readRecorded(await outputOf(), name);
  await using log = await openCapture(join(folder, reader));
  const unbalanced = await log.sql`SELECT * FROM accounting WHERE NOT balanced`;
  assertEquals(unbalanced, []);
  const [count] = await log.sql<{ rings: bigint }>`SELECT count(*) AS rings FROM accounting`;
  assertEquals(Number(count?.rings), (await readRecorded(await outputOf(), name)).rings.length);
  assertEquals(await log.sql`SELECT * FROM order_violations LIMIT 10`, []);
}

/** What the first one took and had not stored is known to the second one, which counts it. */
async function checkKilled(): Promise<void> {
  const recorded = await readRecorded(await outputOf(), "killed");
  const first = await readCapture(recorded, "first", false);
  const second = await readCapture(recorded, "second");
  const rows = [...first.rows, ...second.rows];
  const { entries, findings } = readEntries(rows);
  assertEquals(findings, []);
  assertEquals(checkContexts(entries, recorded.accounts, false), []);
  const unstored = second.counters.reduce((all, ring) => all + ring.unstored, 0);
  assertEquals(rows.length + unstored, sum(recorded.accounts, "written"));
  if (first.rows.length === 0 || second.rows.length === 0) {
    throw new Error(
      `${first.rows.length} and ${second.rows.length} rows: the kill came too early or too late`,
    );
  }
}

async function checkMuted(): Promise<void> {
  const { folder, accounts } = await readRecorded(await outputOf(), "muted");
  const read = async (name: string) => parseAccount(await Deno.readTextFile(join(folder, name)));
  const loud = await read("loud");
  const muted = await read("muted");
  assertEquals(sum(loud, "off"), 0);
  assertEquals(sum(muted, "event"), sum(loud, "event"), await Deno.readTextFile(join(folder, "control.out")));
  assertEquals(sum(muted, "off"), sum(loud, "event"), "each event of the second run is switched off");
  assertEquals(sum(accounts, "event"), 2 * sum(loud, "event"));
  assertEquals(sum(accounts, "off"), sum(muted, "off"));
}
