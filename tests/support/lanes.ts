/**
 * Runs jobs a few at a time, in their order.
 *
 * @param lanes How many run at once.
 * @returns What they gave, in the order of the jobs.
 */
export async function runInLanes<T>(jobs: readonly (() => Promise<T>)[], lanes: number): Promise<T[]> {
  const results = new Array<T>(jobs.length);
  const waiting = jobs.entries();
  const work = async () => {
    // One iterator for all lanes: each job is taken once.
    for (const [at, job] of waiting) results[at] = await job();
  };
  await Promise.all(Array.from({ length: lanes }, work));
  return results;
}
