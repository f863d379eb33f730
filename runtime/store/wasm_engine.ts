/**
 * One DuckDB-WASM database in this thread, in memory, without files and network. Used inside the store's worker, and by
 * tests.
 *
 * @module
 */
import { createDuckDB, type DuckDBBindings, VoidLogger } from "@duckdb/duckdb-wasm/blocking";
import { fromFileUrl } from "@std/path";
import { RecordBatchReader } from "apache-arrow";
import { QueryError } from "../errors.ts";
import { CLOSED_RUNTIME } from "./closed_runtime.ts";
import type { Engine } from "./engine.ts";
import { refuseOutside, toQueryError } from "./engine_error.ts";
import { refuseFetches } from "./no_fetch.ts";
import type { QueryResult } from "./query_result.ts";
import { readTable } from "./read_table.ts";
import { toLiteral } from "./sql_literal.ts";

/**
 * Settings of every database. Checkpoints on the way stall inserts for up to half a second, so they never come by themselves.
 * Nothing outside is touched, and the last setting cannot be taken back.
 */
const SETTINGS = [
  "SET wal_autocheckpoint = '1TB'",
  "SET autoinstall_known_extensions = false",
  "SET autoload_known_extensions = false",
  "SET enable_external_access = false",
];
/** How long DuckDB works before it is asked whether to go on. */
const POLL_MS = 20;
/** Where DuckDB-WASM's memory ends, little below what WASM can address. */
const MEMORY_BYTES_MAX = 3 * 2 ** 30;
/** Part of the memory that may be full of rows; what is left is for queries. */
const LOAD_PART = 2 / 3;
const STATEMENT = "_ringscope_query";
const OPERATOR = 3;

/** A database, with one connection that loads and one that answers. */
export class WasmEngine implements Engine {
  readonly kind = "wasm";
  readonly #database: DuckDBBindings;
  readonly #memoryBytes: number;
  readonly #loading: number;
  readonly #asking: number;

  private constructor(database: DuckDBBindings, memoryBytes: number) {
    this.#database = database;
    this.#memoryBytes = memoryBytes;
    this.#loading = connect(database);
    this.#asking = connect(database);
  }

  /** Starts DuckDB. Its WASM module lies in the npm package, in Deno's cache. */
  static async start(memoryBytes: number = MEMORY_BYTES_MAX): Promise<WasmEngine> {
    refuseFetches();
    const module = (name: string) =>
      fromFileUrl(new URL(name, import.meta.resolve("@duckdb/duckdb-wasm/blocking")));
    const bundle = (kind: string) => ({ mainModule: module(`./duckdb-${kind}.wasm`), mainWorker: "" });
    const database = await createDuckDB(
      { mvp: bundle("mvp"), eh: bundle("eh") },
      new VoidLogger(),
      CLOSED_RUNTIME,
    );
    await database.instantiate(() => {});
    database.open({ query: { queryPollingInterval: POLL_MS } });
    const engine = new WasmEngine(database, Math.min(memoryBytes, MEMORY_BYTES_MAX));
    engine.#run(`SET memory_limit = '${engine.#memoryBytes}B'`);
    for (const setting of SETTINGS) engine.#run(setting);
    return engine;
  }

  query(
    text: string,
    params: readonly unknown[] = [],
    isCancelled: () => boolean = () => false,
  ): Promise<QueryResult> {
    return Promise.try(() => this.#query(text, params, isCancelled));
  }

  #query(text: string, params: readonly unknown[], isCancelled: () => boolean): QueryResult {
    const literals = params.map(toLiteral);
    try {
      if (literals.length > 0) return this.#queryBound(text, literals, isCancelled);
      let result: QueryResult = { columns: [], rows: [] };
      for (const statement of this.#split(text)) result = this.#ask(statement, isCancelled);
      return result;
    } catch (error) {
      throw error instanceof QueryError ? error : toQueryError(error);
    }
  }

  #queryBound(text: string, literals: readonly string[], isCancelled: () => boolean): QueryResult {
    this.#prepare(text, isCancelled);
    try {
      return this.#ask(`EXECUTE ${STATEMENT}(${literals.join(", ")})`, isCancelled);
    } finally {
      this.#ask(`DEALLOCATE ${STATEMENT}`, () => false);
    }
  }

