/**
 * Choosing without replacement.
 * @module
 */
import type { Random } from "../statistics/random.ts";

/**
 * So many different places of `all`, in a random order: Fisher and Yates, stopped early.
 *
 * @throws {RangeError} There are not so many.
 */
export function choosePlaces(random: Random, all: number, count: number): number[] {
  if (count > all) throw new RangeError(`choose ${count} runs for a comparison: there are only ${all}`);
  const order = Array.from({ length: all }, (_, place) => place);
  for (let place = 0; place < count; place++) {
    const other = place + random.below(all - place);
    [order[place], order[other]] = [order[other]!, order[place]!];
  }
  return order.slice(0, count);
}
