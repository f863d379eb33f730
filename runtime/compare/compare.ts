/**
 * Compares captures: measures each, lays the runs side by side, and has them judged. The command `ringscope compare` and
 * `scripts/regression.ts` are this function and an output.
 *
 * @module
 */
import { resolve } from "@std/path";
import { CaptureError } from "../errors.ts";
import type { EngineChoice } from "../store/store.ts";
import { type Baseline, readBaseline } from "./baseline/baseline_file.ts";
import { findDifferences } from "./comparability.ts";
import { judge } from "./judge/judge.ts";
import type { Judgement, JudgeSettings } from "./judge/types.ts";
import { alignRuns, type LeftOut } from "./metrics/align_runs.ts";
import { fingerprint } from "./metrics/fingerprint.ts";
import { measureCapture, type MeasuredRun } from "./metrics/measure_capture.ts";
import type { MetricFile } from "./metrics/parse_metric.ts";
import { readMetrics } from "./metrics/read_metrics.ts";

/** How far measuring is. */
export interface CompareProgress {
  /** The capture that is being measured. */
  readonly run: string;
  /** Captures that are done. */
  readonly done: number;
  /** How many there are. */
  readonly total: number;
}

/** What is measured with: the same for comparing and for saving a baseline. */
export interface MeasuringOptions {
  /** Folders with metrics of your own, one `.sql` file each; beside those of `queries/metrics/`. */
  readonly metrics?: readonly string[];
  /** Which engine measures; see {@linkcode OpenStoreOptions.engine}. By default native DuckDB where it is there, which starts sooner. */
  readonly engine?: EngineChoice;
  /** Bytes that it may hold; default 1 GiB. */
  readonly memoryBytes?: number;
  /** Gives up. */
  readonly signal?: AbortSignal;
  /** Hears of each capture before it is measured. */
  readonly onProgress?: (progress: CompareProgress) => void;
}

/** What a side of a comparison is: folders of captures, or the folder of a saved baseline. */
export type SideInput = readonly string[] | {
  /** The folder that `saveBaseline` gave. */
  readonly baseline: string;
};

/** Options of {@linkcode compare}. */
export interface CompareOptions extends MeasuringOptions {
  /** What the others are compared with. */
  readonly base: SideInput;
  /** What is judged. */
  readonly candidate: SideInput;
  /** Conditions that may differ between the sides although they block a verdict, such as `host`. */
  readonly allow?: readonly string[];
  /** How the judge works, where it differs from {@linkcode JUDGE_DEFAULTS}: `seed` and the like. */
  readonly judge?: Partial<JudgeSettings>;
}

/** One side of a comparison. */
export interface ComparedSide {
  /** The name of the baseline; null where captures were measured. */
  readonly baseline: string | null;
  /** The capture folders, in the order of `runs`; empty for a baseline. */
  readonly paths: readonly string[];
  /** Its runs, each with what was measured of it. */
  readonly runs: readonly MeasuredRun[];
}

/** What {@linkcode compare} gives. */
export interface Comparison {
  /** The verdict, overall and on each metric. */
  readonly judgement: Judgement;
  /** What could not be judged at all, and why: too few entries in every run, nothing of it. */
  readonly leftOut: readonly LeftOut[];
  /** What was compared with. */
  readonly base: ComparedSide;
  /** What was judged. */
  readonly candidate: ComparedSide;
}

/**
 * Compares captures and judges whether the candidate got worse. Several runs a side are needed for a verdict: five are good,
 * one alone is inconclusive.
 *
 * @throws {MetricError} A metric is wrong; the message has file, line and reason.
 * @throws {CaptureError} A capture or baseline cannot be read, stands on both sides, or was measured by other metrics.
 * @example
 * ```ts
 * import { compare } from "@ringscope/ringscope";
 *
 * const { judgement } = await compare({ base: ["captures/idle"], candidate: ["captures/boot"] });
 * console.log(judgement.verdict, judgement.reason);
 * for (const { metric, verdict, reason } of judgement.metrics) console.log(metric.name, verdict, reason);
 * ```
 */
