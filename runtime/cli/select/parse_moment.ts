import { parseDuration } from "../parse_duration.ts";

/** A moment that a user names: a time, or a span before now or after a capture's beginning. */
export type Moment =
  | { readonly from: "epoch"; readonly ns: bigint }
  | { readonly from: "now" | "start"; readonly ms: number };

const DAY = /^\d{4}-\d{2}-\d{2}$/;
const TIME_OF_DAY = /^\d{1,2}:\d{2}(:\d{2}([.,]\d{1,9})?)?$/;
const ZONE = /(?:z|[+-]\d{2}(?::?\d{2})?)$/i;

/**
 * Reads a moment: `2026-03-01T10:15:00Z`, `2026-03-01 10:15` (UTC, as everything here), `10:15:30` (today, UTC), `10m` (so long ago),
 * `+5s` (after the capture began). `today` is a day in UTC.
 *
 * @throws {RangeError} It is none of these.
 */
export function parseMoment(
  text: string,
  today: string = new Date().toISOString().slice(0, 10),
): Moment {
  const trimmed = text.trim();
  if (trimmed.startsWith("+")) return { from: "start", ms: durationOf(trimmed.slice(1), text) };
  if (!/^\d{4}-|:/.test(trimmed)) return { from: "now", ms: durationOf(trimmed, text) };
  const dated = TIME_OF_DAY.test(trimmed)
    ? `${today}T${trimmed.padStart(trimmed.indexOf(":") === 1 ? trimmed.length + 1 : 0, "0")}`
    : trimmed;
  const whole = DAY.test(dated) ? `${dated}T00:00` : dated.replace(/^(\S{10}) +/, "$1T").replace(",", ".");
  try {
    const instant = Temporal.Instant.from(ZONE.test(whole.slice(10)) ? whole : `${whole}Z`);
    return { from: "epoch", ns: instant.epochNanoseconds };
  } catch (error) {
    if (error instanceof RangeError) throw unknown(text);
    throw error;
  }
}

/** The moment as unix time in ns; `startNs` is when the capture began, `nowMs` what the clock says. */
export function resolveMoment(moment: Moment, startNs: bigint, nowMs: number = Date.now()): bigint {
  if (moment.from === "epoch") return moment.ns;
  const ns = BigInt(moment.ms) * 1_000_000n;
  return moment.from === "start" ? startNs + ns : BigInt(nowMs) * 1_000_000n - ns;
}

function durationOf(span: string, text: string): number {
  try {
    return /^0+\w*$/.test(span) ? 0 : parseDuration(span);
  } catch (error) {
    if (error instanceof RangeError) throw unknown(text);
    throw error;
  }
}

function unknown(text: string): RangeError {
  return new RangeError(
    `"${text}" is no time: write 2026-03-01T10:15:00Z, 10:15:30, 10m (so long ago) or +5s (after the beginning)`,
  );
}
