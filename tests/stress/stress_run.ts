/**
 * One run under stress: rings, a live capture, writers that keep their own record, and the comparison of the two.
 * @module
 */
import { join } from "@std/path";
import { record } from "../../runtime/capture/record.ts";
import { LEVELS } from "../../runtime/log_entry.ts";
import type { Captured } from "./oracle/captured.ts";
import { readCaptured } from "./oracle/captured.ts";
import { check } from "./oracle/check.ts";
import type { RingWords } from "./oracle/check_account.ts";
import type { Findings } from "./oracle/findings.ts";
import { buildProducer, type Flavor, type ProducerName, type Program, run } from "./programs.ts";
import { readRecords, type ThreadRecord } from "./oracle/records.ts";
import { readRingWords } from "./oracle/ring_words.ts";
import { PATIENT_STALL_MS, type SlowReaderOptions, startSlowReader } from "./slow_reader.ts";
import { makeStressPlace, type RingKind, type StressPlace } from "./stress_place.ts";
import { stressSeed } from "./stress_seed.ts";

/** What to run, and against which rings. */
export interface StressOptions {
  /** Default: discard mode, index order. */
  readonly kind?: RingKind;
  /** 0: one for each processor. */
  readonly ringCount: number;
  /** Of each ring, in bytes. */
  readonly ringBytes: number;
  /** Options of the program, without --records, --seed and --ring-bytes. */
  readonly args: readonly string[];
  /** Who drains: `record` of the product, or the slow reader. */
  readonly reader: "record" | SlowReaderOptions;
  /** The least severity that the reader stores; default: every one. */
  readonly least?: number;
  /** Of the writers and of the slow reader. */
  readonly flavor?: Flavor;
  /** Default: the program `stress`, mode `run`. */
  readonly program?: { readonly name: ProducerName; readonly mode: string };
  /** Called with the capture folder before it is removed. */
  readonly inspect?: (path: string) => Promise<void>;
}

/** What is left after a run. */
export interface StressOutcome {
  readonly records: readonly ThreadRecord[];
  readonly captured: Captured;
  readonly rings: readonly RingWords[];
  readonly findings: Findings;
  /** What the writers' program printed; empty when `record` started it. */
  readonly output: string;
}

/** Makes rings, captures them live while the writers log, and compares. Everything is removed at the end. */
export async function runStress(options: StressOptions): Promise<StressOutcome> {
  const { ringBytes, flavor = "plain", program: { name, mode } = { name: "stress", mode: "run" } } = options;
  const writers = await buildProducer(name, flavor);
  await using place = await makeStressPlace(options.ringCount, ringBytes, options.kind);
  const seed = name === "stress" ? ["--seed", String(stressSeed())] : [];
  const args = [
    mode,
    "--records",
    place.records,
    "--ring-bytes",
    String(ringBytes),
    ...seed,
    ...options.args,
  ];
  const { path, output } = options.reader === "record"
    ? await runRecorded(place, writers, args, options.least)
    : await runDrained(place, writers, args, { least: options.least, ...options.reader }, flavor);
  const records = await readRecords(place.records);
  const captured = await readCaptured(path);
  const rings = await readRingWords(place.rings);
  const findings = check(records, captured, { ringBytes, rings, least: options.least ?? 0, ...options.kind });
  await options.inspect?.(path);
  return { records, captured, rings, findings, output };
}

async function runRecorded(
  { folder, rings }: StressPlace,
  writers: Program,
  args: readonly string[],
  least = 1,
): Promise<{ path: string; output: string }> {
  const [program = "", ...leading] = writers.command;
  const result = await record({
    dir: join(folder, "captures"),
    rings,
    command: { program, args: [...leading, ...args], env: writers.env, stdout: "stderr" },
    filter: { minSeverity: LEVELS[least - 1]! },
    stallMs: PATIENT_STALL_MS,
  });
  if (result.commandStatus?.code !== 0 || !result.complete || !result.balanced) {
    const { commandStatus, complete, balanced, warnings } = result;
    throw new Error(`record: ${JSON.stringify({ commandStatus, complete, balanced, warnings })}`);
  }
  return { path: result.path, output: "" };
}

async function runDrained(
  { folder, rings }: StressPlace,
  writers: Program,
  args: readonly string[],
  options: SlowReaderOptions,
  flavor: Flavor,
): Promise<{ path: string; output: string }> {
  const path = join(folder, "drained");
  await Deno.mkdir(path);
  const reader = await startSlowReader(rings, path, options, flavor);
  try {
    return { path, output: await run(writers, args, { RINGSCOPE_RINGS: rings }) };
  } finally {
    // Its own failure comes before that of the writers: it may be the cause.
    await reader.finish();
  }
}
