/** What came out of a suite. */
export interface SuiteCounts {
  readonly passed: number;
  readonly failed: number;
  /** What failed and why, in a few lines each: what the end of a long log still tells. */
  readonly failures: readonly string[];
  /** Names of the tests that this machine cannot run, with the reason where it is known. */
  readonly skipped: readonly string[];
}

/** Nothing was run. */
export const NO_COUNTS: SuiteCounts = { passed: 0, failed: 0, failures: [], skipped: [] };

/** One failure, told in a line or more. */
export function oneFailure(what: string): SuiteCounts {
  return { ...NO_COUNTS, failed: 1, failures: [what] };
}

/** The sum of both. */
export function addCounts(a: SuiteCounts, b: SuiteCounts): SuiteCounts {
  return {
    passed: a.passed + b.passed,
    failed: a.failed + b.failed,
    failures: [...a.failures, ...b.failures],
    skipped: [...a.skipped, ...b.skipped],
  };
}
