/**
 * One native DuckDB database in this process, in memory: the engine for captures that DuckDB-WASM has no memory for. An optional
 * dependency, loaded when it is asked for.
 *
 * SQL that users type may read what is attached, and nothing else: statements that reach outside are refused by their kind
 * before they run, and settings and extensions are locked.
 *
 * It belongs into a worker: when the isolate of a program or of a test ends, Deno 2.9.5 releases the values of native addons, and then
 * once more those that a garbage collection has found in between, which crashes after all is done. A worker's are released once.
 *
 * @module
 */
import type {
  DuckDBConnection,
  DuckDBInstance,
  DuckDBPreparedStatement,
  DuckDBResult,
} from "@duckdb/node-api";
import { QueryError } from "../errors.ts";
import type { Engine } from "./engine.ts";
import { refuseOutside, toQueryError } from "./engine_error.ts";
import type { QueryResult } from "./query_result.ts";
import { firstWord, splitStatements } from "./split_statements.ts";
import { toLiteral } from "./sql_literal.ts";

/** How often a query is asked whether it is cancelled, in ms. */
const POLL_MS = 20;
const STATEMENT = "_ringscope_query";

/** What a native engine may use. */
export interface NativeOptions {
  /** Bytes that DuckDB may hold. */
  readonly memoryBytes: number;
  /** Folder for what does not fit in memory; null: there is none. */
  readonly spill: string | null;
  /** Folders of files that are attached. */
  readonly folders: readonly string[];
}

/** A native database. */
export class NativeEngine implements Engine {
  readonly kind = "native";
  readonly #instance: DuckDBInstance;
  readonly #connection: DuckDBConnection;
  readonly #outside: ReadonlySet<number>;

  private constructor(instance: DuckDBInstance, connection: DuckDBConnection, outside: ReadonlySet<number>) {
    this.#instance = instance;
    this.#connection = connection;
    this.#outside = outside;
  }

  /**
   * Starts DuckDB.
   *
   * @throws {QueryError} The package is not there, or has nothing for this system.
   */
  static async start(options: NativeOptions): Promise<NativeEngine> {
    const { DuckDBInstance, StatementType } = await loadPackage();
    const instance = await DuckDBInstance.create(":memory:", {
      memory_limit: `${Math.max(options.memoryBytes, 64 << 20)}B`,
      autoinstall_known_extensions: "false",
      autoload_known_extensions: "false",
    });
    const connection = await instance.connect();
    const outside = new Set<number>([
      StatementType.COPY,
      StatementType.ATTACH,
      StatementType.DETACH,
      StatementType.LOAD,
      StatementType.COPY_DATABASE,
    ]);
    const engine = new NativeEngine(instance, connection, outside);
    for (const setting of settings(options)) await engine.run(setting);
    return engine;
  }

  async query(
    text: string,
    params: readonly unknown[] = [],
    isCancelled: () => boolean = () => false,
  ): Promise<QueryResult> {
    const literals = params.map(toLiteral);
    let wasCancelled = false;
    const poll = setInterval(() => {
      if (!isCancelled()) return;
      wasCancelled = true;
      this.#connection.interrupt();
    }, POLL_MS);
    try {
      return await (literals.length > 0 ? this.#queryBound(text, literals) : this.#queryAll(text));
    } catch (error) {
      if (wasCancelled) throw new QueryError("the query was cancelled", { cause: error });
      throw error instanceof QueryError ? error : toQueryError(error);
    } finally {
      clearInterval(poll);
    }
  }

  async #queryAll(text: string): Promise<QueryResult> {
    const statements = splitStatements(text);
    if (statements.length === 0) throw new QueryError("no statements");
    let result: QueryResult = { columns: [], rows: [] };
    for (const text of statements) {
      const statement = await this.#prepare(text);
      try {
        result = await readResult(await statement.run());
      } finally {
        statement.destroySync();
      }
    }
    return result;
  }

  async #queryBound(text: string, literals: readonly string[]): Promise<QueryResult> {
    // Prepared first as it is, so that a mistake is shown where it stands.
    (await this.#prepare(text)).destroySync();
    await this.#connection.run(`PREPARE ${STATEMENT} AS ${text}`);
    try {
      return await readResult(await this.#connection.run(`EXECUTE ${STATEMENT}(${literals.join(", ")})`));
    } finally {
      await this.#connection.run(`DEALLOCATE ${STATEMENT}`);
    }
  }

  async #prepare(text: string): Promise<DuckDBPreparedStatement> {
    // Preparing alone makes its folder.
    if (firstWord(text) === "EXPORT") throw refuseOutside();
    const statement = await this.#connection.prepare(text);
    if (!this.#outside.has(statement.statementType)) return statement;
    statement.destroySync();
    throw refuseOutside();
  }

  async run(text: string): Promise<void> {
    try {
      await this.#connection.run(text);
    } catch (error) {
      throw toQueryError(error);
    }
  }

  [Symbol.dispose](): void {
    this.#connection.disconnectSync();
    this.#instance.closeSync();
  }
}

/** The last two cannot be taken back. */
function settings({ spill, folders }: NativeOptions): string[] {
  const quote = (path: string) => `'${path.replaceAll("'", "''")}'`;
  const all = spill === null ? folders : [...folders, spill];
  return [
    spill === null ? "SET temp_directory = ''" : `SET temp_directory = ${quote(spill)}`,
    "SET parquet_metadata_cache = true",
    `SET allowed_directories = [${all.map(quote).join(", ")}]`,
    "SET enable_external_access = false",
    "SET lock_configuration = true",
  ];
}

/** Loaded with the package: where that has nothing for the system, the other engine has to start all the same. */
async function readResult(result: DuckDBResult): Promise<QueryResult> {
  const { readResult } = await import("./native_result.ts");
  return await readResult(result);
}

async function loadPackage(): Promise<typeof import("@duckdb/node-api")> {
  try {
    return await import("@duckdb/node-api");
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) throw error;
    const reason = error instanceof Error ? error.message.split("\n")[0] : String(error);
    throw new QueryError(`the native engine (npm's @duckdb/node-api) cannot be loaded: ${reason}`, {
      cause: error,
    });
  }
}
