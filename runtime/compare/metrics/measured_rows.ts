/**
 * Runs the SQL of a metric: the one place that wraps what a user wrote.
 *
 * @module
 */
import { MetricError, QueryError } from "../../errors.ts";
import type { Store } from "../../store/store.ts";
import type { Dimension, Metric } from "../judge/types.ts";
import { COLUMNS, type MetricFile } from "./parse_metric.ts";

/** The name of the rows of the metric that is being measured. */
export const MEASURED = "_measured";

/**
 * Puts the rows of a metric aside, under {@linkcode MEASURED}, so that its query runs once.
 *
 * @returns false when it asks the table of an event that this capture does not have: then it has no rows.
 * @throws {MetricError} The engine refuses it.
 */
export async function putRowsAside(store: Store, file: MetricFile, run: string): Promise<boolean> {
  try {
    await store.query(`CREATE OR REPLACE TEMP TABLE ${MEASURED} AS (${file.sql}\n)`);
    return true;
  } catch (error) {
    if (!(error instanceof QueryError)) throw error;
    if (asksMissingEvent(error)) return false;
    throw new MetricError(`${describe(file, error)} (asked of the capture ${run})`, { cause: error });
  }
}

/** Says that the metric that was put aside is done. */
export async function dropRows(store: Store): Promise<void> {
  await store.query(`DROP TABLE IF EXISTS ${MEASURED}`);
}

/**
 * Asks the engine whether each metric is a query with the columns that its kind needs.
 *
 * @throws {MetricError} Some are not; the message has file, line and reason of each.
 */
export async function checkMetrics(store: Store, files: readonly MetricFile[]): Promise<void> {
  const problems: string[] = [];
  for (const file of files) {
    try {
      const { rows } = await store.query(`DESCRIBE (${file.sql}\n)`);
      problems.push(...checkColumns(file, rows.map(([name]) => String(name))));
    } catch (error) {
      if (!(error instanceof QueryError)) throw error;
      if (!asksMissingEvent(error)) problems.push(describe(file, error));
    }
  }
  if (problems.length > 0) throw new MetricError(problems.join("\n"));
}

function checkColumns({ metric, sql }: MetricFile, found: readonly string[]): string[] {
  const { needed, allowed } = COLUMNS[metric.kind];
  const line = sql.length - sql.trimStart().length + 1;
  const wanted = [...metric.dimensions, ...needed];
  const missing = wanted.filter((name) => !found.includes(name));
  const strange = found.filter((name) => !wanted.includes(name) && !allowed.includes(name));
  return [
    ...missing.map((name) =>
      metric.dimensions.includes(name)
        ? `the dimension "${name}" is no column of the SELECT: it has ${found.join(", ")}`
        : `a ${metric.kind} needs a column "${name}": the SELECT has ${found.join(", ")}`
    ),
    ...strange.map((name) =>
      `the column "${name}" is neither a dimension nor used: name it in "-- dimensions:", or leave it out`
    ),
  ].map((reason) => `${metric.file}:${line}: ${reason}`);
}

/** File, line and reason of a refusal. The SELECT has its lines where the file has them. */
function describe({ metric, sql }: MetricFile, error: QueryError): string {
  const [, line] = /^LINE (\d+):/m.exec(error.message) ?? [];
  const [reason = ""] = error.message.split(/\n\s*\n?LINE /);
  const first = sql.length - sql.trimStart().length + 1;
  return `${metric.file}:${line ?? first}: ${reason.trim().replace(/\s*\n\s*/g, "; ")}`;
}

/** Tables of events are there only where a program has that event; that one is missing is a fact of the capture, not of the query. */
function asksMissingEvent(error: QueryError): boolean {
  return /^Catalog Error: Table with name event_\w+ does not exist/.test(error.message);
}

/** The dimensions of a metric as columns, texts all. */
export function dimensionColumns({ dimensions }: Metric): string {
  return dimensions.map((name) => `coalesce("${name}"::VARCHAR, '') AS "${name}", `).join("");
}

/** The dimensions of a row that begins with them. */
export function dimensionOf({ dimensions }: Metric, row: readonly unknown[]): Dimension {
  return Object.fromEntries(dimensions.map((name, at) => [name, String(row[at])]));
}

/** A text that is the same for the same dimensions. */
export function dimensionKey({ dimensions }: Metric, dimension: Dimension): string {
  return JSON.stringify(dimensions.map((name) => dimension[name]));
}
