/**
 * The store: capture folders as SQL tables. An engine works in a worker, so that a query can be cancelled and the caller
 * stays awake; everything that the worker holds can be loaded again from the folders.
 *
 * @module
 */
import { AbiMismatchError, CaptureError, DriverError, QueryError } from "../errors.ts";
import type { EngineKind } from "./engine.ts";
import type { EntrySelection } from "./entry_selection.ts";
import { planMemory } from "./memory_plan.ts";
import type { EngineChoice, EngineRequest } from "./open_engine.ts";
import type { QueryResult } from "./query_result.ts";
import { TemporaryFolder } from "./temporary_folder.ts";
import type { CaptureSummary, StoreReply, StoreRequest, StoreState } from "./worker_messages.ts";

export type { QueryColumn, QueryResult } from "./query_result.ts";
export type { EngineKind } from "./engine.ts";
export type { EntrySelection } from "./entry_selection.ts";
export type { EngineChoice } from "./open_engine.ts";
export type { CaptureSummary } from "./worker_messages.ts";

/** How far loading is. */
export interface LoadProgress {
  /** Entries so far. */
  readonly loadedRows: number;
  /** Null when it is not known. */
  readonly totalRows: number | null;
}

/** Options of {@link openStore}. */
export interface OpenStoreOptions {
  /** Gives up loading. */
  readonly signal?: AbortSignal;
  /** Hears of long loads now and then. */
  readonly onProgress?: (progress: LoadProgress) => void;
  /**
   * Which engine answers: DuckDB-WASM, native DuckDB over sealed segments (npm's @duckdb/node-api, where it is there), or, by
   * default, the first for what fits into the memory and the second for what does not.
   */
  readonly engine?: EngineChoice;
  /** Bytes that the engine may hold; default 1 GiB. */
  readonly memoryBytes?: number;
  /**
   * The captures are being recorded and are followed: what is newest counts. The store is a window then: it holds as many of the
   * newest entries as fit into the memory, and steps over what it is too slow for. The account is always whole.
   */
  readonly follow?: boolean;
  /** Which entries are wanted; default: all. Segments that hold none of them are not read. */
  readonly selection?: EntrySelection;
}

/** Options of {@link Store.query}. */
export interface QueryOptions {
  /** Cancels the query. */
  readonly signal?: AbortSignal;
}

/** Captures as SQL tables. */
export interface Store extends AsyncDisposable {
  /** Which engine answers. */
  readonly engine: EngineKind;
  /** What is loaded, in the order of the paths. */
  readonly captures: readonly CaptureSummary[];
  /** What loading met: torn tails, damage, captures that were cut short. */
  readonly warnings: readonly string[];
  /** Whether a capture is still being recorded, so that more may come, as it was at the last look. */
  readonly isRecording: boolean;
  /**
   * Runs SQL with bound parameters (`?` or `$1`).
   *
   * @throws {QueryError} The engine refused it, with the engine's message; or it was cancelled.
   */
  query(text: string, params?: readonly unknown[], options?: QueryOptions): Promise<QueryResult>;
  /** Loads what growing captures have gained; the number of entries. */
  refresh(): Promise<number>;
  /** Ends the worker. */
  close(): Promise<void>;
}

/**
 * Opens a store over capture folders.
 *
 * @throws {CaptureError} A path is no capture, or cannot be read.
 * @throws {QueryError} Loading was given up.
 * @example Two captures side by side
 * ```ts
 * import { openStore } from "@ringscope/ringscope";
 *
 * await using store = await openStore(["captures/boot", "captures/idle"]);
 * const { rows } = await store.query("SELECT capture, count(*) FROM logs GROUP BY capture ORDER BY capture");
 * ```
 */
export async function openStore(paths: readonly string[], options: OpenStoreOptions = {}): Promise<Store> {
  const store = new WorkerStore(paths, options);
  try {
    await store.open(options.signal);
    return store;
  } catch (error) {
    await store.close();
    throw error;
  }
}

/** What an engine may hold unless somebody says otherwise. */
const MEMORY_BYTES = 2 ** 30;

