/**
 * Time as a chart shows it: after the beginning of the capture, in the unit that fits its length.
 *
 * @module
 */

/** A unit of time and how many ns it is. */
export interface TimeUnit {
  readonly name: string;
  readonly ns: number;
}

const UNITS: readonly TimeUnit[] = [
  { name: "d", ns: 86_400e9 },
  { name: "h", ns: 3_600e9 },
  { name: "min", ns: 60e9 },
  { name: "s", ns: 1e9 },
  { name: "ms", ns: 1e6 },
  { name: "µs", ns: 1e3 },
  { name: "ns", ns: 1 },
];

/** The largest unit of which the span has at least two. */
export function unitOf(spanNs: number): TimeUnit {
  return UNITS.find(({ ns }) => spanNs >= 2 * ns) ?? UNITS.at(-1)!;
}

/** A time after the beginning: `+2.31 s`. The digits are those that tell spans of `widthNs` apart. */
export function formatAfter(ns: number, spanNs: number, widthNs: number): string {
  const unit = unitOf(spanNs);
  const digits = Math.min(9, Math.max(0, Math.ceil(-Math.log10(widthNs / unit.ns) - 1e-9)));
  return `${ns < 0 ? "−" : "+"}${Math.abs(ns / unit.ns).toFixed(digits)} ${unit.name}`;
}

/** A time in UTC, to the millisecond. */
export function formatMoment(ns: bigint): string {
  return `${new Date(Number(ns / 1_000_000n)).toISOString().replace("T", " ").replace("Z", "")} UTC`;
}
