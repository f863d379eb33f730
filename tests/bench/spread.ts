/** How the repetitions of one measurement spread. */
export interface Spread {
  readonly median: number;
  /** The 5th and the 95th percentile. */
  readonly p5: number;
  readonly p95: number;
  readonly min: number;
  readonly max: number;
  /** Number of repetitions. */
  readonly samples: number;
}

/** The spread of some repetitions, or null when there are none. Percentiles are the nearest ranks. */
export function spreadOf(samples: readonly number[]): Spread | null {
  const sorted = samples.toSorted((a, b) => a - b);
  const [min] = sorted;
  const max = sorted.at(-1);
  if (min === undefined || max === undefined) return null;
  const at = (share: number) => sorted[Math.ceil(share * sorted.length) - 1] ?? min;
  return { median: at(0.5), p5: at(0.05), p95: at(0.95), min, max, samples: sorted.length };
}

/** The spread of `amount` divided by what was measured. */
export function inverseOf(spread: Spread, amount: number): Spread {
  return {
    median: amount / spread.median,
    p5: amount / spread.p95,
    p95: amount / spread.p5,
    min: amount / spread.max,
    max: amount / spread.min,
    samples: spread.samples,
  };
}
