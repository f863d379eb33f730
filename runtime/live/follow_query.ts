/**
 * A query that is asked again and again while captures grow.
 *
 * @module
 */
import { delay } from "@std/async";
import type { QueryResult } from "../store/query_result.ts";
import type { Store } from "../store/store.ts";

/** Options of {@link followQuery}. */
export interface FollowOptions {
  /** From one question to the next, in ms. A question that takes longer is followed by the next at once. */
  readonly everyMs: number;
  /** Ends it; not an error. */
  readonly signal?: AbortSignal;
}

/**
 * The answers to a query: at once, then each time when something has come since, and a last one when the captures have ended. Never asks
 * before the answer before was taken.
 *
 * @throws {QueryError} The engine refuses the query.
 */
export async function* followQuery(
  store: Pick<Store, "query" | "refresh" | "isRecording">,
  text: string,
  params: readonly unknown[],
  { everyMs, signal }: FollowOptions,
): AsyncGenerator<QueryResult> {
  const options = signal === undefined ? {} : { signal };
  let wasRecording = true, isFirst = true;
  while (!signal?.aborted) {
    const asked = performance.now();
    const added = isFirst ? 0 : await store.refresh();
    // Of a capture that has just ended the last entries may have come after the look.
    const isLast = !wasRecording && !store.isRecording && added === 0;
    if (isFirst || added > 0 || isLast) {
      try {
        yield await store.query(text, params, options);
      } catch (error) {
        if (signal?.aborted) return;
        throw error;
      }
    }
    if (isLast || isFirst && !store.isRecording) return;
    isFirst = false;
    wasRecording = store.isRecording;
    const left = everyMs - (performance.now() - asked);
    if (left > 0) await delay(left, options).catch(() => {});
  }
}
