/**
 * The account of one ring: every attempt number ends as an entry, as discarded, or as lost with a cause.
 * @module
 */
import { type Refusals, RefusalSplit } from "./refusal_split.ts";

/** Causes of loss, in the order of their numbers in the gaps table. */
export const lossCauses = [
  "lost_full",
  "overwritten",
  "too_big",
  "abandoned",
  "corrupt",
  "unstored",
  "mixed",
] as const;

/** Why an attempt became no row. */
export type LossCause = typeof lossCauses[number];

/** A finished entry beside a hole. */
export interface Neighbour {
  readonly seq: bigint;
  readonly idx: bigint;
  readonly ticks: bigint;
}

/** Attempts of one processor that were lost between two neighbours for one cause. */
export interface GapRow {
  readonly processor: number;
  readonly cause: LossCause;
  readonly lost: bigint;
  /** Null: this reader knows of no entry before. */
  readonly prev: Neighbour | null;
  /** Null: no entry came after. */
  readonly next: Neighbour | null;
}

/** Counts attempts of one ring, in ring order. */
export class SeqAccount {
  /** Lost attempts by cause since this reader began. */
  readonly lost: Record<LossCause, bigint> = {
    lost_full: 0n,
    overwritten: 0n,
    too_big: 0n,
    abandoned: 0n,
    corrupt: 0n,
    unstored: 0n,
    mixed: 0n,
  };
  readonly #processor: number;
  readonly #loadRefusals: () => Refusals;
  readonly #refusals: RefusalSplit;
  #nextSeq: bigint;
  /** Passed since the last neighbour without a number that could be read. */
  #stepped = { abandoned: 0n, corrupt: 0n };
  /** Lost since the last neighbour. */
  #open = new Map<LossCause, bigint>();
  #previous: Neighbour | null = null;
  #gaps: GapRow[] = [];

  /**
   * @param nextSeq The first attempt that is not accounted for.
   * @param refused Refusals that an earlier reader has accounted for.
   * @param loadRefusals Loads the producer's counters.
   */
  constructor(
    options: { processor: number; nextSeq: bigint; refused: bigint; loadRefusals: () => Refusals },
  ) {
    this.#processor = options.processor;
    this.#nextSeq = options.nextSeq;
    this.#refusals = new RefusalSplit(options.refused, options.loadRefusals());
    this.#loadRefusals = options.loadRefusals;
  }

  /** The attempt number after the last one accounted for. */
  get nextSeq(): bigint {
    return this.#nextSeq;
  }

  /** A finished entry, committed or discarded. Its `seq` is not below {@link nextSeq}. */
  pass(entry: Neighbour): void {
    this.passSnapshot(entry.seq);
    // What was stepped over and left no hole took no attempt number: it was no entry at all.
    this.#stepped = { abandoned: 0n, corrupt: 0n };
    this.#nextSeq = entry.seq + 1n;
    this.#closeGaps(entry);
    this.#previous = entry;
  }

  /** An extent of the ring whose attempt number cannot be read. It takes its share of the next hole. */
  stepOver(cause: "abandoned" | "corrupt"): void {
    this.#stepped[cause]++;
  }

  /** Every attempt below `attempts` is seen or lost: the reader has passed the position that belongs to it. */
  passSnapshot(attempts: bigint): void {
    let hole = attempts - this.#nextSeq;
    if (hole <= 0n) return;
    this.#nextSeq = attempts;
    for (const cause of ["abandoned", "corrupt"] as const) {
      const share = hole < this.#stepped[cause] ? hole : this.#stepped[cause];
      this.#stepped[cause] -= share;
      hole -= share;
      this.lose(cause, share);
    }
    if (hole === 0n) return;
    const refused = this.#refusals.split(hole, this.#loadRefusals());
    this.lose("lost_full", refused.lost_full);
    this.lose("too_big", refused.too_big);
    this.lose("mixed", refused.mixed);
  }

  /** Counts attempts whose numbers are accounted for and whose entries are lost nevertheless. */
  lose(cause: LossCause, count: bigint): void {
    if (count === 0n) return;
    this.lost[cause] += count;
    this.#open.set(cause, (this.#open.get(cause) ?? 0n) + count);
  }

  /** Nothing will follow: the last hole has no neighbour behind it. */
  end(): void {
    this.#closeGaps(null);
  }

  /** The gaps that were closed since the last call. */
  takeGaps(): GapRow[] {
    const gaps = this.#gaps;
    this.#gaps = [];
    return gaps;
  }

  #closeGaps(next: Neighbour | null): void {
    if (this.#open.size === 0) return;
    for (const cause of lossCauses) {
      const lost = this.#open.get(cause);
      if (lost) this.#gaps.push({ processor: this.#processor, cause, lost, prev: this.#previous, next });
    }
    this.#open.clear();
  }
}
