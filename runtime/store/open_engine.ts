/**
 * Chooses the engine for some captures, by what they take and what there is.
 *
 * @module
 */
import { QueryError } from "../errors.ts";
import type { EngineKind } from "./engine.ts";
import type { EntrySelection } from "./entry_selection.ts";
import { LoadedCaptures } from "./loaded_captures.ts";
import { firstThatFits, planMemory } from "./memory_plan.ts";
import { NativeEngine } from "./native_engine.ts";
import { WasmEngine } from "./wasm_engine.ts";

/** Which engine to take; `auto` takes DuckDB-WASM for what fits into the memory, native DuckDB for what does not. */
export type EngineChoice = EngineKind | "auto";

/** What a store is opened with. */
export interface EngineRequest {
  readonly paths: readonly string[];
  readonly engine: EngineChoice;
  readonly memoryBytes: number;
  readonly selection: EntrySelection;
  /** The captures are followed. They are then in DuckDB-WASM unless the native engine is asked for by name. */
  readonly follow: boolean;
  /** Folder for what is brought over and what does not fit in memory; null: there is none. */
  readonly temporary: string | null;
}

/**
 * Starts an engine with the captures' tables in it; nothing is loaded yet.
 *
 * @throws {CaptureError} A path is no capture, or cannot be read.
 * @throws {QueryError} The engine that was asked for cannot be started.
 */
export async function openEngine(request: EngineRequest): Promise<LoadedCaptures> {
  const { selection, paths, memoryBytes, follow } = request;
  const plan = await planMemory(paths, memoryBytes);
  if (request.engine === "native" || request.engine === "auto" && !plan.fits && !follow) {
    const native = await startNative(request);
    if (native !== null) return native;
  }
  const wanted = plan.captures.map((segments) => ({
    selection,
    firstSegment: plan.fits ? 0 : firstThatFits(segments, plan.captureBytes),
    follow,
  }));
  return await LoadedCaptures.load(await WasmEngine.start(memoryBytes), paths, wanted);
}

async function startNative(request: EngineRequest): Promise<LoadedCaptures | null> {
  const { paths, memoryBytes, temporary, selection } = request;
  const folders = await Promise.all(paths.map((path) => Deno.realPath(path)));
  let engine;
  try {
    engine = await NativeEngine.start({ memoryBytes, spill: temporary, folders: [...paths, ...folders] });
  } catch (error) {
    if (request.engine === "native" || !(error instanceof QueryError)) throw error;
    return null;
  }
  return await LoadedCaptures.attach(engine, paths, { selection, firstSegment: 0 }, temporary);
}
