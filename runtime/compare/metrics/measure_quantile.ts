/**
 * Measures a quantile over the entries of a capture, with its worst cases.
 *
 * @module
 */
import type { Store } from "../../store/store.ts";
import type { Dimension, RunMeasure } from "../judge/types.ts";
import { quantileRanks } from "./bounds.ts";
import { dimensionColumns, dimensionKey, dimensionOf, MEASURED } from "./measured_rows.ts";
import type { Interval, MissingEntries } from "./missing_entries.ts";
import type { MetricFile } from "./parse_metric.ts";

/** How many single values are kept of a run: enough to tell its own noise. */
export const SAMPLES_MAX = 20_000;

/** What is measured of one dimension. */
export interface MeasuredDimension {
  /** The values of the metric's dimensions. */
  readonly dimension: Dimension;
  /** What the run measured there. */
  readonly measure: RunMeasure;
}

const RANKED = "_ranked";

/**
 * Measures the rows that {@linkcode MEASURED} holds.
 *
 * Values that span a hole may be false when loss joins them, though two lost entries are needed for each false one; values that span a
 * time at which the clock was set back may be false, and the true ones can be anything; negative ones are false for certain.
 */
export async function measureQuantile(
  store: Store,
  file: MetricFile,
  run: string,
  missing: MissingEntries,
): Promise<MeasuredDimension[]> {
  const { metric } = file;
  const part = metric.quantile ?? 0.5;
  const names = metric.dimensions.map((name) => `"${name}"`);
  const listed = names.map((name) => `${name}, `).join("");
  const groups = names.length === 0 ? "" : `PARTITION BY ${names.join(", ")}`;
  await store.query(rankedTable(file, groups, missing));
  const { rows: counts } = await store.query(
    `SELECT ${listed}count(*), count(*) FILTER (WHERE spans_hole), count(*) FILTER (WHERE spans_step)
    FROM ${RANKED} ${names.length === 0 ? "HAVING count(*) > 0" : "GROUP BY ALL ORDER BY ALL"}`,
  );
  const plans = counts.map((row) => {
    const dimension = dimensionOf(metric, row);
    const [count = 0, spanHole = 0, spanStep = 0] = row.slice(metric.dimensions.length).map(Number);
    const { hidden, unplaced } = file.loss === "counted" ? { hidden: 0, unplaced: 0 } : missing;
    const joined = file.loss !== "joins" || hidden === Infinity
      ? 0
      : Math.min(Math.floor(hidden / 2), spanHole + Math.floor(unplaced / 2));
    return { dimension, count, ranks: quantileRanks(part, count, hidden + spanStep, joined + spanStep) };
  });
  const wanted = new Set(plans.flatMap(({ ranks }) => [ranks.value, ranks.lowest, ranks.highest]));
  wanted.delete(null);
  if (wanted.size === 0) return [];
  const { rows: found } = await store.query(
    `SELECT ${listed}rank, value FROM ${RANKED} WHERE rank IN (${[...wanted].join(", ")})`,
  );
  const at = metric.dimensions.length;
  const values = new Map(found.map((row) => {
    const key = `${dimensionKey(metric, dimensionOf(metric, row))} ${row[at]}`;
    return [key, Number(row[at + 1])];
  }));
  const samples = await readSamples(store, file, listed, names);
  return plans.map(({ dimension, count, ranks }) => {
    const key = dimensionKey(metric, dimension);
    const valueAt = (rank: number | null) => rank === null ? undefined : values.get(`${key} ${rank}`);
    const value = valueAt(ranks.value) ?? null;
    return {
      dimension,
      measure: {
        run,
        value,
        count,
        samples: Float64Array.from(samples.get(key) ?? []),
        lowest: valueAt(ranks.lowest) ?? file.range[0],
        highest: valueAt(ranks.highest) ?? file.range[1],
      },
    };
  });
}

/** The values with their places by size and by time, and whether they may be false. */
function rankedTable(file: MetricFile, groups: string, { hidden, steps }: MissingEntries): string {
  const { metric } = file;
  const listed = metric.dimensions.map((name) => `"${name}", `).join("");
  // A duration begins at ts and ends its value later; a negative one is of a clock that was set back.
  const length = metric.unit === "ns" ? "value::BIGINT" : "0";
  const mayJoin = file.loss === "joins" && hidden > 0;
  const spansStep = file.loss !== "joins" ? "false" : ["value < 0", ...steps.map(overlaps)].join(" OR ");
  return `CREATE OR REPLACE TEMP TABLE ${RANKED} AS (
WITH measured AS (
  SELECT ${dimensionColumns(metric)}value::DOUBLE AS value, epoch_ns(ts) AS ts_ns,
    epoch_ns(ts) + least(${length}, 0) AS from_ns, epoch_ns(ts) + greatest(${length}, 0) AS to_ns
  FROM ${MEASURED}
  WHERE ts IS NOT NULL AND isfinite(value::DOUBLE)
),
holes AS (
  SELECT coalesce(epoch_ns(prev_ts), -9000000000000000000) AS hole_ns, max(coalesce(epoch_ns(next_ts), 9000000000000000000)) AS end_ns
  FROM gaps
  GROUP BY hole_ns
),
hole_ends AS (
  SELECT hole_ns, max(end_ns) OVER (ORDER BY hole_ns) AS until_ns
  FROM holes
),
placed AS (
  SELECT ${listed}value, ts_ns, from_ns, to_ns, ${
    mayJoin ? "coalesce(until_ns >= from_ns, false)" : "false"
  } AS spans_hole
  FROM measured ${mayJoin ? "ASOF LEFT JOIN hole_ends ON to_ns >= hole_ns" : ""}
)
SELECT ${listed}value, spans_hole, ${spansStep} AS spans_step, row_number() OVER (${groups} ORDER BY value) AS rank,
  row_number() OVER (${groups} ORDER BY ts_ns, value) AS place, count(*) OVER (${groups}) AS values_in_all
FROM placed)`;
}

function overlaps([fromNs, toNs]: Interval): string {
  return `(from_ns <= ${toNs} AND to_ns >= ${fromNs})`;
}

/** Values in the order of time, thinned evenly. */
async function readSamples(
  store: Store,
  { metric }: MetricFile,
  listed: string,
  names: readonly string[],
): Promise<Map<string, number[]>> {
  const { rows } = await store.query(
    `SELECT ${listed}value FROM ${RANKED}
    WHERE (place - 1) % ceil(values_in_all / ${SAMPLES_MAX})::BIGINT = 0 ORDER BY ${
      [...names, "place"].join(", ")
    }`,
  );
  await store.query(`DROP TABLE ${RANKED}`);
  const samples = new Map<string, number[]>();
  for (const row of rows) {
    const key = dimensionKey(metric, dimensionOf(metric, row));
    const list = samples.get(key);
    const value = Number(row[metric.dimensions.length]);
    if (list === undefined) samples.set(key, [value]);
    else list.push(value);
  }
  return samples;
}
