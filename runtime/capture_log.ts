/**
 * A capture as a script uses it; see {@link openCapture} in mod.ts.
 *
 * @module
 */
import { basename } from "@std/path";
import { delay } from "@std/async";
import type { RecordBatch } from "apache-arrow";
import { crc32c } from "./arrow/crc32c.ts";
import type { ExpandedRows } from "./arrow/expand.ts";
import { type LogColumns, toRecordBatch } from "./arrow/record_batch.ts";
import { CaptureSource } from "./store/capture_source.ts";
import { type CaptureInfo, readCaptureInfo } from "./store/folder.ts";
import type { AnyEvents } from "./events/event_records.ts";
import { readEvents } from "./live/read_events.ts";
import { followQuery } from "./live/follow_query.ts";
import { type Row, Watch } from "./live/watch.ts";
import { type Entry, type Level, severityOf, toEntries } from "./log_entry.ts";
import { type EntrySelection, isSelective, selectRows } from "./store/entry_selection.ts";
import type { EngineChoice } from "./store/open_engine.ts";
import { segmentsWanted } from "./store/segments_wanted.ts";
import type { Tables } from "./tables.ts";
import { openStore, type QueryOptions, type QueryResult, type Store } from "./store/store.ts";

/** How often a growing folder is looked at. */
const POLL_MS = 20;

/** Options of {@link openCapture}. */
export interface OpenCaptureOptions {
  /**
   * The capture is followed while it is recorded: `entries` and `batches` wait for what is still to come, unless they are told
   * otherwise, and `sql` and `watch` see a window of the newest entries, as many as fit into the memory.
   */
  readonly follow?: boolean;
  /** Which engine answers `sql`; see {@link OpenStoreOptions.engine}. */
  readonly engine?: EngineChoice;
  /** Bytes that it may hold; default 1 GiB. */
  readonly memoryBytes?: number;
  /** Which entries are wanted everywhere; default: all. Segments that hold none of them are not read. */
  readonly selection?: EntrySelection;
}

/** Options of {@link CaptureLog.batches}. */
export interface BatchOptions {
  /** Which entries, instead of those that the capture was opened for. */
  readonly selection?: EntrySelection;
  /** Waits for what is still to come, until the capture has ended. Default: as the capture was opened. */
  readonly follow?: boolean;
  /** Ends the iteration; not an error. */
  readonly signal?: AbortSignal;
}

/** Options of {@link CaptureLog.entries}. */
export interface EntryOptions extends BatchOptions {
  /** Only entries at least as severe. */
  readonly level?: Level;
}

/** Options of {@link CaptureLog.events}. */
export interface EventOptions extends BatchOptions {
  /** Only events at least as severe. */
  readonly level?: Level;
}

/** A capture folder, finished or growing. `Events`: its typed events by name, as `ringscope types` writes them. */
export class CaptureLog<Events extends object = AnyEvents> implements AsyncDisposable {
  /** The folder. */
  readonly path: string;
  readonly #options: OpenCaptureOptions;
  #store: Promise<Store> | null = null;

  private constructor(path: string, options: OpenCaptureOptions) {
    this.path = path;
    this.#options = options;
  }

  /** @ignore Use {@link openCapture}. */
  static async open<Events extends object>(
    path: string,
    options: OpenCaptureOptions,
  ): Promise<CaptureLog<Events>> {
    await readCaptureInfo(path);
    return new CaptureLog<Events>(path, options);
  }

  /** The folder's own name. */
  get name(): string {
    return basename(this.path);
  }

  /** What was recorded and how: capture.json as it is now. */
  info(): Promise<CaptureInfo> {
    return readCaptureInfo(this.path);
  }

  /**
   * Rows of a query, of the type that you say they have. What is put into the template is bound, never pasted. Entries that came
   * since the last query of a growing capture are there.
   *
   * @throws {QueryError} The engine refused the query.
   * @example
   * ```ts
   * import { openCapture } from "@ringscope/ringscope";
   *
   * await using log = await openCapture("captures/boot");
   * const slow = 1_000_000;
   * const rows = await log.sql`SELECT * FROM latency_by_processor WHERE p99_ns > ${slow}`;
   * ```
   */
  async sql<R extends object = Row>(parts: TemplateStringsArray, ...params: unknown[]): Promise<R[]> {
    const text = parts.reduce((sum, part, at) => `${sum}$${at}${part}`);
    return toRows(await this.query(text, params)) as R[];
  }

  /**
   * All rows of a table or view of the SQL library, with the types of its columns; see {@link Tables}. Of a large capture `logs` is
   * better read by {@link CaptureLog.entries}, which does not hold it all.
   *
   * @throws {QueryError} There is no such table.
   * @example
   * ```ts
   * import { openCapture } from "@ringscope/ringscope";
   *
   * await using log = await openCapture("captures/boot");
   * for (const { processor, p99_ns } of await log.table("latency_by_processor")) console.log(processor, p99_ns);
   * ```
   */
  async table<Name extends keyof Tables & string>(name: Name): Promise<Tables[Name][]> {
    return toRows(
      await this.query(`SELECT * FROM "${name.replaceAll('"', '""')}"`),
    ) as unknown as Tables[Name][];
  }