/** How long the engine has to notice that a query is cancelled, before its worker is replaced. */
export const CANCEL_MS = 2_000;

/** What a worker with an engine may do beside computing: DuckDB itself gets nothing of it. */
export const ENGINE_PERMISSIONS = {
  read: "inherit",
  ffi: "inherit",
  env: "inherit",
  sys: "inherit",
  write: false,
  net: false,
  run: false,
  import: false,
} as const satisfies Deno.PermissionOptions;

interface Waiting {
  readonly resolve: (reply: StoreReply) => void;
  readonly reject: (error: Error) => void;
}

/** A request before it has its number. */
type Unnumbered = StoreRequest extends infer R ? R extends StoreRequest ? Omit<R, "id"> : never : never;

class WorkerStore implements Store {
  readonly #paths: readonly string[];
  readonly #options: OpenStoreOptions;
  #engine: EngineChoice;
  #temporary: TemporaryFolder | null = null;
  readonly #waiting = new Map<number, Waiting>();
  readonly #cancelled = new Int32Array(new SharedArrayBuffer(4));
  #worker: Worker | null = null;
  #state: StoreState = {
    engine: "wasm",
    captures: [],
    warnings: [],
    isRecording: false,
    added: 0,
  };
  #lastId = 0;
  #isClosed = false;

  constructor(paths: readonly string[], options: OpenStoreOptions) {
    this.#paths = paths;
    this.#options = options;
    this.#engine = options.engine ?? "auto";
  }

  get isRecording(): boolean {
    return this.#state.isRecording;
  }

  get engine(): EngineKind {
    return this.#state.engine;
  }

  get captures(): readonly CaptureSummary[] {
    return this.#state.captures;
  }

  get warnings(): readonly string[] {
    return this.#state.warnings;
  }

  async open(signal: AbortSignal | undefined): Promise<void> {
    await this.#ensureWorker(signal);
  }

  async query(
    text: string,
    params: readonly unknown[] = [],
    options: QueryOptions = {},
  ): Promise<QueryResult> {
    await this.#ensureWorker(options.signal);
    let reply;
    try {
      reply = await this.#ask({ kind: "query", text, params }, options.signal, "the query");
    } catch (error) {
      if (!this.#mayTakeNative(error)) throw error;
      reply = await this.#askNative({ kind: "query", text, params }, options.signal, error);
    }
    if (reply.kind !== "result") throw new Error(`the store's worker answered a query with ${reply.kind}`);
    return reply.result;
  }

  /**
   * Whether a query had too little memory and there is another engine to ask. One that broke the engine is not asked again: what takes
   * more memory than DuckDB itself counts would take it from the whole machine there.
   */
  #mayTakeNative(error: unknown): error is QueryError {
    return this.#engine === "auto" && this.engine === "wasm" && error instanceof QueryError &&
      /^Out of Memory Error/.test(error.message);
  }

  async #askNative(
    request: Unnumbered,
    signal: AbortSignal | undefined,
    tried: QueryError,
  ): Promise<StoreReply> {
    this.#endWorker(tried);
    this.#engine = "native";
    try {
      await this.#ensureWorker(signal);
    } catch (error) {
      if (!(error instanceof QueryError)) throw error;
      this.#engine = "auto";
      throw new QueryError(
        `${tried.message}\n${error.message}; allow more memory (--memory), or ask for less (--since, --until)`,
        { cause: tried },
      );
    }
    return await this.#ask(request, signal, "the query");
  }

  async refresh(): Promise<number> {
    await this.#ensureWorker(undefined);
    return this.#takeState(await this.#ask({ kind: "refresh" }, undefined, "loading"));
  }

  close(): Promise<void> {
    this.#isClosed = true;
    this.#endWorker(new QueryError("the store was closed"));
    this.#temporary?.[Symbol.dispose]();
    this.#temporary = null;
    return Promise.resolve();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /** A worker with the captures loaded: the one that is there, or, after a query was cancelled, a new one. */
  async #ensureWorker(signal: AbortSignal | undefined): Promise<void> {
    if (this.#isClosed) throw new QueryError("the store is closed: open another one");
    if (this.#worker !== null) return;
    const captures = await this.#request();
    const write = captures.temporary === null ? false : [captures.temporary];
    const worker = new Worker(new URL("./store_worker.ts", import.meta.url), {
      type: "module",
      deno: { permissions: { ...ENGINE_PERMISSIONS, write } },
    });
    worker.onmessage = ({ data }: MessageEvent<StoreReply>) => this.#hear(data);
    worker.onerror = (event) => {
      event.preventDefault();
      this.#endWorker(
        new QueryError(`the query engine ended unexpectedly: ${event.message}; ask again, or ask for less`),
      );
    };
    this.#worker = worker;
    try {
      this.#takeState(
        await this.#ask(
          { kind: "open", captures, cancelled: this.#cancelled.buffer },
          signal,
          "loading",
        ),
      );
    } catch (error) {
      // A worker without its captures is none.
      this.#endWorker(new QueryError("the store could not be opened"));
      throw error;
    }
  }

  async #request(): Promise<EngineRequest> {
    const { memoryBytes = MEMORY_BYTES, selection = {}, follow = false } = this.#options;
    const paths = this.#paths;
    const mayBeNative = this.#engine === "native" ||
      this.#engine === "auto" && !follow && !(await planMemory(paths, memoryBytes)).fits;
    if (mayBeNative) this.#temporary ??= TemporaryFolder.make();
    const temporary = this.#temporary?.path ?? null;
    return { paths, engine: this.#engine, memoryBytes, selection, follow, temporary };
  }

  #takeState(reply: StoreReply): number {
    if (reply.kind !== "state") {
      throw new Error(`the store's worker answered with ${reply.kind}, not with its state`);
    }
    this.#state = reply.state;
    return reply.state.added;
  }

  #ask(request: Unnumbered, signal: AbortSignal | undefined, what: string): Promise<StoreReply> {
    const id = ++this.#lastId;
    const { promise, resolve, reject } = Promise.withResolvers<StoreReply>();
    const error = new QueryError(`${what} was cancelled`, { cause: signal?.reason });
    let timer: ReturnType<typeof setTimeout> | undefined;
    const cancel = () => {
      if (request.kind !== "query") return this.#endWorker(error);
      // Most queries notice within milliseconds, and nothing has to be loaded again; one that does not loses its worker.
      Atomics.store(this.#cancelled, 0, id);
      timer = setTimeout(() => this.#endWorker(error), CANCEL_MS);
    };
    if (signal?.aborted) {
      reject(new QueryError(`${what} was cancelled before it began`, { cause: signal.reason }));
      return promise;
    }
    signal?.addEventListener("abort", cancel, { once: true });
    this.#waiting.set(id, { resolve, reject });
    this.#worker?.postMessage({ ...request, id });
    return promise.finally(() => {
      signal?.removeEventListener("abort", cancel);
      clearTimeout(timer);
      this.#waiting.delete(id);
    });
  }

  #hear(reply: StoreReply): void {
    if (reply.kind === "progress") {
      this.#options.onProgress?.({ loadedRows: reply.loadedRows, totalRows: reply.totalRows });
      return;
    }
    const waiting = this.#waiting.get(reply.id);
    if (reply.kind !== "error") return waiting?.resolve(reply);
    waiting?.reject(reviveError(reply.name, reply.message));
    if (reply.isFatal) {
      this.#endWorker(new QueryError("the query engine broke during another query: ask again"));
    }
  }

  #endWorker(reason: Error): void {
    this.#worker?.terminate();
    this.#worker = null;
    for (const { reject } of this.#waiting.values()) reject(reason);
  }
}

/** Errors lose their class on the way out of a worker. */
function reviveError(name: string, message: string): Error {
  const classes = {
    AbiMismatchError,
    CaptureError,
    DriverError,
    QueryError,
    RangeError,
    SyntaxError,
    TypeError,
  };
  const known = Object.entries(classes).find(([known]) => known === name)?.[1];
  return known === undefined ? new Error(message) : new known(message);
}
