/**
 * What the captures of readers that were killed one after the other may call unstored although it is there.
 * @module
 */
import type { Captured } from "./captured.ts";

/**
 * How many entries the next readers may count as unstored that stand in the folders of those before: every sum that can be.
 *
 * A batch is in its file before the pages of its rings say so, ring after ring (driver/reader/store.c). A reader that is killed in
 * between leaves its last batch as a part of both. Was that its only one, what it had counted itself is counted once more too.
 *
 * @param captures In the order of the readers. The last one ended in order.
 */
export function countableTwice(captures: readonly Captured[]): ReadonlySet<number> {
  const withBatches = captures.filter(({ batches }) => batches > 0);
  let sums = new Set([0]);
  for (const [n, { counters, batches, lastRows }] of withBatches.slice(0, -1).entries()) {
    const next = withBatches[n + 1]?.counters ?? [];
    const ofReader = [0];
    // The pages of the first rings may say so already.
    for (const { processor, unstored } of counters.toReversed()) {
      const twice = (lastRows.get(processor) ?? 0) + (batches === 1 ? unstored : 0);
      const counted = next.find((ring) => ring.processor === processor)?.unstored ?? 0;
      if (counted < twice) break;
      ofReader.push(ofReader.at(-1)! + twice);
    }
    sums = new Set([...sums].flatMap((sum) => ofReader.map((more) => sum + more)));
  }
  return sums;
}

/** Entries that the captures know to be lost with a reader before them. */
export function unstoredOf(captures: readonly Captured[]): number {
  return captures.flatMap(({ counters }) => counters).reduce((sum, ring) => sum + ring.unstored, 0);
}