  /**
   * A query that is asked again while the capture grows, as it is written into the template.
   *
   * @example
   * ```ts
   * import { openCapture } from "@ringscope/ringscope";
   *
   * await using log = await openCapture("captures/boot", { follow: true });
   * const watching = log.watch`SELECT sum(lost) AS lost FROM loss_by_processor`.every("1s", ({ lost }) => {
   *   if (lost !== 0n) console.error(`${lost} entries are lost`);
   * });
   * await watching.finished;
   * ```
   */
  watch(parts: TemplateStringsArray, ...params: unknown[]): Watch {
    const text = parts.reduce((sum, part, at) => `${sum}$${at}${part}`);
    const open = () => this.#openStore();
    return new Watch(async function* (everyMs, signal) {
      const options = { everyMs, ...(signal && { signal }) };
      const store = await open();
      await store.refresh();
      for await (const result of followQuery(store, text, params, options)) yield toRows(result);
    });
  }

  #openStore(): Promise<Store> {
    return this.#store ??= openStore([this.path], this.#options);
  }

  /**
   * A query as text, with its parameters (`?`, `$1`) apart, and the result with its types.
   *
   * @throws {QueryError} The engine refused it.
   * @example
   * ```ts
   * import { openCapture } from "@ringscope/ringscope";
   *
   * await using log = await openCapture("captures/boot");
   * const { columns, rows } = await log.query("SELECT idx, message FROM logs WHERE pid = ?", [4]);
   * console.log(columns.map(({ name }) => name), rows.length);
   * ```
   */
  async query(
    text: string,
    params: readonly unknown[] = [],
    options: QueryOptions = {},
  ): Promise<QueryResult> {
    const isNew = this.#store === null;
    const store = await this.#openStore();
    if (!isNew && store.captures.some(({ complete }) => !complete)) await store.refresh();
    return await store.query(text, params, options);
  }

  /**
   * Entries in index order.
   *
   * @throws {CaptureError} The folder cannot be read.
   * @example
   * ```ts
   * import { openCapture } from "@ringscope/ringscope";
   *
   * await using log = await openCapture("captures/boot");
   * for await (const { ts, message } of log.entries({ level: "warn" })) console.log(ts, message);
   * ```
   */
  async *entries({ level, ...options }: EntryOptions = {}): AsyncGenerator<Entry> {
    const selection = options.selection ?? this.#options.selection ?? {};
    const severity = Math.max(level === undefined ? 0 : severityOf(level), selection.severity ?? 0);
    for await (const rows of this.#rows({ ...options, selection: { ...selection, severity } })) {
      yield* toEntries(rows);
    }
  }

  /**
   * Typed events of one name in index order, with their arguments as values.
   *
   * @throws {RangeError} The capture has ended and has no such event; the message names those that it has.
   * @throws {CaptureError} The folder cannot be read.
   * @example Types of the arguments come from `ringscope types captures/boot -o boot_events.ts`
   * ```ts
   * import { openCapture } from "@ringscope/ringscope";
   *
   * interface EventTables {
   *   readonly io_done: { readonly idx: bigint; readonly bytes: number | null };
   * }
   * await using log = await openCapture<EventTables>("captures/boot");
   * let sum = 0;
   * for await (const { bytes } of log.events("io_done")) sum += bytes ?? 0;
   * ```
   */
  async *events<Name extends keyof Events & string>(
    name: Name,
    { level, ...options }: EventOptions = {},
  ): AsyncGenerator<Events[Name]> {
    const chosen = options.selection ?? this.#options.selection ?? {};
    const severity = Math.max(level === undefined ? 0 : severityOf(level), chosen.severity ?? 0);
    const rows = readEvents(this.path, name, {
      follow: this.#options.follow ?? false,
      ...options,
      selection: { ...chosen, severity },
    });
    // What the capture holds is what its own call sites say, whatever types somebody gave.
    yield* rows as AsyncGenerator<unknown> as AsyncGenerator<Events[Name]>;
  }

  /**
   * Arrow record batches in index order, with the columns of `logs` but `capture`. They are the caller's to keep.
   *
   * @throws {CaptureError} The folder cannot be read.
   * @example
   * ```ts
   * import { openCapture } from "@ringscope/ringscope";
   *
   * await using log = await openCapture("captures/boot");
   * let bytes = 0;
   * for await (const batch of log.batches()) bytes += batch.getChild("message")?.byteLength ?? 0;
   * ```
   */
  async *batches(options: BatchOptions = {}): AsyncGenerator<RecordBatch<LogColumns>> {
    for await (const rows of this.#rows(options)) yield toRecordBatch(rows);
  }

  async *#rows(
    { follow = this.#options.follow ?? false, signal, selection = this.#options.selection ?? {} }:
      BatchOptions,
  ): AsyncGenerator<ExpandedRows> {
    const wanted = segmentsWanted(this.path, { selection, firstSegment: 0 });
    using source = await CaptureSource.open(this.path, crc32c, wanted);
    while (!signal?.aborted) {
      for await (const item of source.look()) {
        if (item.kind === "entries") {
          const rows = isSelective(selection) ? selectRows(selection, item.expand()) : item.expand();
          if (rows.rows > 0) yield rows;
        }
        if (signal?.aborted) return;
      }
      if (!follow || !source.isRecording) return;
      await delay(POLL_MS, { ...(signal && { signal }) }).catch(() => {});
    }
  }

  /** Ends the query engine, if there is one. */
  async [Symbol.asyncDispose](): Promise<void> {
    const store = await this.#store?.catch(() => null);
    await store?.close();
  }
}

function toRows({ columns, rows }: QueryResult): Row[] {
  return rows.map((row) => Object.fromEntries(columns.map(({ name }, at) => [name, row[at]])));
}
