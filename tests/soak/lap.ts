/**
 * What a lap of a phase came to: the account as the rings and the readers tell it, and the faults.
 * @module
 */

/** Every way that an attempt can go; together they are all attempts. */
export const WAYS = [
  "read",
  "discarded",
  "lost_full",
  "overwritten",
  "too_big",
  "abandoned",
  "corrupt",
  "unstored",
  "mixed",
  "pending",
] as const;

/** Faults that were injected. */
export const FAULTS = ["killed_producers", "killed_readers", "ended_readers", "stopped_writers"] as const;

const NAMES = ["attempts", ...WAYS, "late", "stalled", "committed", ...FAULTS, "findings"] as const;

/** The counts of a lap, or of many. */
export type Lap = Readonly<Record<typeof NAMES[number], number>>;

/** Nothing yet. */
export const NO_LAP = Object.fromEntries(NAMES.map((name) => [name, 0])) as Lap;

/** Reads a lap out of a line of `phase`. */
export function parseLap(value: Record<string, unknown>): Lap {
  return Object.fromEntries(NAMES.map((name) => {
    const count = value[name];
    if (typeof count !== "number") throw new Error(`read a lap: ${name} is ${String(count)}`);
    return [name, count];
  })) as Lap;
}

/** Both together. */
export function addLaps(one: Lap, other: Lap): Lap {
  return Object.fromEntries(NAMES.map((name) => [name, one[name] + other[name]])) as Lap;
}

/** Whether attempts = read + discarded + lost + pending. */
export function isBalanced(lap: Lap): boolean {
  return WAYS.reduce((sum, name) => sum + lap[name], 0) === lap.attempts;
}
