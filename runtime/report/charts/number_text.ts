/**
 * Numbers for axes and tiles.
 *
 * @module
 */
import { formatCount, formatNs } from "../../cli/format_number.ts";

const DURATIONS: readonly (readonly [number, string])[] = [[60e9, "min"], [1e9, "s"], [1e6, "ms"], [
  1e3,
  "µs",
], [
  1,
  "ns",
]];

/** A duration at a tick of an axis: `20 ms`, as short as it goes. */
export function tickNs(ns: number): string {
  if (ns === 0) return "0";
  const [unit, name] = DURATIONS.find(([size]) => Math.abs(ns) >= size) ?? [1, "ns"];
  return `${Number((ns / unit).toPrecision(3))} ${name}`;
}

/** A count at a tick of an axis: `20k`. */
export function tickCount(count: number): string {
  if (Math.abs(count) >= 1e9) return `${Number((count / 1e9).toPrecision(3))}G`;
  if (Math.abs(count) >= 1e6) return `${Number((count / 1e6).toPrecision(3))}M`;
  if (Math.abs(count) >= 1e3) return `${Number((count / 1e3).toPrecision(3))}k`;
  return String(Number(count.toPrecision(3)));
}

/** A rate in words: `12.3k/s`. */
export function formatRate(perSecond: number): string {
  return `${tickCount(perSecond)}/s`;
}

/** A count in a tile: whole up to a million, then in three digits. */
export function formatBig(count: number): string {
  return count < 1e6 ? formatCount(count) : `${(count / 1e6).toPrecision(3)} M`;
}

/** A share of 1 in per cent. */
export function formatPart(part: number): string {
  const percent = 100 * part;
  if (percent === 0) return "0 %";
  if (Math.abs(percent) < 0.01) return percent > 0 ? "< 0.01 %" : "> −0.01 %";
  return `${percent.toFixed(Math.abs(percent) >= 10 ? 0 : Math.abs(percent) >= 1 ? 1 : 2)} %`;
}

export { formatCount, formatNs };
