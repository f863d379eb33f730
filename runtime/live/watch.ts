/**
 * A query over a capture that a script watches while it grows.
 *
 * @module
 */
import { parseDuration } from "../cli/parse_duration.ts";

/** A row of a result, by column name. */
export type Row = Readonly<Record<string, unknown>>;

/** How often a watched query is asked: milliseconds, or a text such as `1s` or `500ms`. */
export type Interval = number | string;

/** Options of {@link Watch.every} and {@link Watch.changes}. */
export interface WatchOptions {
  /** Ends it; not an error. */
  readonly signal?: AbortSignal;
}

/** What `every` has begun. */
export interface Watching extends AsyncDisposable {
  /** Settles at the capture's end, or when it was stopped; rejects with what the query or the function threw. */
  readonly finished: Promise<void>;
  /** Asks no more. A function that is running ends first. */
  stop(): Promise<void>;
}

/** Gives the results of a query, each as rows, while a capture grows. */
export type AskAgain = (everyMs: number, signal: AbortSignal | undefined) => AsyncGenerator<Row[]>;

/** A query that is asked while a capture grows. */
export class Watch {
  readonly #ask: AskAgain;

  /** @ignore Use `CaptureLog.watch`. */
  constructor(ask: AskAgain) {
    this.#ask = ask;
  }

  /**
   * The rows of each result: the first at once, others when something has come, the last at the capture's end.
   *
   * @throws {QueryError} The engine refused the query.
   */
  changes(interval: Interval, { signal }: WatchOptions = {}): AsyncGenerator<Row[]> {
    return this.#ask(toMs(interval), signal);
  }

  /**
   * Calls a function with the first row of each result, and all its rows; of a result without rows not. The next question waits for
   * what the function returns.
   *
   * @throws {RangeError} The interval is none.
   */
  every(
    interval: Interval,
    onResult: (row: Row, rows: readonly Row[]) => void | Promise<void>,
    { signal }: WatchOptions = {},
  ): Watching {
    const stop = new AbortController();
    const either = signal === undefined ? stop.signal : AbortSignal.any([stop.signal, signal]);
    const results = this.#ask(toMs(interval), either);
    const finished = (async () => {
      for await (const rows of results) {
        if (rows[0] !== undefined) await onResult(rows[0], rows);
      }
    })();
    const end = () => {
      stop.abort();
      return finished;
    };
    return { finished, stop: end, [Symbol.asyncDispose]: end };
  }
}

function toMs(interval: Interval): number {
  if (typeof interval === "string") return parseDuration(interval);
  if (Number.isFinite(interval) && interval >= 1) return interval;
  throw new RangeError(`${interval} is no interval: write milliseconds, or a text such as "1s"`);
}
