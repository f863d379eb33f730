import { abortable } from "@std/async";

/**
 * What a stream gives, until the signal aborts: then its reason is thrown at once, although the next piece may never come, and the stream is
 * let go. (`abortable` of the standard library waits for that piece before it ends a stream.)
 */
export async function* untilAborted<T>(
  stream: AsyncIterable<T>,
  signal: AbortSignal,
): AsyncGenerator<T> {
  const pieces = stream[Symbol.asyncIterator]();
  try {
    while (true) {
      const next = await abortable(pieces.next(), signal);
      if (next.done) return;
      yield next.value;
    }
  } finally {
    const ended = pieces.return?.();
    // It settles behind the piece that is waited for.
    if (signal.aborted) ended?.catch(() => {});
    else await ended;
  }
}
