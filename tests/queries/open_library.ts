/**
 * The SQL library over small captures that a test writes by hand, through the store's own engines, loaders and tables.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import type { Engine, EngineKind } from "../../runtime/store/engine.ts";
import { LoadedCaptures } from "../../runtime/store/loaded_captures.ts";
import { NativeEngine } from "../../runtime/store/native_engine.ts";
import { WasmEngine } from "../../runtime/store/wasm_engine.ts";
import { type CaptureInput, makeCapture } from "../support/make_capture.ts";
import { sealCapture } from "../support/seal_capture.ts";

/** Databases with captures and the library over them. */
export interface Library {
  /**
   * Rows of a query: those of the first engine, which every other engine has to give too.
   *
   * @throws {QueryError} An engine refused it; then every one has to.
   */
  rows(query: string): Promise<unknown[][]>;
}

/** A capture of a library. */
export interface LibraryInput extends CaptureInput {
  /** Numbers of the segments that are sealed. */
  readonly sealed?: readonly number[];
}

const ALL = { selection: {}, firstSegment: 0 };
const MEMORY_BYTES = 2 ** 30;

/**
 * Loads captures by their names. Starting an engine takes a second, so a test file opens one library, with a capture for
 * everything that it wants to show.
 */
export async function openLibrary(
  inputs: Readonly<Record<string, LibraryInput>>,
  kinds: readonly EngineKind[] = ["wasm", "native"],
): Promise<Library> {
  const dir = await Deno.makeTempDir();
  const engines: Engine[] = [];
  globalThis.addEventListener("unload", () => {
    // Native DuckDB that is still open when its thread goes ends the process now and then.
    for (const engine of engines) engine[Symbol.dispose]();
    Deno.removeSync(dir, { recursive: true });
  });
  const paths: string[] = [];
  for (const [name, input] of Object.entries(inputs)) {
    const path = await makeCapture(dir, name, input);
    paths.push(path);
    if (input.sealed) await sealCapture(path, input.sealed);
  }
  for (const kind of kinds) {
    using captures = kind === "wasm" ? await load(paths) : await attach(paths, dir);
    await captures.load();
    engines.push(captures.engine);
  }
  return { rows: (query) => askAll(engines, query) };
}

async function load(paths: readonly string[]): Promise<LoadedCaptures> {
  return await LoadedCaptures.load(await WasmEngine.start(), paths, paths.map(() => ALL));
}

async function attach(paths: readonly string[], dir: string): Promise<LoadedCaptures> {
  const engine = await NativeEngine.start({ memoryBytes: MEMORY_BYTES, spill: dir, folders: [dir] });
  return await LoadedCaptures.attach(engine, paths, ALL, dir);
}

async function askAll(engines: readonly Engine[], query: string): Promise<unknown[][]> {
  const [first, ...others] = await Promise.allSettled(engines.map((engine) => engine.query(query)));
  for (const other of others) assertEquals(answerOf(other), answerOf(first), "the engines disagree");
  if (first?.status !== "fulfilled") throw first?.reason;
  return first.value.rows;
}

function answerOf(answer: PromiseSettledResult<{ rows: unknown[][] }> | undefined): unknown {
  return answer?.status === "fulfilled" ? answer.value.rows : "refused";
}