export async function compare(options: CompareOptions): Promise<Comparison> {
  const files = await readMetrics(options.metrics);
  const saved = {
    base: await readSaved("base", options.base, files),
    candidate: await readSaved("candidate", options.candidate, files),
  };
  const paths = { base: pathsOf(options.base), candidate: pathsOf(options.candidate) };
  const all = [...paths.base, ...paths.candidate];
  const taken = [saved.base, saved.candidate].flatMap((side) => side?.runs.map(({ run }) => run) ?? []);
  const measured = await measureAll(all, nameRuns(all, taken), files, options);
  const before = paths.base.length;
  const base = saved.base ?? { baseline: null, paths: paths.base, runs: measured.slice(0, before) };
  const candidate = saved.candidate ??
    { baseline: null, paths: paths.candidate, runs: measured.slice(before) };
  expectDifferentRuns([...base.runs, ...candidate.runs]);
  const { measured: metrics, leftOut } = alignRuns(files, base.runs, candidate.runs);
  const judgement = judge(metrics, findDifferences(base.runs, candidate.runs, options.allow), options.judge);
  return { judgement, leftOut, base, candidate };
}

function pathsOf(side: SideInput): readonly string[] {
  return "baseline" in side ? [] : side;
}

async function readSaved(
  name: string,
  side: SideInput,
  files: readonly MetricFile[],
): Promise<ComparedSide | null> {
  if (!("baseline" in side)) {
    if (side.length === 0) throw new TypeError(`compare: there is no capture on the side of the ${name}`);
    return null;
  }
  const saved = await readBaseline(resolve(side.baseline));
  await expectSameMetrics(saved, files);
  return { baseline: saved.name, paths: [], runs: saved.runs };
}

/**
 * Measures captures for a baseline, which can be kept when they are gone.
 *
 * @throws {MetricError} A metric is wrong.
 * @throws {CaptureError} A capture cannot be read, or is there twice.
 */
export async function measureBaseline(
  name: string,
  paths: readonly string[],
  options: MeasuringOptions = {},
): Promise<Baseline> {
  const files = await readMetrics(options.metrics);
  const runs = await measureAll(paths, nameRuns(paths, []), files, options);
  expectDifferentRuns(runs);
  const fingerprints = new Map<string, string>();
  for (const file of files) fingerprints.set(file.metric.name, await fingerprint(file));
  return { name, saved: Temporal.Now.instant().toString({ smallestUnit: "second" }), runs, fingerprints };
}

async function measureAll(
  paths: readonly string[],
  names: readonly string[],
  files: readonly MetricFile[],
  { engine, memoryBytes, signal, onProgress }: MeasuringOptions,
): Promise<MeasuredRun[]> {
  const runs: MeasuredRun[] = [];
  for (const [at, path] of paths.entries()) {
    const run = names[at] ?? path;
    onProgress?.({ run, done: at, total: paths.length });
    runs.push(
      await measureCapture(path, run, files, {
        ...(engine !== undefined && { engine }),
        ...(memoryBytes !== undefined && { memoryBytes }),
        ...(signal !== undefined && { signal }),
      }),
    );
  }
  return runs;
}

/** The names of the folders, each with as many folders before it as it takes to tell it from the others and from those that are taken. */
export function nameRuns(paths: readonly string[], taken: readonly string[]): string[] {
  const parts = paths.map((path) => resolve(path).split(/[\\/]/).filter((part) => part !== ""));
  const endOf = (of: readonly string[], count: number) => of.slice(-count).join("/");
  return parts.map((own, at) => {
    for (let count = 1; count < own.length; count++) {
      const name = endOf(own, count);
      const others = parts.filter((_, other) => other !== at).map((of) => endOf(of, count));
      if (!others.includes(name) && !taken.includes(name)) return name;
    }
    return own.join("/");
  });
}

/** A recording that is there twice would count as two runs, and one on both sides as a run that is like itself. */
function expectDifferentRuns(runs: readonly MeasuredRun[]): void {
  const byId = Map.groupBy(runs, ({ facts }) => facts.id);
  for (const [id, same] of byId) {
    if (id === "" || same.length < 2) continue;
    throw new CaptureError(
      `compare captures: ${
        same.map(({ run }) => run).join(" and ")
      } are one and the same recording; name each once`,
    );
  }
}

async function expectSameMetrics(baseline: Baseline, files: readonly MetricFile[]): Promise<void> {
  const changed: string[] = [];
  for (const file of files) {
    if (baseline.fingerprints.get(file.metric.name) !== await fingerprint(file)) {
      changed.push(file.metric.name);
    }
  }
  if (changed.length === 0) return;
  throw new CaptureError(
    `compare with the baseline ${baseline.name}: it was measured by another ${
      changed.join(", ")
    }, or without it; ` +
      `save it again with "baseline save"`,
  );
}
