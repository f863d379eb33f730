/**
 * An SQL condition over entries, evaluated by the store's engine in a worker of its own, so that the caller stays awake.
 *
 * @module
 */
import type { ExpandedRows } from "../arrow/expand.ts";
import { QueryError } from "../errors.ts";
import { ENGINE_PERMISSIONS } from "../store/store.ts";
import { EVENT_ENTRY_COLUMNS, eventEntryRows } from "../store/table_rows.ts";
import { TableWriter } from "../store/table_writer.ts";
import type { WhereReply, WhereRequest } from "./where_messages.ts";

/** A condition over the columns of `logs`. */
export class WhereFilter implements Disposable {
  readonly #worker: Worker;
  #waiting: PromiseWithResolvers<WhereReply> | null = null;
  #stream = new Uint8Array(0);
  readonly #writer = new TableWriter(
    { insert: (_table, stream) => void (this.#stream = stream.slice()) },
    "entries",
    EVENT_ENTRY_COLUMNS,
  );

  private constructor() {
    this.#worker = new Worker(new URL("./where_worker.ts", import.meta.url), {
      type: "module",
      deno: { permissions: ENGINE_PERMISSIONS },
    });
    this.#worker.onmessage = ({ data }: MessageEvent<WhereReply>) => this.#waiting?.resolve(data);
    this.#worker.onerror = (event) => {
      event.preventDefault();
      this.#waiting?.reject(new QueryError(`the query engine ended unexpectedly: ${event.message}`));
    };
  }

  /**
   * Starts the engine.
   *
   * @param capture What the column `capture` says.
   * @throws {QueryError} The text is no condition, with the engine's reason.
   */
  static async start(condition: string, capture: string): Promise<WhereFilter> {
    const filter = new WhereFilter();
    try {
      await filter.#ask({ kind: "start", condition, capture });
    } catch (error) {
      filter[Symbol.dispose]();
      throw error;
    }
    return filter;
  }

  /**
   * `idx` of the rows for which the condition is true.
   *
   * @throws {QueryError} It cannot be evaluated for one of them.
   */
  async matching(rows: ExpandedRows): Promise<ReadonlySet<bigint>> {
    if (rows.rows === 0) return new Set();
    this.#writer.add(eventEntryRows(rows));
    this.#writer.flush();
    const reply = await this.#ask({ kind: "batch", stream: this.#stream });
    if (reply.kind !== "found") throw new Error(`the worker answered a batch with ${reply.kind}`);
    return new Set(reply.idx);
  }

  async #ask(request: WhereRequest): Promise<WhereReply> {
    this.#waiting = Promise.withResolvers();
    this.#worker.postMessage(request, request.kind === "batch" ? [request.stream.buffer] : []);
    const reply = await this.#waiting.promise;
    if (reply.kind === "error") throw new QueryError(reply.message);
    return reply;
  }

  /** Ends the engine. */
  [Symbol.dispose](): void {
    this.#worker.terminate();
  }
}