  #prepare(text: string, isCancelled: () => boolean): void {
    try {
      this.#ask(`PREPARE ${STATEMENT} AS ${text}`, isCancelled);
    } catch (error) {
      // As it is, so that the mistake is shown where it stands.
      this.#database.closePrepared(this.#asking, this.#database.createPrepared(this.#asking, text));
      throw error;
    }
  }

  /** The statements of a text, each padded so that a place in it is the place in the whole. */
  #split(text: string): string[] {
    const bytes = new TextEncoder().encode(text);
    const { offsets, types } = this.#database.tokenize(text);
    const statements: string[] = [];
    let from = 0, isEmpty = true, words: string[] = [];
    const end = (to: number) => {
      if (!isEmpty) {
        if (words[0] === "INSTALL" || words[0] === "FORCE" && words[1] === "INSTALL") throw refuseOutside();
        const before = new TextDecoder().decode(bytes.subarray(0, from)).replace(/[^\n]/g, " ");
        statements.push(before + new TextDecoder().decode(bytes.subarray(from, to)));
      }
      from = to + 1;
      isEmpty = true;
      words = [];
    };
    offsets.forEach((offset, at) => {
      if (types[at] === OPERATOR && bytes[offset] === 0x3b) return end(offset);
      isEmpty = false;
      if (words.length < 2) {
        const word = new TextDecoder().decode(bytes.subarray(offset, offset + 16));
        words.push((/^\w+/.exec(word)?.[0] ?? "").toUpperCase());
      }
    });
    end(bytes.length);
    return statements.length > 0 ? statements : [text];
  }

  #ask(statement: string, isCancelled: () => boolean): QueryResult {
    const database = this.#database, connection = this.#asking;
    const stop = () => {
      if (!isCancelled()) return;
      database.cancelPendingQuery(connection);
      throw new QueryError("the query was cancelled");
    };
    let header = database.startPendingQuery(connection, statement, false);
    while (header === null) {
      stop();
      header = database.pollPendingQuery(connection);
    }
    const chunks = [header];
    for (;;) {
      stop();
      const chunk = database.fetchQueryResults(connection);
      if (chunk === null) continue;
      if (chunk.length === 0) break;
      chunks.push(chunk);
    }
    const reader = RecordBatchReader.from(chunks).open();
    const { schema } = reader; // which it forgets at its end
    return readTable(schema, [...reader]);
  }

  run(text: string): Promise<void> {
    return Promise.try(() => this.#run(text));
  }

  #run(text: string): void {
    try {
      this.#database.runQuery(this.#loading, text);
    } catch (error) {
      throw toQueryError(error);
    }
  }

  /**
   * Appends record batches to a table with the same columns. They are an Arrow IPC stream with its end mark. When this returns, the
   * stream's memory may be used again.
   *
   * @throws {QueryError} There is no memory left.
   */
  insert(table: string, stream: Uint8Array): void {
    try {
      this.#database.insertArrowFromIPCStream(this.#loading, stream, { name: table, create: false });
    } catch (error) {
      throw toQueryError(error);
    }
  }

  /** Bytes that the tables take. */
  usedBytes(): number {
    const { rows: [row] } = this.#query(
      "SELECT sum(memory_usage_bytes)::BIGINT FROM duckdb_memory()",
      [],
      () => false,
    );
    return Number(row?.[0] ?? 0);
  }

  /** Bytes that rows may take; what is left of the memory is for queries. */
  get rowBytes(): number {
    return this.#memoryBytes * LOAD_PART;
  }

  /** Packs the rows that were inserted to a fifth, which takes seconds; outside of a transaction. */
  checkpoint(): void {
    try {
      this.#run("CHECKPOINT");
    } catch (error) {
      // While a query's own transaction is open there is none.
      if (!(error instanceof QueryError)) throw error;
    }
  }

  [Symbol.dispose](): void {
    this.#database.disconnect(this.#asking);
    this.#database.disconnect(this.#loading);
    this.#database.reset();
  }
}

function connect(database: DuckDBBindings): number {
  return database.connect().useUnsafe((_bindings, connection) => connection);
}
