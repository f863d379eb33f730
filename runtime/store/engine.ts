/**
 * One DuckDB-WASM database in this thread, in memory, without network. Used inside the store's worker, and by tests.
 *
 * @module
 */
import {
  createDuckDB,
  type DuckDBBindings,
  type DuckDBConnection,
  NODE_RUNTIME,
  VoidLogger,
} from "@duckdb/duckdb-wasm/blocking";
import { fromFileUrl } from "@std/path";
import { QueryError } from "../errors.ts";
import { refuseFetches } from "./no_fetch.ts";
import { readTable } from "./read_table.ts";
import type { QueryResult } from "./query_result.ts";

/**
 * Settings of every database. Checkpoints on the way stall inserts for up to half a second, so they never come by themselves.
 * What cannot be fetched is not asked for.
 */
const SETTINGS = [
  "SET wal_autocheckpoint = '1TB'",
  "SET autoinstall_known_extensions = false",
  "SET autoload_known_extensions = false",
];

/** A database and its one connection. */
export class Engine implements Disposable {
  readonly #database: DuckDBBindings;
  readonly #connection: DuckDBConnection;

  private constructor(database: DuckDBBindings, connection: DuckDBConnection) {
    this.#database = database;
    this.#connection = connection;
  }

  /** Starts DuckDB. Its WASM module lies in the npm package, in Deno's cache. */
  static async start(): Promise<Engine> {
    refuseFetches();
    const module = (name: string) =>
      fromFileUrl(new URL(name, import.meta.resolve("@duckdb/duckdb-wasm/blocking")));
    const bundle = (kind: string) => ({ mainModule: module(`./duckdb-${kind}.wasm`), mainWorker: "" });
    const database = await createDuckDB(
      { mvp: bundle("mvp"), eh: bundle("eh") },
      new VoidLogger(),
      NODE_RUNTIME,
    );
    await database.instantiate(() => {});
    database.open({});
    const engine = new Engine(database, database.connect());
    for (const setting of SETTINGS) engine.run(setting);
    return engine;
  }

  /**
   * Runs SQL with bound parameters (`?`, `$1`).
   *
   * @throws {QueryError} DuckDB refused it; the message is DuckDB's, with the position.
   */
  query(text: string, params: readonly unknown[] = []): QueryResult {
    try {
      if (params.length === 0) return readTable(this.#connection.query(text));
      const statement = this.#connection.prepare(text);
      try {
        return readTable(statement.query(...params.map(toParameter)));
      } finally {
        statement.close();
      }
    } catch (error) {
      throw toQueryError(error);
    }
  }

  /** Runs SQL whose result does not matter. */
  run(text: string): void {
    this.query(text);
  }

  /**
   * Appends record batches to a table with the same columns. They are an Arrow IPC stream with its end mark: without
   * that, DuckDB would insert nothing, say nothing, and break the next insert.
   */
  insert(table: string, stream: Uint8Array): void {
    this.#connection.insertArrowFromIPCStream(stream, { name: table, create: false });
  }

  [Symbol.dispose](): void {
    this.#connection.close();
    this.#database.reset();
  }
}

/** Parameters travel to DuckDB as JSON. */
function toParameter(value: unknown): unknown {
  if (typeof value === "bigint") return String(value);
  if (value instanceof Date) return value.toISOString().replace("T", " ").replace("Z", "");
  return value;
}

function toQueryError(error: unknown): QueryError {
  const text = error instanceof Error ? error.message : String(error);
  // DuckDB appends what C++ threw, which says nothing more.
  return new QueryError(text.replace(/\s*Exception \[WebAssembly\.Exception\].*$/s, "").trim(), {
    cause: error,
  });
}
