/**
 * How rows with several threads are told, and where they cannot be measured.
 * @module
 */

const WORDS = ["no", "one", "two", "three", "four"];

/** So many threads at once, and where they run: as workers/crew.h places them. */
export function threadsAbout(threads: number, processors: number = navigator.hardwareConcurrency): string {
  const count = `${WORDS[threads] ?? threads} threads`;
  return threads <= processors
    ? `${count} on as many processors at once`
    : `${count} on ${WORDS[processors] ?? processors} processors, which they share by turns (processor time)`;
}

/** Why so many threads measure nothing here, or nothing. More than two may share the processors. */
export function needsProcessors(
  threads: number,
  processors: number = navigator.hardwareConcurrency,
): { readonly missing?: string } {
  return threads > 1 && processors < 2 ? { missing: "left out: there is one processor only" } : {};
}
