/**
 * Native DuckDB as others use it: without anything of the store's, over files that were written.
 *
 * @module
 */
import type { DuckDbAnswer, DuckDbQuestion } from "./duckdb_worker.ts";

/**
 * Asks a new database, in a worker for the reason that native_engine.ts gives.
 *
 * @param folder What relative paths of the query start from; default: where this process stands.
 */
export async function askDuckDb(query: string, folder?: string): Promise<DuckDbAnswer> {
  const worker = new Worker(new URL("./duckdb_worker.ts", import.meta.url), { type: "module" });
  try {
    return await new Promise((resolve, reject) => {
      worker.onmessage = ({ data }: MessageEvent<DuckDbAnswer>) => resolve(data);
      worker.onerror = (event) => {
        event.preventDefault();
        reject(new Error(`DuckDB did not answer ${query}: ${event.message}`));
      };
      worker.postMessage({ query, folder } satisfies DuckDbQuestion);
    });
  } finally {
    worker.terminate();
  }
}
