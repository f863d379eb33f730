/**
 * A comparison in words and numbers for people: what every output shows in the same way.
 *
 * @module
 */
import { formatCount, formatNs } from "../../cli/format_number.ts";
import { effectInWords, nameOf } from "../judge/words.ts";
import type { Metric, MetricVerdict, Verdict } from "../judge/types.ts";
import type { LeftOut } from "../metrics/align_runs.ts";

/** A value of a metric, in its unit. */
export function formatValue(value: number | null, { unit, kind }: Pick<Metric, "unit" | "kind">): string {
  if (value === null) return "–";
  if (unit === "ns") return formatNs(value);
  if (kind === "ratio") return formatPercent(value);
  const text = Math.abs(value) >= 100 || Number.isInteger(value)
    ? formatCount(value)
    : String(Number(value.toPrecision(3)));
  return unit === "" ? text : unit.startsWith("1/") ? `${text}/${unit.slice(2)}` : `${text} ${unit}`;
}

/** What is not zero never reads as zero. */
function formatPercent(share: number): string {
  const percent = 100 * share;
  if (percent === 0) return "0 %";
  return percent < 0.001 ? "under 0.001 %" : `${Number(percent.toPrecision(3))} %`;
}

/** The change of a metric with its interval: `+12.1 % (+8.3 … +15.9)`. */
export function formatChange({ effect, interval, scale, metric }: MetricVerdict): string {
  if (effect === null) return "–";
  const words = (shift: number) => effectInWords(shift, scale, metric);
  const change = words(effect);
  if (interval === null) return change;
  const unit = / [^ ]+$/.exec(change)?.[0] ?? "";
  const bare = (shift: number) =>
    Number.isFinite(shift) ? words(shift).slice(0, unit === "" ? undefined : -unit.length) : "…";
  return `${change} (${bare(interval[0])} to ${bare(interval[1])})`;
}

/** A metric in its dimension, as in every output. */
export const nameOfVerdict: (verdict: Pick<MetricVerdict, "metric" | "dimension">) => string = nameOf;

/** A metric that was left out, or what of it. */
export function describeLeftOut({ metric, dimension, reason }: LeftOut): string {
  const parts = Object.entries(dimension ?? {}).map(([name, value]) => `${name}=${value}`);
  return `${metric}${parts.length === 0 ? "" : ` (${parts.join(", ")})`}: ${reason}`;
}

/** What decides the exit code besides the verdict. */
export type InconclusivePolicy = "pass" | "fail";

const EXIT_CODES: Readonly<Record<Verdict, number>> = { improved: 0, same: 0, regressed: 3, inconclusive: 4 };

/** The exit code of a verdict: 0 same or improved, 3 regressed, 4 inconclusive, which 0 stands for where it may pass. */
export function exitCodeOf(verdict: Verdict, inconclusive: InconclusivePolicy): number {
  return verdict === "inconclusive" && inconclusive === "pass" ? 0 : EXIT_CODES[verdict];
}
