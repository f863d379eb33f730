/**
 * `deno task bench`: what writing, draining and storing cost on this machine, measured side by side in one run.
 * @module
 */
import { join, resolve } from "@std/path";
import { buildFolder } from "../../runtime/build/place.ts";
import { timestamp } from "../../runtime/capture/capture_json.ts";
import { CliError } from "../../runtime/errors.ts";
import { defineCommand, flag, text, value } from "../../runtime/cli/command.ts";
import { applyColor } from "../../runtime/cli/common_options.ts";
import { print } from "../../runtime/cli/output.ts";
import { reportFailure } from "../../runtime/cli/report_failure.ts";
import { createStatusLine } from "../../runtime/cli/status_line.ts";
import { taskCommand, userFolder } from "../../runtime/cli/user_folder.ts";
import { loadNative, type NativeLibrary } from "../../runtime/ffi/native.ts";
import type { BenchRow } from "./bench_row.ts";
import { counterMeasures, indexCapRow } from "./counter_measures.ts";
import { drainMeasures } from "./drain_measures.ts";
import { eventMeasures } from "./event_measures.ts";
import { describeMachine } from "./machine.ts";
import { applyAims, runRounds } from "./measures.ts";
import { BENCH_NAMES, namedBench, type NamedSettings } from "./named_bench.ts";
import { parseCount } from "./parse_count.ts";
import { measurePeers } from "./peers.ts";
import { type BenchPrograms, buildPrograms } from "./programs.ts";
import { type BenchReport, reportJson, reportText } from "./report.ts";
import { measureSingleCalls } from "./single_calls.ts";
import { findSustainedRate, type SustainedSettings } from "./sustained.ts";
import { writeMeasures } from "./write_measures.ts";

interface Settings {
  readonly rounds: number;
  /** Of two million single calls each. */
  readonly singleRuns: number;
  readonly sustained: SustainedSettings;
}

const MIB = 2 ** 20;
const FULL: Settings = {
  rounds: 200,
  singleRuns: 10,
  sustained: {
    rates: [0.5e6, 1e6, 2e6, 3e6, 4e6, 5e6, 6e6, 8e6],
    seconds: 10,
    tries: 2,
    diskBytes: 512 * MIB,
  },
};
const QUICK: Settings = {
  rounds: 3,
  singleRuns: 1,
  sustained: { rates: [0.5e6], seconds: 1, tries: 1, diskBytes: 64 * MIB },
};

const bench = defineCommand({
  name: "bench",
  usage: "[ROW…]",
  summary: "Measure writing, draining and storing on this machine",
  options: {
    quick: flag("--quick", "a few repetitions only: does it run? its figures mean little"),
    json: flag("--json", "print JSON for machines"),
    dir: text("--dir <folder>", "where captures are written and removed again (default: build)"),
    entries: value("--entries <n>", "seal, history: entries to make, 10M or 100M for example", parseCount),
    seconds: value("--seconds <n>", "append-and-seal: how long to record (default: 300)", parseCount),
  },
  help: `It wants the machine for itself: whatever else runs is part of the figures.

Without a ROW it measures everything but these, which take minutes or gigabytes and are measured only when they are asked for:
  seal             segments to Parquet, on one processor
  history          questions to a long capture; with --entries 100M the disk needs 15 GB free
  append-and-seal  recording and sealing at once, for minutes
  freshness        from a write to the SQL answer in another process
  followed         losses and memory of a capture that is followed`,
  async run({ quick, json, dir, entries, seconds }, { operands }) {
    applyColor({ color: "auto" });
    if (operands.length === 0 && (entries ?? seconds) !== undefined) {
      throw new CliError(`--entries and --seconds belong to ${BENCH_NAMES.join(", ")}: name one of them`);
    }
    const place = dir === undefined ? buildFolder() : resolve(dir);
    const report = operands.length === 0
      ? await runBench(quick ? QUICK : FULL, quick, place)
      : await runNamed(operands, place, {
        quick,
        ...(entries === undefined ? {} : { entries }),
        ...(seconds === undefined ? {} : { seconds }),
      });
    await print(`${json ? reportJson(report) : reportText(report)}\n`);
    return 0;
  },
});

