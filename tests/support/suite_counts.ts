/** What came out of a suite. */
export interface SuiteCounts {
  readonly passed: number;
  readonly failed: number;
  /** Names of the tests that this machine cannot run, with the reason where it is known. */
  readonly skipped: readonly string[];
}

/** Nothing was run. */
export const NO_COUNTS: SuiteCounts = { passed: 0, failed: 0, skipped: [] };

/** The sum of both. */
export function addCounts(a: SuiteCounts, b: SuiteCounts): SuiteCounts {
  return {
    passed: a.passed + b.passed,
    failed: a.failed + b.failed,
    skipped: [...a.skipped, ...b.skipped],
  };
}
