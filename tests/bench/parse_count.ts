const UNITS: Readonly<Record<string, number>> = { "": 1, k: 1e3, m: 1e6, g: 1e9 };

/**
 * A whole number above 0, as `10M`.
 *
 * @throws {RangeError} It is none.
 */
export function parseCount(text: string): number {
  const match = /^(\d+(?:\.\d+)?)([kmg]?)$/i.exec(text.trim());
  const count = Number(match?.[1]) * (UNITS[match?.[2]?.toLowerCase() ?? "none"] ?? NaN);
  if (Number.isSafeInteger(count) && count > 0) return count;
  throw new RangeError(`"${text}" is no number of something; write for example 5000, 300k or 10M`);
}
