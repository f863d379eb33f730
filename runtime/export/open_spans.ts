/**
 * Begins and ends of spans among typed events, matched as the view `spans` does: within a name and a thread (or a request,
 * which `remarks` tells; or a processor's idle task), an end belongs to the last begin that is still open.
 *
 * @module
 */
import { foldName } from "../events/unique_keys.ts";
import type { Entry } from "../log_entry.ts";

/** A span whose end has been met, or not yet. */
export interface Span {
  readonly begin: Entry;
  readonly end: Entry | null;
}

/** The spans that have begun and not ended. */
export class OpenSpans {
  readonly #open = new Map<string, Entry[]>();

  /** Something begins. */
  begin(entry: Entry): void {
    const key = keyOf(entry);
    const stack = this.#open.get(key);
    if (stack === undefined) this.#open.set(key, [entry]);
    else stack.push(entry);
  }

  /** Something ends; null where its begin is not known. */
  end(entry: Entry): Span | null {
    const begin = this.#open.get(keyOf(entry))?.pop();
    return begin === undefined ? null : { begin, end: entry };
  }

  /** What has not ended, in index order. */
  unfinished(): Span[] {
    return [...this.#open.values()].flat().sort((a, b) => a.idx < b.idx ? -1 : 1)
      .map((begin) => ({ begin, end: null }));
  }
}

/** Whether a span may end in another thread than it began in. */
export function isKeyed({ remarks }: Entry): boolean {
  return remarks !== 0;
}

function keyOf(entry: Entry): string {
  const { pid, tid, processor, remarks } = entry;
  const owner = isKeyed(entry)
    ? `request ${remarks}`
    : tid === 0
    ? `processor ${processor}`
    : `${pid} ${tid}`;
  return `${owner} ${foldName(entry.event ?? "")}`;
}
