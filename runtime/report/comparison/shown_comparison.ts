/**
 * What a page about a comparison is made of, beside the judgement itself.
 *
 * @module
 */

/** A run of a side: how it was recorded, and what is missing of it. */
export interface ShownRun {
  readonly run: string;
  readonly facts: {
    /** RFC 3339; null where it is not known. */
    readonly started: string | null;
    readonly complete: boolean;
    readonly missing: readonly string[];
    readonly warnings: readonly string[];
  };
}

/** One side. */
export interface ShownSide {
  /** The name of the baseline; null where captures were measured. */
  readonly baseline: string | null;
  readonly runs: readonly ShownRun[];
}

/** Both sides. */
export interface ShownSides {
  readonly base: ShownSide;
  readonly candidate: ShownSide;
}

/** A metric, or what of it, that could not be judged. */
export interface ShownLeftOut {
  readonly metric: string;
  readonly dimension?: Readonly<Record<string, string>> | null;
  readonly reason: string;
}
