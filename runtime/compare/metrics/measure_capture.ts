/**
 * Measures a capture: each metric's SQL over its own store.
 *
 * @module
 */
import { CaptureError, MetricError, QueryError } from "../../errors.ts";
import { openStore, type OpenStoreOptions, type Store } from "../../store/store.ts";
import type { RunMeasure } from "../judge/types.ts";
import { measureNothing, measureNumber } from "./measure_number.ts";
import { type MeasuredDimension, measureQuantile } from "./measure_quantile.ts";
import { checkMetrics, dropRows, putRowsAside } from "./measured_rows.ts";
import { findMissing, type MissingEntries } from "./missing_entries.ts";
import type { MetricFile } from "./parse_metric.ts";
import { readRunFacts, type RunFacts } from "./run_facts.ts";

/** What one metric measured in a run. */
export interface MeasuredFile {
  /** In each dimension that the run has. */
  readonly dimensions: readonly MeasuredDimension[];
  /** What the run has in a dimension that is not among them. */
  readonly nothing: RunMeasure;
}

/** A run with everything that was measured of it. */
export interface MeasuredRun {
  /** Its name, unique in the comparison. */
  readonly run: string;
  /** How it was recorded. */
  readonly facts: RunFacts;
  /** Entries that are missing, for metrics that need a number of rows; Infinity when that is not known. */
  readonly hidden: number;
  /** By the metric's name. */
  readonly measures: ReadonlyMap<string, MeasuredFile>;
}

/** Options of {@linkcode measureCapture}. */
export interface MeasureOptions extends Pick<OpenStoreOptions, "engine" | "memoryBytes" | "signal"> {
  /** Looks at every metric before the first is measured; once is enough where several captures are measured. */
  readonly check?: boolean;
}

/**
 * Measures a capture.
 *
 * @param run The name that it gets.
 * @throws {MetricError} A metric's SQL is refused.
 * @throws {CaptureError} The capture cannot be read.
 */
export async function measureCapture(
  path: string,
  run: string,
  files: readonly MetricFile[],
  options: MeasureOptions = {},
): Promise<MeasuredRun> {
  const facts = await readRunFacts(path);
  await using store = await openMeasuringStore(path, options);
  if (options.check ?? true) await checkMetrics(store, files);
  const missing = await findMissing(store);
  const measures = new Map<string, MeasuredFile>();
  for (const file of files) measures.set(file.metric.name, await measureFile(store, file, run, missing));
  return {
    run,
    facts: { ...facts, missing: missing.reasons, warnings: [...store.warnings] },
    hidden: missing.hidden,
    measures,
  };
}

async function measureFile(
  store: Store,
  file: MetricFile,
  run: string,
  missing: MissingEntries,
): Promise<MeasuredFile> {
  const nothing = measureNothing(file, run, missing);
  if (!await putRowsAside(store, file, run)) return { dimensions: [], nothing };
  try {
    const measure = file.metric.kind === "quantile" ? measureQuantile : measureNumber;
    return { dimensions: await measure(store, file, run, missing), nothing };
  } catch (error) {
    if (!(error instanceof QueryError)) throw error;
    throw new MetricError(`${file.metric.file}:1: its rows cannot be measured in ${run}: ${error.message}`, {
      cause: error,
    });
  } finally {
    await dropRows(store);
  }
}

/** Native DuckDB, where it is there, has started before DuckDB-WASM is compiled; the answers are the same. */
async function openMeasuringStore(path: string, options: MeasureOptions): Promise<Store> {
  const { engine = "auto" } = options;
  if (engine !== "auto") return await openStore([path], options);
  try {
    return await openStore([path], { ...options, engine: "native" });
  } catch (error) {
    // It may not be there, or not be allowed the folder that it needs; a capture that is at fault itself fails again.
    const mayTry = error instanceof QueryError || error instanceof CaptureError;
    if (!mayTry || options.signal?.aborted) throw error;
    return await openStore([path], options);
  }
}
