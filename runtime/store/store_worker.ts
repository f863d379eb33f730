/**
 * The store's worker: an engine and the captures in it. One request at a time, in order.
 *
 * @module
 */
/// <reference lib="deno.worker" />
import { EngineBrokenError } from "./engine_error.ts";
import type { LoadedCaptures } from "./loaded_captures.ts";
import { yieldPriority } from "../seal/yield_priority.ts";
import { openEngine } from "./open_engine.ts";
import type { StoreReply, StoreRequest } from "./worker_messages.ts";

/** A third of what a thread that records gets, where both want the same processor. */
const FOLLOWER_NICENESS = 5;
/** Progress is told about every so many rows. */
const PROGRESS_ROWS = 500_000;

let opened: LoadedCaptures | null = null;
/** See the request "open". */
let cancelled = new Int32Array(new SharedArrayBuffer(4));
let queue: Promise<void> = Promise.resolve();

// Emscripten tells of its troubles on standard output, which belongs to the program's results.
console.log = () => {};

self.onmessage = ({ data }: MessageEvent<StoreRequest>) => {
  queue = queue.then(() => answer(data));
};

async function answer(request: StoreRequest): Promise<void> {
  try {
    send(await serve(request));
  } catch (error) {
    const { name, message } = error instanceof Error ? error : new Error(String(error));
    send({ kind: "error", id: request.id, name, message, isFatal: error instanceof EngineBrokenError });
  }
}

function send(reply: StoreReply): void {
  self.postMessage(reply);
}

async function serve(request: StoreRequest): Promise<StoreReply> {
  if (request.kind === "open") {
    cancelled = new Int32Array(request.cancelled);
    if (request.captures.follow) yieldPriority(FOLLOWER_NICENESS);
    opened = await openEngine(request.captures);
    return { kind: "state", id: request.id, state: await opened.load(tellProgress()) };
  }
  if (opened === null) throw new Error("the store's worker was asked before it was opened");
  if (request.kind === "refresh") {
    return { kind: "state", id: request.id, state: await opened.load() };
  }
  const isCancelled = () => Atomics.load(cancelled, 0) === request.id;
  return {
    kind: "result",
    id: request.id,
    result: await opened.engine.query(request.text, request.params, isCancelled),
  };
}

function tellProgress(): (loadedRows: number, totalRows: number) => void {
  let told = 0;
  return (loadedRows, totalRows) => {
    if (loadedRows - told < PROGRESS_ROWS) return;
    told = loadedRows;
    send({ kind: "progress", loadedRows, totalRows: loadedRows > totalRows ? null : totalRows });
  };
}
