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

/** A capture is looked at so often, whenever its query is asked: who looks seldom finds more at once than can be taken. */
const LOOK_MS = 100;

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
  let askedAt = -Infinity, isNew = true, wasRecording = store.isRecording;
  while (!signal?.aborted) {
    const isDue = performance.now() - askedAt >= everyMs;
    const hasEnded = !wasRecording && !store.isRecording;
    if (isNew && isDue || hasEnded) {
      askedAt = performance.now();
      isNew = false;
      try {
        yield await store.query(text, params, options);
      } catch (error) {
        if (signal?.aborted) return;
        throw error;
      }
    }
    if (hasEnded) return;
    const left = Math.min(LOOK_MS, everyMs);
    if (store.isRecording) await delay(left, options).catch(() => {});
    if (signal?.aborted) return;
    wasRecording = store.isRecording;
    // Of a capture that ends the last entries may come after the look that says so.
    if (await store.refresh() > 0) isNew = true;
  }
}
