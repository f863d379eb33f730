/**
 * All captures of one store: their tables, the library over them, and what has been loaded.
 *
 * @module
 */
import { basename } from "@std/path";
import { createViews, writeCaptures } from "./base_tables.ts";
import { CaptureLoader } from "./capture_loader.ts";
import type { WasmEngine } from "./wasm_engine.ts";
import { runLibrary } from "./sql_library.ts";
import type { StoreState } from "./worker_messages.ts";

/** Hears how many rows are loaded, of how many that are known of. */
export type OnLoaded = (loadedRows: number, totalRows: number) => void;

/** The captures that an engine holds. */
export class LoadedCaptures implements Disposable {
  readonly #engine: WasmEngine;
  readonly #loaders: readonly CaptureLoader[];

  private constructor(engine: WasmEngine, loaders: readonly CaptureLoader[]) {
    this.#engine = engine;
    this.#loaders = loaders;
  }

  /**
   * Makes all tables, views and macros; nothing is loaded yet.
   *
   * @throws {CaptureError} A path is no capture, or cannot be read.
   */
  static async open(engine: WasmEngine, paths: readonly string[]): Promise<LoadedCaptures> {
    const names = uniqueNames(paths);
    const loaders: CaptureLoader[] = [];
    for (const [number, path] of paths.entries()) {
      loaders.push(await CaptureLoader.open(engine, path, names[number]!, number));
    }
    await createViews(engine, names);
    await runLibrary(engine);
    return new LoadedCaptures(engine, loaders);
  }

  /** Loads what is there and was not loaded yet. */
  async load(onLoaded: OnLoaded = () => {}): Promise<StoreState> {
    const totalRows = this.#loaders.reduce((sum, loader) => sum + Number(loader.expectedRows), 0);
    let loadedRows = 0, added = 0;
    for (const loader of this.#loaders) {
      added += await loader.load((rows) => {
        loadedRows += rows;
        onLoaded(loadedRows, totalRows);
      });
    }
    const rows = this.#loaders.map((loader) => loader.row());
    await writeCaptures(this.#engine, rows);
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

  /** Closes the folders' files; the tables stay. */
  [Symbol.dispose](): void {
    for (const loader of this.#loaders) loader[Symbol.dispose]();
  }
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
