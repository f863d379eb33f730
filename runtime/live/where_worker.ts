/**
 * Evaluates an SQL condition on batch after batch of entries, with the views and macros of the library over the batch alone.
 *
 * @module
 */
/// <reference lib="deno.worker" />
import { QueryError } from "../errors.ts";
import { createEntryTable, createTables, createViews, entryTableName } from "../store/base_tables.ts";
import type { QueryResult } from "../store/query_result.ts";
import { createSmallTables } from "../store/small_tables.ts";
import { runLibrary } from "../store/sql_library.ts";
import { WasmEngine } from "../store/wasm_engine.ts";
import type { WhereReply, WhereRequest } from "./where_messages.ts";

const BATCH = entryTableName(0, 0), EMPTY = "_no_batch";

let engine: WasmEngine | null = null;
let query = "";
let queue: Promise<void> = Promise.resolve();

// Emscripten tells of its troubles on standard output, which belongs to the program's results.
console.log = () => {};

self.onmessage = ({ data }: MessageEvent<WhereRequest>) => {
  queue = queue.then(async () => {
    try {
      self.postMessage(await serve(data));
    } catch (error) {
      const reply: WhereReply = {
        kind: "error",
        message: error instanceof Error ? error.message : String(error),
      };
      self.postMessage(reply);
    }
  });
};

async function serve(request: WhereRequest): Promise<WhereReply> {
  if (request.kind === "start") {
    engine = await WasmEngine.start();
    await createTables(engine, 0);
    const table = { name: BATCH, hasEvents: true };
    await createEntryTable(engine, table);
    await createViews(engine, [{ name: request.capture, tables: [table] }]);
    await createSmallTables(engine);
    await runLibrary(engine);
    await engine.run(`CREATE TABLE ${EMPTY} AS FROM ${BATCH}`);
    query = await compile(engine, request.condition);
    return { kind: "ready" };
  }
  if (engine === null) throw new Error("the worker was asked before it was started");
  // Emptied by making it anew: what DELETE leaves behind grows for ever.
  await engine.run(`CREATE OR REPLACE TABLE ${BATCH} AS FROM ${EMPTY}`);
  engine.insert(BATCH, request.stream);
  const { rows } = await ask(engine, query);
  return { kind: "found", idx: BigUint64Array.from(rows, ([idx]) => idx as bigint) };
}

/** The query for a condition. It has to be one in two places of different shape, which only a whole expression can be. */
async function compile(engine: WasmEngine, condition: string): Promise<string> {
  const [{ type } = { type: "nothing" }] =
    (await ask(engine, `SELECT (\n${condition}\n) AS holds FROM logs LIMIT 0`)).columns;
  await ask(engine, `SELECT CASE WHEN\n${condition}\nTHEN 1 ELSE 0 END FROM logs LIMIT 0`);
  if (type !== "BOOLEAN") {
    throw new QueryError(`it is of type ${type}, and only what is true or false (BOOLEAN) is a condition`);
  }
  const query = `SELECT idx FROM logs WHERE (\n${condition}\n)`;
  await ask(engine, query);
  return query;
}

/** Runs a query whose condition begins in its second line; places in an error are those in the condition. */
async function ask(engine: WasmEngine, query: string): Promise<QueryResult> {
  try {
    return await engine.query(query);
  } catch (error) {
    if (!(error instanceof QueryError)) throw error;
    const message = error.message.replace(/^LINE (\d+):/gm, (_, line: string) => `LINE ${Number(line) - 1}:`);
    throw new QueryError(message, { cause: error });
  }
}
