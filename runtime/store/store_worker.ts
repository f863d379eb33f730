/**
 * The store's worker: DuckDB-WASM and the captures that are loaded into it. One request at a time, in order.
 *
 * @module
 */
/// <reference lib="deno.worker" />
import { basename } from "@std/path";
import { createViews, writeCaptures } from "./base_tables.ts";
import { CaptureLoader } from "./capture_loader.ts";
import { Engine } from "./engine.ts";
import { runLibrary } from "./sql_library.ts";
import type { StoreReply, StoreRequest, StoreState } from "./worker_messages.ts";

/** Progress is told about every so many rows. */
const PROGRESS_ROWS = 500_000;

let engine: Engine | null = null;
let loaders: CaptureLoader[] = [];
let queue: Promise<void> = Promise.resolve();

self.onmessage = ({ data }: MessageEvent<StoreRequest>) => {
  queue = queue.then(() => answer(data));
};

async function answer(request: StoreRequest): Promise<void> {
  try {
    send(await serve(request));
  } catch (error) {
    const { name, message } = error instanceof Error ? error : new Error(String(error));
    send({ kind: "error", id: request.id, name, message });
  }
}

function send(reply: StoreReply): void {
  self.postMessage(reply);
}

async function serve(request: StoreRequest): Promise<StoreReply> {
  if (request.kind === "open") {
    engine = await Engine.start();
    await openCaptures(engine, request.paths);
    return { kind: "state", id: request.id, state: await load(engine, true) };
  }
  if (engine === null) throw new Error("the store's worker was asked before it was opened");
  if (request.kind === "refresh") return { kind: "state", id: request.id, state: await load(engine, false) };
  return { kind: "result", id: request.id, result: engine.query(request.text, request.params) };
}

async function openCaptures(engine: Engine, paths: readonly string[]): Promise<void> {
  const names = uniqueNames(paths);
  loaders = [];
  for (const [number, path] of paths.entries()) {
    loaders.push(await CaptureLoader.open(engine, path, names[number]!, number));
  }
  createViews(engine, names);
  await runLibrary(engine);
}

/** The folders' own names; a second one of a name gets a number. */
function uniqueNames(paths: readonly string[]): string[] {
  const names: string[] = [];
  for (const path of paths) {
    const name = basename(path);
    let unique = name;
    for (let number = 2; names.includes(unique); number++) unique = `${name} (${number})`;
    names.push(unique);
  }
  return names;
}

async function load(engine: Engine, withProgress: boolean): Promise<StoreState> {
  const totalRows = loaders.reduce((sum, loader) => sum + Number(loader.expectedRows), 0);
  let loadedRows = 0, told = 0, added = 0;
  for (const loader of loaders) {
    added += await loader.load((rows) => {
      loadedRows += rows;
      if (!withProgress || loadedRows - told < PROGRESS_ROWS) return;
      told = loadedRows;
      send({ kind: "progress", loadedRows, totalRows: loadedRows > totalRows ? null : totalRows });
    });
  }
  const rows = loaders.map((loader) => loader.row());
  writeCaptures(engine, rows);
  return {
    captures: rows.map(({ name, path, info, loadedRows }) => ({
      name,
      path,
      complete: info.complete,
      loadedRows: Number(loadedRows),
    })),
    warnings: rows.flatMap(({ name, warnings }) => warnings.map((warning) => `${name}: ${warning}`)),
    added,
  };
}
