import { encodeHex } from "@std/encoding";

/** Units of a second in which each type of DuckDB counts, as powers of ten; the digits that are shown. */
const MOMENTS: Record<string, number> = {
  TIMESTAMP_NS: 9,
  TIMESTAMP: 6,
  "TIMESTAMP WITH TIME ZONE": 6,
  TIMESTAMP_MS: 3,
  TIMESTAMP_S: 0,
};
const DAY_MS = 86_400_000;

/** A moment, in units of 10^-digits seconds since 1970, as RFC 3339 in UTC with that many digits. */
export function formatMoment(count: bigint, digits: number): string {
  const perSecond = 10n ** BigInt(digits);
  const seconds = count / perSecond - (count % perSecond < 0n ? 1n : 0n);
  const date = new Date(Number(seconds) * 1000);
  if (Number.isNaN(date.getTime())) return String(count); // DuckDB reaches further than the calendar here
  const fraction = digits === 0 ? "" : `.${String(count - seconds * perSecond).padStart(digits, "0")}`;
  return `${date.toISOString().slice(0, -".000Z".length)}${fraction}Z`;
}

function formatDay(days: bigint): string {
  const date = new Date(Number(days) * DAY_MS);
  return Number.isNaN(date.getTime()) ? String(days) : date.toISOString().split("T")[0] ?? "";
}

function formatTimeOfDay(microseconds: bigint): string {
  return formatMoment(microseconds, 6).slice("1970-01-01T".length, -"Z".length);
}

/**
 * A value of a query as JSON can carry it: integers beyond 2^53 and numbers that JSON lacks become texts, moments
 * RFC 3339 texts, bytes hexadecimal digits.
 * `type` is the column's DuckDB type.
 */
export function toJsonValue(value: unknown, type: string): unknown {
  if (value === null || value === undefined) return null;
  if (typeof value === "bigint") {
    const digits = MOMENTS[type];
    if (digits !== undefined) return formatMoment(value, digits);
    if (type === "DATE") return formatDay(value);
    if (type === "TIME") return formatTimeOfDay(value);
    const exact = value >= BigInt(Number.MIN_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER);
    return exact ? Number(value) : String(value);
  }
  if (typeof value === "number") return Number.isFinite(value) ? value : String(value);
  if (value instanceof Uint8Array) return encodeHex(value);
  if (value instanceof Date) return value.toISOString();
  const inner = type.endsWith("[]") ? type.slice(0, -2) : "";
  if (Array.isArray(value)) return value.map((part) => toJsonValue(part, inner));
  if (value instanceof Map) {
    return Object.fromEntries([...value].map(([key, part]) => [String(key), toJsonValue(part, inner)]));
  }
  if (typeof value === "object") {
    return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, toJsonValue(part, inner)]));
  }
  return value;
}

/** A value as text for a table or CSV; null for NULL. */
export function toTextValue(value: unknown, type: string): string | null {
  const plain = toJsonValue(value, type);
  if (plain === null) return null;
  return typeof plain === "object" ? JSON.stringify(plain) : String(plain);
}

/** Text with every control character spelled out, so that a log cannot steer the terminal it is shown on. */
export function printable(text: string): string {
  // deno-lint-ignore no-control-regex -- control characters are what is looked for
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g, (character) => {
    const code = character.charCodeAt(0);
    return ESCAPES[character] ?? `\\x${code.toString(16).padStart(2, "0")}`;
  });
}

const ESCAPES: Record<string, string> = {
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
  "\u2028": " ",
  "\u2029": " ",
};
