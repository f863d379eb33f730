/**
 * Every way in which the writes of one thread can be nested. A write takes three steps, and a handler can log before each
 * of them; what the handler logs is over before the write goes on.
 *
 * @module
 */
import type { EntryInput } from "../support/make_capture.ts";

/** A write, and the writes of handlers that came in between its steps. */
interface Write {
  /** Between reading the clock and the reservation. */
  readonly beforeSeq: readonly Write[];
  /** Between the reservation and taking the index. */
  readonly beforeIdx: readonly Write[];
}

/** All sequences of writes that are `count` writes in all. */
export function nestings(count: number): Write[][] {
  if (count === 0) return [[]];
  const found: Write[][] = [];
  for (let inside = 0; inside < count; inside++) {
    for (let before = 0; before <= inside; before++) {
      for (const beforeSeq of nestings(before)) {
        for (const beforeIdx of nestings(inside - before)) {
          for (const rest of nestings(count - 1 - inside)) found.push([{ beforeSeq, beforeIdx }, ...rest]);
        }
      }
    }
  }
  return found;
}

/** Where the next numbers come from: one clock, one index, and a count of attempts on each processor. */
export interface Counters {
  ticks: number;
  idx: number;
  readonly seq: number[];
}

/** The entries that thread `tid` leaves; the n-th write to read the clock runs on `processors[n]`. */
export function runWrites(
  writes: readonly Write[],
  tid: number,
  processors: readonly number[],
  counters: Counters,
): EntryInput[] {
  const entries: EntryInput[] = [];
  let begun = 0;
  const run = (write: Write) => {
    const processor = processors[begun++]!;
    const ticks = counters.ticks++;
    write.beforeSeq.forEach(run);
    const seq = counters.seq[processor]!++;
    write.beforeIdx.forEach(run);
    entries.push({ idx: counters.idx++, seq, ticks, processor, pid: 1, tid });
  };
  writes.forEach(run);
  return entries;
}
