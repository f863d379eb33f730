/**
 * The questions of a report: files of `queries/`, and rows as objects.
 *
 * @module
 */
import { QueryError } from "../../errors.ts";
import type { Store } from "../../store/store.ts";

/** A row by the names of its columns. */
export type Row = Readonly<Record<string, unknown>>;

/** Questions about durations, which are put aside before the first of them. */
const OF_TIMINGS: ReadonlySet<string> = new Set([
  "timing_totals",
  "timings_over_time",
  "timing_heat",
  "timing_samples",
  "slowest",
]);
/** Stores in which they are. */
const withTimings = new WeakSet<Store>();

/**
 * Asks one of the questions.
 *
 * @param name Its file, without the ending.
 * @throws {QueryError} The engine refused it; the message names the question.
 */
export async function ask(
  store: Store,
  name: string,
  params: readonly unknown[],
  signal: AbortSignal | undefined,
): Promise<Row[]> {
  try {
    if (!OF_TIMINGS.has(name)) return await run(store, name, params, signal);
    if (!withTimings.has(store)) await putTimingsAside(store, signal);
    try {
      return await run(store, name, params, signal);
    } catch (error) {
      // A store whose memory was too small goes on in another engine, without what was put aside in the first.
      if (!(error instanceof QueryError) || !/_report_timings does not exist/.test(error.message)) {
        throw error;
      }
      await putTimingsAside(store, signal);
      return await run(store, name, params, signal);
    }
  } catch (error) {
    if (!(error instanceof QueryError)) throw error;
    throw new QueryError(`asking for ${name.replaceAll("_", " ")}: ${error.message}`, { cause: error });
  }
}

async function putTimingsAside(store: Store, signal: AbortSignal | undefined): Promise<void> {
  await run(store, "timings_aside", [], signal);
  withTimings.add(store);
}

async function run(
  store: Store,
  name: string,
  params: readonly unknown[],
  signal: AbortSignal | undefined,
): Promise<Row[]> {
  const text = await Deno.readTextFile(new URL(`./queries/${name}.sql`, import.meta.url));
  const { columns, rows } = await store.query(text, params, signal && { signal });
  return rows.map((row) => Object.fromEntries(columns.map((column, at) => [column.name, row[at]])));
}

/** A number that may have come as a bigint; what is not there is 0. */
export function numberOf(value: unknown): number {
  return value === null || value === undefined ? 0 : Number(value);
}

/** A text; what is not there is empty. */
export function textOf(value: unknown): string {
  return value === null || value === undefined ? "" : String(value);
}

/** A text or nothing. */
export function textOrNull(value: unknown): string | null {
  return value === null || value === undefined ? null : String(value);
}

/** A bigint; what is not there is 0. */
export function bigintOf(value: unknown): bigint {
  return value === null || value === undefined ? 0n : BigInt(value as bigint);
}
