/**
 * DuckDB's intervals as text, the same for both engines.
 *
 * @module
 */
const MONTHS_A_YEAR = 12, MICROS_A_SECOND = 1_000_000n, SECONDS_A_MINUTE = 60n, MINUTES_AN_HOUR = 60n;

/** As DuckDB writes it: `1 year 2 months -3 days 01:02:03.5`; an empty one is `00:00:00`. */
export function intervalText(months: number, days: number, micros: bigint): string {
  const parts = [
    part(Math.trunc(months / MONTHS_A_YEAR), "year"),
    part(months % MONTHS_A_YEAR, "month"),
    part(days, "day"),
  ].filter((text) => text !== "");
  if (micros !== 0n || parts.length === 0) parts.push(timeText(micros));
  return parts.join(" ");
}

function part(count: number, unit: string): string {
  if (count === 0) return "";
  return `${count} ${unit}${Math.abs(count) === 1 ? "" : "s"}`;
}

function timeText(micros: bigint): string {
  const all = micros < 0n ? -micros : micros;
  const seconds = all / MICROS_A_SECOND, minutes = seconds / SECONDS_A_MINUTE;
  const two = (value: bigint) => String(value).padStart(2, "0");
  const fraction = String(all % MICROS_A_SECOND).padStart(6, "0").replace(/0+$/, "");
  const time = [minutes / MINUTES_AN_HOUR, minutes % MINUTES_AN_HOUR, seconds % SECONDS_A_MINUTE].map(two);
  return `${micros < 0n ? "-" : ""}${time.join(":")}${fraction === "" ? "" : `.${fraction}`}`;
}
