/**
 * The unmodified Deno for Windows under Debian 13's Wine, as a user of Windows has it: `driver install` and `start`, `capture --windows`
 * beside writers in the driver, `sql` over the folder, `control`, `stop` and `remove`. Ends with `N passed, N failed`.
 *
 * Needs root and a connection: Debian's and npm's packages are fetched the first time.
 * @module
 */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path";
import {
  buildDriverWith,
  buildReaderForWindows,
  buildWindows,
} from "../../../../runtime/build/build_windows.ts";
import { projectRoot } from "../../../../runtime/build/place.ts";
import { openCapture } from "../../../../runtime/mod.ts";
import { DebianWine, makeDebian } from "./debian.ts";
import { buildProgram, GUEST } from "../harness/guest_program.ts";
import { type Account, checkEntries, readTold, sum } from "../harness/load_account.ts";
import type { WineRun } from "../harness/wine_prefix.ts";
import { fillNpmCache } from "./npm_cache.ts";

/** Of each thread of writers.c. */
const WRITES = 2000;
/** In Debian: what Deno keeps, packages and itself among it. */
const CACHE = "cache";
/** Seconds for one start of Deno with its SQL engine, on a machine that does something else too. */
const PATIENCE = 600;

/** What a task starts Deno with: its permissions and its program. */
async function wordsOf(task: string): Promise<string[]> {
  const { tasks } = JSON.parse(await Deno.readTextFile(join(projectRoot(), "deno.json")));
  const [, ...words] = String(tasks[task].command).split(" ");
  return words.map((word) => word.endsWith(".ts") ? `Z:\\project\\${word.replaceAll("/", "\\")}` : word);
}

/** Runs a task as users have it. */
async function runTask(wine: DebianWine, deno: string, task: string, ...args: string[]): Promise<WineRun> {
  const said = await wine.run(deno, [...await wordsOf(task), ...args], PATIENCE);
  return { ...said, output: said.output.replaceAll("\r\n", "\n") };
}

let passed = 0, failed = 0;

async function check(sentence: string, look: () => void | Promise<void>): Promise<void> {
  try {
    await look();
    passed++;
    console.log(`ok      ${sentence}`);
  } catch (error) {
    failed++;
    console.log(`FAILED  ${sentence}: ${error instanceof Error ? error.message : error}`);
  }
}

const KINDS = `SELECT count(*) FILTER (kind = 'data') AS data, count(*) FILTER (kind = 'text') AS texts,
  count(*) FILTER (kind = 'event') AS events FROM logs`;

