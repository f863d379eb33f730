/**
 * What DuckDB-WASM calls where it wants something from outside of its memory. Here there is nothing outside: no file is
 * opened, made, listed or removed, and each attempt ends as an error of the query that made it.
 *
 * @module
 */
import type { DEFAULT_RUNTIME } from "@duckdb/duckdb-wasm/blocking";

type Runtime = typeof DEFAULT_RUNTIME;
type Module = Parameters<Runtime["syncFile"]>[0];

const NODE_FILE_SYSTEM = 1; // a protocol under which the runtime is asked before anything is opened
const HAS_BIGINT_ARRAYS = 1;

/** A runtime without files. */
export const CLOSED_RUNTIME: Runtime = {
  _udfFunctions: new Map(),
  testPlatformFeature: (_module, feature) => feature === HAS_BIGINT_ARRAYS,
  getDefaultDataProtocol: () => NODE_FILE_SYSTEM,
  openFile: refuse,
  syncFile() {},
  closeFile() {},
  dropFile() {},
  getLastFileModificationTime: refuse,
  truncateFile: refuse,
  readFile: refuse,
  writeFile: refuse,
  removeDirectory: refuse,
  checkDirectory: () => false,
  createDirectory: refuse,
  listDirectoryEntries: () => false,
  glob() {},
  moveFile: refuse,
  checkFile: () => false,
  removeFile: refuse,
  progressUpdate() {},
  callScalarUDF: refuse,
};

function refuse(module: Module): number {
  module.ccall("duckdb_web_fail_with", null, ["string"], ["SQL reads and writes no files here"]);
  return 0;
}
