/**
 * Times as logs write them.
 *
 * @module
 */
import { type LocalClock, utcMs, type WallTime } from "./local_clock.ts";

/** A date and a time as ISO 8601 and RFC 3339 write it, also with a space, a comma or no zone. */
export const ISO_TIME = String
  .raw`(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d+))?)?(?: ?(Z|UTC|[+-]\d\d:?\d\d))?`;
/** Groups of {@link ISO_TIME}. */
export const ISO_GROUPS = 8;

const ISO = new RegExp(`^${ISO_TIME}$`);
const NUMBER = /^(-?)(\d+)(?:\.(\d+))?$/;
/** The names of months, as the C library writes them. */
export const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** Digits behind the point as ns. What is beyond nine is cut off. */
export function fractionNs(digits = ""): number {
  return Number(digits.slice(0, 9).padEnd(9, "0"));
}

/** Unix time in ns from the groups of {@link ISO_TIME}; null where there is no such time. */
export function isoNs(groups: readonly (string | undefined)[], clock: LocalClock): bigint | null {
  const [year, month, day, hour, minute, second, fraction, zone] = groups;
  const time: WallTime = {
    year: Number(year),
    month: Number(month),
    day: Number(day),
    hour: Number(hour),
    minute: Number(minute),
    second: Number(second ?? 0),
    ns: fractionNs(fraction),
  };
  if (zone === undefined) return clock.toUnixNs(time);
  const ms = utcMs(time);
  return ms === null ? null : BigInt(ms - offsetMs(zone)) * 1_000_000n + BigInt(time.ns);
}

function offsetMs(zone: string): number {
  if (zone === "Z" || zone === "UTC") return 0;
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(-2));
  return (zone.startsWith("-") ? -minutes : minutes) * 60_000;
}

/**
 * Unix time in ns of a time as text: ISO 8601, or a number since 1970 in seconds, milliseconds, microseconds or nanoseconds, which its
 * size tells apart. Null where it is neither.
 */
export function parseTime(text: string, clock: LocalClock): bigint | null {
  const iso = ISO.exec(text);
  if (iso !== null) return isoNs(iso.slice(1), clock);
  const number = NUMBER.exec(text);
  if (number === null) return null;
  const [, sign, whole = "", fraction = ""] = number;
  // Eleven digits of seconds reach to the year 5138; as milliseconds they would be of 1973.
  const decimals = whole.length <= 11 ? 9 : whole.length <= 14 ? 6 : whole.length <= 17 ? 3 : 0;
  const ns = BigInt(whole + fraction.slice(0, decimals).padEnd(decimals, "0"));
  return sign === "" ? ns : -ns;
}
