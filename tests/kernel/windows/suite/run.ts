/**
 * The suite's one run: everything is built, run once in a Windows of its own under Wine, and looked at by as many tests as like.
 * @module
 */
import { join } from "@std/path";
import { buildDriverWith, buildWindows } from "../../../../runtime/build/build_windows.ts";
import { projectRoot } from "../../../../runtime/build/place.ts";
import { GuestError, runTool } from "../../linux/harness/guest_error.ts";
import { makeRunFolder } from "../../linux/harness/run_folder.ts";
import { parseVerdict, type Verdict } from "../../linux/harness/verdict.ts";
import { GUEST } from "../harness/guest_program.ts";
import { WinePrefix } from "../harness/wine_prefix.ts";
import { type LoadAccount, parseAccount } from "./account.ts";
import { recordWords, SCENARIOS } from "./scenarios.ts";

const SHARED = "tests/kernel/guest/device";
const PROGRAM = "device.exe";
const DRIVER = "load.sys";
/** Seconds, on a machine that does something else too. */
const PATIENCE = { short: 600, cases: 1800 };
const STARTS = 4;

const PROGRAM_FLAGS: readonly string[] = [
  "-std=gnu11",
  "-O2",
  "-Wall",
  "-Wextra",
  "-Werror",
  "-Wconversion",
  "-Wshadow",
  // %llu and %zu, which the system's own printf has not.
  "-D__USE_MINGW_ANSI_STDIO=1",
  "-D_WIN32_WINNT=0x0A00",
  "-Idriver/include",
  `-I${SHARED}`,
  `-I${GUEST}/device`,
  `-I${GUEST}`,
  "-static",
  "-pthread",
];

/** What the run left. */
export interface WineSuiteRun {
  /** The names that the program itself gives its cases. */
  readonly listed: readonly string[];
  readonly verdicts: readonly Verdict[];
  /** Of the program that ran the cases. */
  readonly errors: string;
  /** By scenario: the account of writers and driver, and the file of rings. */
  readonly recordings: ReadonlyMap<string, { readonly account: LoadAccount; readonly rings: string }>;
}

/** @throws {GuestError} Something is missing, or the driver does not start; that says nothing of the cases. */
export async function runSuite(): Promise<WineSuiteRun> {
  const folder = await makeRunFolder("kernel/wine");
  await using wine = await WinePrefix.open();
  await buildInto(wine, folder);
  // For a machine with Windows: driver/windows/real_machine.md.
  for (const name of [DRIVER, PROGRAM]) await Deno.copyFile(wine.path(name), join(folder, name));
  await startDriver(wine);
  const recordings = new Map<string, { account: LoadAccount; rings: string }>();
  for (const scenario of SCENARIOS) {
    const name = `${scenario.name}.bin`;
    const recorded = await runProgram(wine, recordWords(scenario, `C:\\${name}`), PATIENCE.short);
    await Deno.copyFile(wine.path(name), join(folder, name));
    await Deno.remove(wine.path(name));
    recordings.set(scenario.name, { account: parseAccount(recorded.output), rings: join(folder, name) });
  }
  const listed = (await runProgram(wine, ["list"], PATIENCE.short)).output.trim().split(/\r?\n/);
  const { errors } = await wine.run(PROGRAM, ["run", "C:\\report.txt"], PATIENCE.cases);
  const report = await Deno.readTextFile(wine.path("report.txt")).catch(() => "");
  return { listed, verdicts: parseReport(report), errors, recordings };
}

/** Compiles driver and program, and puts them on the prefix's drive. */
async function buildInto(wine: WinePrefix, folder: string): Promise<void> {
  const built = await buildWindows({ folder: join(folder, "build") });
  await buildDriverWith(built, `${GUEST}/load.c`, wine.path(DRIVER));
  const sources = [`${GUEST}/service.c`];
  for (const from of [SHARED, `${GUEST}/device`]) {
    for await (const { name } of Deno.readDir(join(projectRoot(), from))) {
      if (name.endsWith(".c")) sources.push(`${from}/${name}`);
    }
  }
  const compile = [
    "x86_64-w64-mingw32-gcc",
    ...PROGRAM_FLAGS,
    ...sources.sort(),
    "-lntdll",
    "-o",
    wine.path(PROGRAM),
  ];
  await runTool(compile, `build ${PROGRAM}`, { cwd: projectRoot(), package: "gcc-mingw-w64-x86-64" });
}

/** A service manager that was slow to start the driver's process remembers that as a failure (1053) until its server is another one. */
async function startDriver(wine: WinePrefix): Promise<void> {
  await runProgram(wine, ["service", "install", `C:\\${DRIVER}`], PATIENCE.short);
  for (let tries = 1;; tries++) {
    const started = await wine.run(PROGRAM, ["service", "start"], PATIENCE.short);
    if (started.code === 0) return;
    if (tries === STARTS) {
      throw new GuestError(`start the driver under Wine: ${started.errors.trim()}, ${STARTS} times`);
    }
    await wine.restart();
  }
}

async function runProgram(wine: WinePrefix, words: readonly string[], seconds: number) {
  const run = await wine.run(PROGRAM, words, seconds);
  if (run.code === 0) return run;
  throw new GuestError(`${PROGRAM} ${words.join(" ")} ended with ${run.code}:\n${run.errors}${run.output}`);
}

function parseReport(text: string): Verdict[] {
  const lines = text.split("\n").filter((line) => line.startsWith("verdict "));
  return lines.map((line) =>
    parseVerdict(line.slice("verdict ".length)) ?? { name: line, ok: false, detail: "torn" }
  );
}
