import { formatBytes } from "@std/fmt";

const UNITS: readonly (readonly [number, string])[] = [[1e9, "s"], [1e6, "ms"], [1e3, "µs"], [1, "ns"]];

/** A count for people: `12,345`. */
export function formatCount(count: number | bigint): string {
  return count.toLocaleString("en-US", { maximumFractionDigits: 0 });
}

/** Nanoseconds for people, in three digits: `950 ns`, `1.23 ms`, `12.3 s`. */
export function formatNs(ns: number | bigint): string {
  const amount = Number(ns);
  const [unit, name] = UNITS.find(([size]) => Math.abs(amount) >= size) ?? [1, "ns"];
  const scaled = amount / unit;
  const digits = Math.max(0, 2 - Math.floor(Math.log10(Math.max(Math.abs(scaled), 1))));
  return `${scaled.toFixed(unit === 1 ? 0 : digits)} ${name}`;
}

/** A size for people, in powers of 1,024: `23.9 KiB`. */
export function formatSize(bytes: number): string {
  return formatBytes(bytes, { binary: true }).replace("kiB", "KiB");
}

/** Seconds for people: `0.42 s`, `75 s`, `1 h 02 min`. */
export function formatSeconds(seconds: number): string {
  if (seconds < 100) return `${seconds.toFixed(seconds < 10 ? 2 : 1)} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${pad(Math.floor(seconds % 60))} s`;
  return `${Math.floor(minutes / 60)} h ${pad(minutes % 60)} min`;
}

/** A share of a whole for people: `0.15 %`; what is not zero never reads as zero. */
export function formatShare(part: number, whole: number): string {
  const percent = whole === 0 ? 0 : 100 * part / whole;
  if (percent > 0 && percent < 0.01) return "under 0.01 %";
  return `${percent.toFixed(percent >= 10 ? 0 : percent >= 1 ? 1 : 2)} %`;
}

function pad(part: number): string {
  return String(part).padStart(2, "0");
}
