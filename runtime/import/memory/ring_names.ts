/** Ring numbers that are named in one line. */
const NAMED_MAX = 8;

/** Rings in a line for people: `rings 0, 3`. */
export function namesOfRings(numbers: readonly number[]): string {
  const shown = numbers.slice(0, NAMED_MAX).join(", ");
  const more = numbers.length - NAMED_MAX;
  return `${numbers.length === 1 ? "ring" : "rings"} ${shown}${more > 0 ? ` and ${more} more` : ""}`;
}
