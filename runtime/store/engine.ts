/**
 * What answers SQL. There are two: DuckDB-WASM (wasm_engine.ts), which holds rows that were loaded, and native DuckDB
 * (native_engine.ts), which reads sealed segments where they lie. What is asked of them, and what they answer, is the same.
 *
 * @module
 */
import type { QueryResult } from "./query_result.ts";

/** Which database answers. */
export type EngineKind = "wasm" | "native";

/** A database in memory. SQL that it is given reads and writes no files. */
export interface Engine extends Disposable {
  /** Which one this is. */
  readonly kind: EngineKind;
  /**
   * Runs SQL with bound parameters (`?`, `$1`); of several statements the last one's result. `isCancelled` is asked every few
   * milliseconds.
   *
   * @throws {EngineBrokenError} The engine is of no use any more.
   * @throws {QueryError} DuckDB refused it, with the position; or it was cancelled.
   * @throws {TypeError} A parameter is of no type that SQL has.
   */
  query(text: string, params?: readonly unknown[], isCancelled?: () => boolean): Promise<QueryResult>;
  /**
   * Runs a statement of the store's own.
   *
   * @throws {QueryError} DuckDB refused it.
   */
  run(text: string): Promise<void>;
}
