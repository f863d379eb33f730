/**
 * Shifts in words.
 * @module
 */
import type { Dimension, Metric } from "./types.ts";

/** "file_duration_p99 (event=file)". */
export function nameOf({ metric, dimension }: { metric: Metric; dimension: Dimension }): string {
  const parts = Object.entries(dimension).map(([name, value]) => `${name}=${value}`);
  return parts.length === 0 ? metric.name : `${metric.name} (${parts.join(", ")})`;
}

/** "+10.3 %", or "-2.5 1/s" in the metric's unit. */
export function effectInWords(effect: number, scale: "relative" | "absolute", { unit }: Metric): string {
  if (!Number.isFinite(effect)) return effect > 0 ? "anything above" : "anything below";
  if (scale === "relative") return `${signed(effect * 100, 1)} %`;
  const magnitude = Math.abs(effect);
  const digits = magnitude === 0 || magnitude >= 100 ? 0 : Math.min(6, 2 - Math.floor(Math.log10(magnitude)));
  return `${signed(effect, digits)}${unit === "" ? "" : ` ${unit}`}`;
}

/** "between -1.2 % and +2.0 %". */
export function intervalInWords(
  [low, high]: readonly [number, number],
  scale: "relative" | "absolute",
  metric: Metric,
): string {
  return `between ${effectInWords(low, scale, metric)} and ${effectInWords(high, scale, metric)}`;
}

/** "5 %", "3 1/s": without a sign. */
export function sizeInWords(size: number, scale: "relative" | "absolute", metric: Metric): string {
  return effectInWords(size, scale, metric).replace(/^[+-]/, "");
}

function signed(value: number, digits: number): string {
  const text = value.toFixed(digits);
  return Number(text) === 0 ? text.replace("-", "") : value > 0 ? `+${text}` : text;
}

/** "1 run", "5 runs". */
export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
