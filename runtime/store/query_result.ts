/**
 * What a query gives.
 *
 * @module
 */

/** A column of a result. */
export interface QueryColumn {
  /** Its name in the query. */
  readonly name: string;
  /** DuckDB's name of its type, such as `UBIGINT`. */
  readonly type: string;
}

/**
 * Rows as arrays of values, in the order of the columns: null, boolean, number, string, `Uint8Array` for BLOB, bigint for integers of
 * 64 bits and more. A time is a bigint in the unit of its type since 1970 (TIMESTAMP_NS: ns, TIMESTAMP: µs), an INTERVAL a text
 * (`1 day 00:00:01.5`); lists are arrays, structs objects, maps arrays of `{ key, value }`, unions the value that they hold.
 */
export interface QueryResult {
  /** The columns. */
  readonly columns: readonly QueryColumn[];
  /** The rows. */
  readonly rows: unknown[][];
}
