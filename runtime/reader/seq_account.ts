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
  /** Null in clock order, where rows are numbered after their gaps are written. */
  readonly idx: bigint | null;
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

/** Extents without a number that could be read. */
export interface Stepped {
  readonly abandoned: bigint;
  readonly corrupt: bigint;
}

/** Where an account begins. */
export interface AccountStart {
  readonly processor: number;
  /** The first attempt that is not accounted for; null: unknown, the first entry that is met tells. */
  readonly nextSeq: bigint | null;
  /** Refusals that an earlier reader has accounted for. */
  readonly refused: bigint;
  /** What an earlier reader had stepped over without meeting a neighbour behind it; default: nothing. */
  readonly stepped?: Stepped;
  /** Loads the producer's counters. */
  readonly loadRefusals: () => Refusals;
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
  /** The first attempt that belongs to this account; a reader that takes over from another one sets it back. */
  firstSeq: bigint;
  readonly #processor: number;
  readonly #loadRefusals: () => Refusals;
  readonly #refusals: RefusalSplit;
  #nextSeq: bigint;
  #isBegun: boolean;
  /** Passed since the last neighbour without a number that could be read. */
  #stepped = { abandoned: 0n, corrupt: 0n };
  /** Entries have made room since the last neighbour, and nobody has looked at them. */
  #hasJumped = false;
  /** Lost since the last neighbour. */
  #open = new Map<LossCause, bigint>();
  #previous: Neighbour | null = null;
  #gaps: GapRow[] = [];

  constructor(start: AccountStart) {
    this.#processor = start.processor;
    this.#nextSeq = start.nextSeq ?? 0n;
    this.#isBegun = start.nextSeq !== null;
    this.firstSeq = this.#nextSeq;
    if (start.stepped !== undefined) this.#stepped = { ...start.stepped };
    this.#refusals = new RefusalSplit(start.refused, start.loadRefusals());
    this.#loadRefusals = start.loadRefusals;
  }

  /** The attempt number after the last one accounted for. */
  get nextSeq(): bigint {
    return this.#nextSeq;
  }

  /** Whether it is known where the account begins. */
  get isBegun(): boolean {
    return this.#isBegun;
  }

  /** What was stepped over since the last neighbour. */
  get stepped(): Stepped {
    return this.#stepped;
  }

  /** A finished entry, committed or discarded. Its `seq` is not below {@link nextSeq}. */
  pass(entry: Neighbour): void {
    if (!this.#isBegun) this.#begin(entry.seq);
    this.passSnapshot(entry.seq);
    // What was stepped over and left no hole took no attempt number: it was no entry at all.
    this.#stepped = { abandoned: 0n, corrupt: 0n };
    this.#hasJumped = false;
    this.#nextSeq = entry.seq + 1n;
    this.#closeGaps(entry);
    this.#previous = entry;
  }

  /** An extent of the ring whose attempt number cannot be read. It takes its share of the next hole. */
  stepOver(cause: "abandoned" | "corrupt"): void {
    this.#stepped[cause]++;
  }

  /** The reader came too late for what stood here: overwrite mode. */
  jump(): void {
    this.#hasJumped = true;
  }

  /** Every attempt below `attempts` is seen or lost: the reader has passed the position that belongs to it. */
  passSnapshot(attempts: bigint): void {
    let hole = attempts - this.#nextSeq;
    if (hole <= 0n || !this.#isBegun) return;
    this.#nextSeq = attempts;
    for (const cause of ["abandoned", "corrupt"] as const) {
      const share = hole < this.#stepped[cause] ? hole : this.#stepped[cause];
      this.#stepped[cause] -= share;
      hole -= share;
      this.lose(cause, share);
    }
    if (hole === 0n) return;
    if (this.#hasJumped) this.#loseOverwritten(hole);
    else this.#loseRefused(hole);
  }

  /** Counts attempts whose numbers are accounted for and whose entries are lost nevertheless. */
  lose(cause: LossCause, count: bigint): void {
    if (count === 0n) return;
    this.lost[cause] += count;
    this.#open.set(cause, (this.#open.get(cause) ?? 0n) + count);
  }

  /**
   * Nothing will follow: the last hole has no neighbour behind it.
   *
   * @param attempts Where the account ends that has never begun.
   */
  end(attempts: bigint): void {
    if (!this.#isBegun) {
      this.#begin(attempts);
      this.passSnapshot(attempts);
    }
    this.#closeGaps(null);
  }

  /** The gaps that were closed since the last call. */
  takeGaps(): GapRow[] {
    const gaps = this.#gaps;
    this.#gaps = [];
    return gaps;
  }

  /** A reader that comes later knows nothing of what was there before the first thing that it meets. */
  #begin(seq: bigint): void {
    const stepped = this.#stepped.abandoned + this.#stepped.corrupt;
    this.#isBegun = true;
    this.#hasJumped = false;
    this.firstSeq = this.#nextSeq = seq - (stepped < seq ? stepped : seq);
  }

  #loseRefused(count: bigint): void {
    const refused = this.#refusals.split(count, this.#loadRefusals());
    this.lose("lost_full", refused.lost_full);
    this.lose("overwritten", refused.overwritten);
    this.lose("too_big", refused.too_big);
    this.lose("mixed", refused.mixed);
  }

  #loseOverwritten(count: bigint): void {
    const mixed = this.#refusals.boundRefused(count, this.#loadRefusals());
    this.lose("overwritten", count - mixed);
    this.lose("mixed", mixed);
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
