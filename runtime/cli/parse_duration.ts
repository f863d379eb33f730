const UNITS: Record<string, number> = { ms: 1, s: 1000, m: 60_000, min: 60_000, h: 3_600_000, d: 86_400_000 };
const WHOLE = /^(?:\d+(?:\.\d+)?\s*(?:ms|s|min|m|h|d)\s*)+$/i;
const PART = /(\d+(?:\.\d+)?)\s*(ms|s|min|m|h|d)/gi;

/**
 * The milliseconds that a duration names: `500ms`, `10s`, `1.5m`, `2h`, `7d`, `1m30s`; a number alone is seconds.
 * Throws RangeError when it is no duration, or less than a millisecond.
 */
export function parseDuration(text: string): number {
  const trimmed = text.trim();
  const whole = /^\d+(?:\.\d+)?$/.test(trimmed) ? `${trimmed}s` : trimmed;
  let ms = WHOLE.test(whole) ? 0 : NaN;
  for (const [, amount, unit] of whole.matchAll(PART)) {
    ms += Number(amount) * (UNITS[unit?.toLowerCase() ?? ""] ?? NaN);
  }
  const rounded = Math.round(ms);
  if (!Number.isSafeInteger(rounded) || rounded < 1) {
    throw new RangeError(`"${text}" is no duration; write for example 10s, 500ms or 2m`);
  }
  return rounded;
}
