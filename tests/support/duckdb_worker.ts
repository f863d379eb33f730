/// <reference lib="deno.worker" />
import { DuckDBInstance, quotedString } from "@duckdb/node-api";

/** What a worker is asked. */
export interface DuckDbQuestion {
  readonly query: string;
  readonly folder: string | undefined;
}

/** What it answers. */
export interface DuckDbAnswer {
  readonly columns: readonly string[];
  readonly rows: unknown[][];
}

self.onmessage = async ({ data: { query, folder } }: MessageEvent<DuckDbQuestion>) => {
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  if (folder !== undefined) await connection.run(`SET file_search_path = ${quotedString(folder)}`);
  const reader = await connection.runAndReadAll(query);
  const answer: DuckDbAnswer = { columns: reader.columnNames(), rows: reader.getRowsJS() };
  // Before the answer: who has it ends this worker.
  connection.disconnectSync();
  instance.closeSync();
  self.postMessage(answer);
};
