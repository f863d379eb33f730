/**
 * Keeps what many captures of one program measured, for the calibration:
 *
 *     deno run -A runtime/compare/calibrate/measure_recordings.ts FOLDER OUT.json WHAT [METRICS…]
 *
 * The folder holds the captures, in whose names' order they were recorded.
 * @module
 */
import { basename, join } from "@std/path";
import { alignRuns } from "../metrics/align_runs.ts";
import { measureCapture, type MeasuredRun } from "../metrics/measure_capture.ts";
import { readMetrics } from "../metrics/read_metrics.ts";
import type { Recordings } from "./recordings.ts";

/** Measures every capture of a folder by every metric, and by those of more folders. */
export async function measureRecordings(
  folder: string,
  what: string,
  metricFolders: string[],
): Promise<Recordings> {
  const files = await readMetrics(metricFolders);
  const runs: MeasuredRun[] = [];
  const names = await Array.fromAsync(Deno.readDir(folder), ({ name }) => name);
  for (const name of names.sort()) {
    runs.push(await measureCapture(join(folder, name), basename(name), files, { check: runs.length === 0 }));
  }
  const { measured } = alignRuns(files, runs, []);
  return {
    what,
    metrics: measured.map(({ metric, dimension, base }) => ({
      metric: { ...metric, file: basename(metric.file) },
      dimension,
      runs: base.map(({ samples: _, lowest, highest, ...run }) => ({
        ...run,
        ...lowest === run.value ? {} : { lowest: Number.isFinite(lowest) ? lowest : null },
        ...highest === run.value ? {} : { highest: Number.isFinite(highest) ? highest : null },
      })),
    })),
  };
}

if (import.meta.main) {
  const [folder, out, what, ...metricFolders] = Deno.args;
  if (folder === undefined || out === undefined || what === undefined) {
    console.error("usage: measure_recordings.ts FOLDER OUT.json WHAT [METRICS…]");
    Deno.exit(2);
  }
  await Deno.writeTextFile(out, JSON.stringify(await measureRecordings(folder, what, metricFolders)) + "\n");
}