async function main(): Promise<void> {
  const built = await buildWindows();
  await buildReaderForWindows();
  const root = await makeDebian();
  const deno = await fillNpmCache(join(root, CACHE));
  const env = { DENO_DIR: `Z:\\${CACHE}`, DENO_NO_UPDATE_CHECK: "1", NO_COLOR: "1" };
  await using wine = await DebianWine.open(root, { "/project": projectRoot() }, env);
  await buildDriverWith(built, `${GUEST}/load.c`, wine.path("load.sys"));
  await buildProgram(wine, "writers");
  const program = `Z:\\${CACHE}\\${deno.replaceAll("/", "\\")}`;
  const task = (name: string, ...args: string[]) => runTask(wine, program, name, ...args);
  /** Does it, and what is then. */
  const driver = async (...words: string[]) => {
    const said = await task("driver", ...words, "--json");
    assertEquals(said.code, 0, said.errors);
    return JSON.parse(said.output);
  };

  await check("without a driver capture --windows says how to install one", async () => {
    const said = await task("capture", "--windows", "--duration", "1s", "--dir", "C:\\captures");
    assertEquals(said.code, 2, said.output);
    assertMatch(said.errors, /the driver ringscope\.sys is not installed; deno task driver install/);
  });
  await check("driver install copies the driver and makes its service", async () => {
    const { state, start, file } = await driver("install", "--file", "C:\\load.sys");
    assertEquals([state, start, file], [
      "stopped",
      "demand",
      "C:\\windows\\System32\\drivers\\ringscope.sys",
    ]);
  });
  await check("driver start loads it, and it answers", async () => {
    const { state, version, problem } = await driver("start");
    assertEquals([state, problem], ["running", null]);
    assertMatch(version, /^\d+\.\d+\.\d+/);
  });
  await check("while it runs it is neither installed anew nor removed", async () => {
    const again = await task("driver", "install", "--file", "C:\\load.sys");
    assertMatch(again.errors, /the one that is there is running; stop it first/);
    assertMatch((await task("driver", "remove")).errors, /it is running; stop it first/);
  });
  let accounts: Account[] = [];
  await check("capture --windows records what the driver's threads and timer write, whole", async () => {
    const place = ["--dir", "C:\\captures", "--name", "one"];
    const said = await task("capture", "--windows", ...place, "--", "C:\\writers.exe", String(WRITES));
    assertEquals(said.code, 0, `${said.output}\n${said.errors}`);
    accounts = readTold(said.output).accounts;
    assert(sum(accounts, ({ data }) => data) >= 4 * WRITES, `the writers say ${JSON.stringify(accounts)}`);
    assertEquals(sum(accounts, ({ full, other }) => full + other), 0);
    // Arrow files would be left where it cannot be sealed.
    assert((await Deno.stat(wine.path("captures/one/logs/000001.parquet"))).isFile);
  });
  await check("sql on Windows has as many entries of each kind as the writers counted", async () => {
    const said = await task("sql", "--json", "--dir", "C:\\captures", "one", KINDS);
    assertEquals(said.code, 0, said.errors);
    const count = (kind: "data" | "texts" | "events") => sum(accounts, (account) => account[kind]);
    assertEquals(JSON.parse(said.output), [
      { data: count("data"), texts: count("texts"), events: count("events") },
    ]);
  });
  await check("and Linux finds every entry in the same folder, whole and in its writer's order", async () => {
    await using log = await openCapture(wine.path("captures/one"));
    await checkEntries(log, accounts);
  });
  await check("control switches a site of the driver off while it is recorded", async () => {
    const control = [program, ...await wordsOf("control"), "\\\\.\\Ringscope", "--disable", "load_step"];
    const steps = ["@echo off", "C:\\writers.exe 64", control.join(" "), "C:\\writers.exe 64", ""];
    await Deno.writeTextFile(wine.path("steps.cmd"), steps.join("\r\n"));
    const place = ["--dir", "C:\\captures", "--name", "two"];
    const shell = ["C:\\windows\\system32\\cmd.exe", "/c", "C:\\steps.cmd"];
    const said = await task("capture", "--windows", ...place, "--", ...shell);
    assertEquals(said.code, 0, `${said.output}\n${said.errors}`);
    const told = readTold(said.output).accounts, half = told.length / 2;
    assert(sum(told.slice(0, half), ({ events }) => events) > 0, said.output);
    assertEquals(sum(told.slice(half), ({ events }) => events), 0);
    assert(sum(told.slice(half), ({ texts }) => texts) > 0, said.output);
  });
  await check("doctor finds the library and the driver", async () => {
    const { checks } = JSON.parse((await task("doctor", "--json", "--dir", "C:\\captures")).output);
    const states = Object.fromEntries(
      checks.map((one: { name: string; state: string }) => [one.name, one.state]),
    );
    assertEquals([states["reader library"], states["Windows driver"], states["SQL engine"]], [
      "ok",
      "ok",
      "ok",
    ]);
  });
  await check("driver stop and remove leave nothing", async () => {
    assertEquals((await driver("stop")).state, "stopped");
    assertEquals((await driver("remove")).state, "not installed");
    const file = wine.path("windows/system32/drivers/ringscope.sys");
    assertEquals(await Deno.stat(file).then(() => true, () => false), false);
  });
}

await main();
console.log(`${passed} passed, ${failed} failed`);
if (failed > 0) Deno.exit(1);
