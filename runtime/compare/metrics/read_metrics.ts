/**
 * Finds the metrics: those of `queries/metrics/`, and the user's own.
 *
 * @module
 */
import { join } from "@std/path";
import { MetricError } from "../../errors.ts";
import { METRICS_FOLDER, queriesFolder } from "../../store/sql_library.ts";
import { type MetricFile, parseMetric } from "./parse_metric.ts";

/** The folder of the metrics that are always there. */
export function metricsFolder(): string {
  return join(queriesFolder(), METRICS_FOLDER);
}

/**
 * Reads every metric, by name. One of a later folder stands for one of the same name in an earlier one, so that a user can
 * give a metric that is there another smallest effect.
 *
 * @param folders The user's own, beside `queries/metrics/`.
 * @throws {MetricError} A folder or file cannot be used; the message names all that are wrong, a line each.
 */
export async function readMetrics(folders: readonly string[] = []): Promise<MetricFile[]> {
  const byName = new Map<string, MetricFile>();
  const problems: string[] = [];
  for (const folder of [metricsFolder(), ...folders]) {
    try {
      for (const path of await listMetricFiles(folder)) {
        try {
          const file = parseMetric(path, await Deno.readTextFile(path));
          byName.set(file.metric.name, file);
        } catch (error) {
          if (!(error instanceof MetricError)) throw error;
          problems.push(error.message);
        }
      }
    } catch (error) {
      if (error instanceof Deno.errors.NotCapable || !(error instanceof Error)) throw error;
      problems.push(`read the metrics in ${folder}: ${error.message}`);
    }
  }
  if (problems.length > 0) throw new MetricError(problems.join("\n"));
  return [...byName.values()].sort((a, b) => a.metric.name < b.metric.name ? -1 : 1);
}

async function listMetricFiles(folder: string): Promise<string[]> {
  const names: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    if (!isDirectory && name.endsWith(".sql")) names.push(name);
  }
  if (names.length === 0) throw new Error("there is no .sql file in it");
  return names.sort().map((name) => join(folder, name));
}
