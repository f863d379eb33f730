/**
 * Measures what is one number in each dimension of a capture: rates, ratios, counts and values.
 *
 * @module
 */
import type { Store } from "../../store/store.ts";
import type { RunMeasure } from "../judge/types.ts";
import { type Bounds, countBounds, ratioBounds } from "./bounds.ts";
import { dimensionColumns, dimensionOf, MEASURED } from "./measured_rows.ts";
import type { MeasuredDimension } from "./measure_quantile.ts";
import type { MissingEntries } from "./missing_entries.ts";
import { COLUMNS, type MetricFile } from "./parse_metric.ts";

const NS_PER_SECOND = 1e9;

/** What the SELECT of a metric gives for one dimension. */
interface Inputs {
  readonly count: number;
  readonly value: number | null;
  readonly trials: number | null;
  readonly exposure_ns: number | null;
}

/** Measures the rows that {@linkcode MEASURED} holds; rows of the same dimension are added up. */
export async function measureNumber(
  store: Store,
  file: MetricFile,
  run: string,
  missing: MissingEntries,
): Promise<MeasuredDimension[]> {
  const { metric } = file;
  const { needed, allowed } = COLUMNS[metric.kind];
  const { rows: described } = await store.query(`DESCRIBE ${MEASURED}`);
  const there = described.map(([name]) => String(name));
  const inputs = [...needed, ...allowed].filter((name) => there.includes(name));
  const sums = inputs.map((name) => `sum("${name}"::DOUBLE) AS "${name}"`).join(", ");
  const { rows } = await store.query(
    `SELECT ${metric.dimensions.map((name) => `"${name}", `).join("")}${sums} FROM (
      SELECT ${dimensionColumns(metric)}${inputs.map((name) => `"${name}"`).join(", ")} FROM ${MEASURED}
    ) ${metric.dimensions.length === 0 ? "HAVING count(*) > 0" : "GROUP BY ALL ORDER BY ALL"}`,
  );
  return rows.map((row) => {
    const given = row.slice(metric.dimensions.length).map(toNumber);
    const input = (name: string) => inputs.includes(name) ? given[inputs.indexOf(name)] ?? null : null;
    const measure = toMeasure(file, run, missing, {
      count: input("count") ?? (metric.kind === "value" ? 1 : 0),
      value: input("value"),
      trials: input("trials"),
      exposure_ns: input("exposure_ns"),
    });
    return { dimension: dimensionOf(metric, row), measure };
  });
}

/** What a run has where its SELECT gave no row: no case of what is counted, which is a fact too, or nothing to measure. */
export function measureNothing(file: MetricFile, run: string, missing: MissingEntries): RunMeasure {
  if (file.absent !== null && file.metric.kind !== "quantile") {
    return toMeasure(file, run, missing, { count: 0, value: file.absent, trials: null, exposure_ns: null });
  }
  const [lowest, highest] = file.range;
  return { run, value: null, count: 0, lowest, highest };
}

function toMeasure(file: MetricFile, run: string, missing: MissingEntries, inputs: Inputs): RunMeasure {
  const { metric: { kind }, range: [low, high] } = file;
  const hidden = file.loss === "counted" ? 0 : missing.hidden;
  const { count } = inputs;
  const clip = ({ lowest, highest }: Bounds) => ({
    lowest: Math.min(Math.max(lowest, low), high),
    highest: Math.min(Math.max(highest, low), high),
  });
  switch (kind) {
    case "rate": {
      const exposure = inputs.exposure_ns ?? missing.exposureNs;
      if (!(exposure > 0)) return { run, value: null, count, lowest: low, highest: high };
      const perSecond = (events: number) => events / exposure * NS_PER_SECOND;
      const { lowest, highest } = countBounds(count, hidden);
      return {
        run,
        value: perSecond(count),
        count,
        exposure,
        ...clip({ lowest: perSecond(lowest), highest: perSecond(highest) }),
      };
    }
    case "ratio": {
      const { trials } = inputs;
      if (trials === null || !(trials > 0)) return { run, value: null, count, lowest: low, highest: high };
      return { run, value: count / trials, count, trials, ...clip(ratioBounds(count, trials, hidden)) };
    }
    case "count":
      return { run, value: Math.min(Math.max(count, low), high), count, ...clip(countBounds(count, hidden)) };
    default: {
      const { value } = inputs;
      if (value === null) return { run, value, count: 0, lowest: low, highest: high };
      return { run, value, count, ...clip({ lowest: value, highest: hidden > 0 ? high : value }) };
    }
  }
}

function toNumber(value: unknown): number | null {
  const number = value === null || value === undefined ? NaN : Number(value);
  return Number.isFinite(number) ? number : null;
}
