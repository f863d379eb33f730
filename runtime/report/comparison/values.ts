/**
 * Values and changes of metrics in words.
 *
 * @module
 */
import { formatCount, formatNs, tickCount, tickNs } from "../charts/number_text.ts";
import type { Metric, MetricVerdict, Verdict } from "../../compare/judge/types.ts";
import { shownText } from "../html/shown_text.ts";
import { signedPart } from "../sections/health.ts";

/** A value in the unit of its metric. */
export function valueText(value: number | null, { unit, kind }: Pick<Metric, "unit" | "kind">): string {
  if (value === null) return "–";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  if (unit === "ns") return formatNs(value);
  if (kind === "ratio") return `${Number((100 * value).toPrecision(3))} %`;
  const text = Math.abs(value) >= 1000 ? formatCount(value) : String(Number(value.toPrecision(3)));
  return unit === "" ? text : unit.startsWith("1/") ? `${text}/${unit.slice(2)}` : `${text} ${unit}`;
}

/** The same at a tick of an axis. */
export function valueTick(value: number, { unit, kind }: Pick<Metric, "unit" | "kind">): string {
  if (unit === "ns") return tickNs(value);
  if (kind === "ratio") return `${Number((100 * value).toPrecision(3))} %`;
  return tickCount(value);
}

/** A shift on the scale of its verdict. */
export function shiftText(shift: number | null, { scale, metric }: MetricVerdict): string {
  if (shift === null) return "–";
  if (!Number.isFinite(shift)) return shift > 0 ? "+∞" : "−∞";
  if (scale === "relative") return shift === 0 ? "0 %" : signedPart(shift);
  const sign = shift < 0 ? "−" : "+";
  const size = Math.abs(shift);
  if (metric.kind !== "ratio") return `${sign}${valueText(size, metric)}`;
  // A shift of a share is no share of it.
  return `${sign}${Number((100 * size).toPrecision(3))} points`;
}

/** A metric in its dimension, for people. */
export function titleOf({ metric, dimension }: Pick<MetricVerdict, "metric" | "dimension">): string {
  const parts = Object.entries(dimension).map(([name, value]) => `${name} ${shownText(value, 60)}`);
  return [shownText(metric.title, 120), ...parts].join(", ");
}

/** How good a verdict is, for its icon and colour. */
export const TONES: Readonly<Record<Verdict, "good" | "bad" | "unsure">> = {
  improved: "good",
  same: "good",
  regressed: "bad",
  inconclusive: "unsure",
};