async function runBench(settings: Settings, quick: boolean, dir: string): Promise<BenchReport> {
  const started = timestamp();
  const startedMs = performance.now();
  const machine = await describeMachine();
  const status = createStatusLine({ enabled: true });
  status.show("building");
  const programs = await buildPrograms();
  await Deno.mkdir(dir, { recursive: true });
  const folder = await Deno.makeTempDir({ dir, prefix: ".bench-" });
  try {
    using library = loadNative(programs.library);
    const rows = await measureRows(programs, library, settings.rounds, (round) => {
      status.show(`round ${round} of ${settings.rounds}`);
    });
    const singleCalls = await measureSingleCalls(programs, library, settings.singleRuns, (run) => {
      status.show(`single calls, run ${run} of ${settings.singleRuns}`);
    });
    const peerRows = await measurePeers(programs, library, {
      rounds: settings.rounds,
      dir,
      onRound: (round) => status.show(`beside LTTng, round ${round} of ${settings.rounds}`),
    });
    const { tries, rows: captureRows } = await findSustainedRate(
      programs.paced,
      folder,
      settings.sustained,
      ({ wanted, verdict }) => status.show(`${wanted / 1e6} M entries/s to ${join(folder, "…")}: ${verdict}`),
    );
    const references = (wanted: boolean) => (row: BenchRow) => (row.group === "reference") === wanted;
    const all = [...rows, ...peerRows, ...captureRows];
    return {
      command: [taskCommand(), "bench", ...Deno.args].join(" "),
      started,
      seconds: (performance.now() - startedMs) / 1e3,
      quick,
      rounds: settings.rounds,
      machine,
      rows: [...all.filter(references(true)), ...all.filter(references(false))],
      singleCalls,
      tries,
    };
  } finally {
    status.clear();
    await Deno.remove(folder, { recursive: true });
  }
}

type NamedChoice = Pick<NamedSettings, "quick" | "entries" | "seconds">;

async function runNamed(names: readonly string[], dir: string, choice: NamedChoice): Promise<BenchReport> {
  const benches = names.map(namedBench);
  const started = timestamp();
  const startedMs = performance.now();
  const machine = await describeMachine();
  const status = createStatusLine({ enabled: true });
  status.show("building");
  const { paced } = await buildPrograms();
  await Deno.mkdir(dir, { recursive: true });
  const rows: BenchRow[] = [];
  for (const [at, bench] of benches.entries()) {
    const folder = await Deno.makeTempDir({ dir, prefix: ".bench-" });
    try {
      const onProgress = (what: string) => status.show(`${names[at]}: ${what}`);
      rows.push(...await bench({ ...choice, folder, producer: paced, onProgress }));
    } finally {
      status.clear();
      await Deno.remove(folder, { recursive: true });
    }
  }
  return {
    command: [taskCommand(), "bench", ...Deno.args].join(" "),
    started,
    seconds: (performance.now() - startedMs) / 1e3,
    quick: choice.quick,
    rounds: 0,
    machine,
    rows,
    singleCalls: [],
    tries: [],
  };
}

async function measureRows(
  programs: BenchPrograms,
  library: NativeLibrary,
  rounds: number,
  onRound: (round: number) => void,
): Promise<BenchRow[]> {
  await using open = new AsyncDisposableStack();
  const measures = [
    ...counterMeasures(programs, open),
    ...writeMeasures(programs, library, open),
    ...drainMeasures(programs, library, open),
    ...eventMeasures(programs, open),
  ];
  const rows = applyAims(await runRounds(measures, rounds, onRound));
  return [...rows, indexCapRow(rows)];
}

if (import.meta.main) {
  try {
    Deno.chdir(userFolder());
    Deno.exitCode = await bench.run(Deno.args);
  } catch (error) {
    Deno.exitCode = reportFailure(error);
  }
}
