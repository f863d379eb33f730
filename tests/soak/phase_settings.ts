/**
 * What the phases of a soak are like: drawn anew for each, from a seed.
 * @module
 */

/** Modes and orders of rings, in the numbers of `phase --kind`. */
export const KINDS = ["discard, index", "discard, clock", "overwrite, index", "overwrite, clock"] as const;

/** Options of `phase`, by their names there. */
export interface PhaseSettings {
  readonly seconds: number;
  readonly seed: number;
  /** Place in {@link KINDS}. */
  readonly kind: number;
  readonly rings: number;
  readonly "ring-bytes": number;
  readonly producers: number;
  readonly threads: number;
  /** Longest of the usual payloads. */
  readonly "usual-max": number;
  /** Longest pause of a thread between two attempts; 0: none. */
  readonly "pace-us": number;
  readonly "reader-pause-us": number;
  /** Longest pause before a batch is stored: a slow disk. */
  readonly "disk-pause-us": number;
  readonly "nest-per-mille": number;
  /** Mean time between kills, and between writers that are made to stand still. */
  readonly "kill-ms": number;
  readonly "stop-ms": number;
}

/** A generator with a seed. Returns numbers from 0 to below its argument. */
export type Draw = (below: number) => number;

/** Makes a generator: what was drawn once can be drawn again. */
export function makeDraw(seed: number): Draw {
  let state = (Math.imul(seed, 2654435761) ^ 0x9e3779b9) >>> 0 || 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return Math.floor(state / 2 ** 32 * below);
  };
}

/** The next phase, of at most `secondsLeft`. */
export function drawPhase(draw: Draw, kinds: readonly number[], secondsLeft: number): PhaseSettings {
  const pick = <T>(values: readonly T[]): T => values[draw(values.length)] as T;
  const ringBytes = 4096 << draw(9);
  return {
    seconds: Math.max(1, Math.min(3 + draw(6), Math.ceil(secondsLeft))),
    seed: 1 + draw(2 ** 31),
    kind: pick(kinds),
    rings: 1 + draw(4),
    "ring-bytes": ringBytes,
    producers: 1 + draw(3),
    threads: 1 + draw(3),
    "usual-max": pick([0, 16, 64, 200, 400]),
    "pace-us": pick([0, 20, 200, 2000]),
    "reader-pause-us": pick([0, 100, 2000, 20_000]),
    "disk-pause-us": pick([0, 0, 1000, 50_000]),
    "nest-per-mille": pick([0, 2, 20]),
    "kill-ms": pick([0, 50, 300, 4000]),
    "stop-ms": pick([0, 400, 3000]),
  };
}
