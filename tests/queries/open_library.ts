/**
 * The SQL library over small captures that a test writes by hand, through the store's own engine, loader and tables.
 *
 * @module
 */
import { LoadedCaptures } from "../../runtime/store/loaded_captures.ts";
import { WasmEngine } from "../../runtime/store/wasm_engine.ts";
import { type CaptureInput, makeCapture } from "../support/make_capture.ts";

/** A database with captures and the library over them. */
export interface Library {
  /** Rows of a query. */
  rows(query: string): Promise<unknown[][]>;
}

/**
 * Loads captures by their names. Starting DuckDB takes a second, so a test file opens one library, with a capture for
 * everything that it wants to show.
 */
export async function openLibrary(inputs: Readonly<Record<string, CaptureInput>>): Promise<Library> {
  const engine = await WasmEngine.start();
  const dir = await Deno.makeTempDir();
  try {
    const paths: string[] = [];
    for (const [name, input] of Object.entries(inputs)) paths.push(await makeCapture(dir, name, input));
    using captures = await LoadedCaptures.open(engine, paths);
    await captures.load();
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
  return { rows: async (query) => (await engine.query(query)).rows };
}
