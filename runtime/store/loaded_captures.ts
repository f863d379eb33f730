/**
 * All captures of one store: their tables, the library over them, and what has been loaded.
 *
 * @module
 */
import { basename } from "@std/path";
import { createEntriesView, createViews, writeCaptures } from "./base_tables.ts";
import { AttachedCapture } from "./attached_capture.ts";
import { CaptureLoader } from "./capture_loader.ts";
import type { Engine } from "./engine.ts";
import type { LoadedCapture, Wanted } from "./loaded_capture.ts";
import { EventViews } from "./event_views.ts";
import { toCondition } from "./entry_selection.ts";
import { NativeTables } from "./native_tables.ts";
import type { NativeEngine } from "./native_engine.ts";
import { SideFiles } from "./side_files.ts";
import type { WasmEngine } from "./wasm_engine.ts";
import { createSmallTables, type SmallRows, smallRowsOf } from "./small_tables.ts";
import { runLibrary } from "./sql_library.ts";
import type { StoreState } from "./worker_messages.ts";

/** Hears how many rows are loaded, of how many that are known of. */
export type OnLoaded = (loadedRows: number, totalRows: number) => void;

/** The captures that an engine holds. */
export class LoadedCaptures implements Disposable {
  readonly engine: Engine;
  readonly #captures: readonly LoadedCapture[];
  readonly #small: readonly SmallRows[];
  readonly #events: EventViews;

  private constructor(
    engine: Engine,
    captures: readonly LoadedCapture[],
    names: readonly string[],
    paths: readonly string[],
    events: EventViews,
  ) {
    this.engine = engine;
    this.#events = events;
    this.#captures = captures;
    this.#small = paths.flatMap((path, number) => smallRowsOf(engine, names[number]!, path));
  }

  /**
   * Makes all tables, views and macros in DuckDB-WASM; nothing is loaded yet.
   *
   * @throws {CaptureError} A path is no capture, or cannot be read.
   */
  static async load(
    engine: WasmEngine,
    paths: readonly string[],
    wanted: readonly Wanted[],
  ): Promise<LoadedCaptures> {
    const names = uniqueNames(paths);
    const captures: CaptureLoader[] = [];
    const events = new EventViews(engine, names, {
      get events() {
        return captures.map((capture) => capture.events);
      },
      get strangers() {
        return captures.flatMap((capture) => capture.eventNames);
      },
      partsOf: (name) => Promise.resolve(captures.flatMap((capture) => capture.eventParts(name))),
    });
    const show = async () => {
      await createEntriesView(engine, captures);
      await events.show();
    };
    for (const [number, path] of paths.entries()) {
      captures.push(await CaptureLoader.open(engine, path, names[number]!, number, wanted[number]!, show));
    }
    await createViews(engine, captures);
    await createSmallTables(engine);
    await runLibrary(engine);
    return new LoadedCaptures(engine, captures, names, paths, events);
  }

  /**
   * Makes all views and macros in native DuckDB; no file is attached yet. What has to be brought over goes to the folder
   * `temporary`.
   *
   * @throws {CaptureError} A path is no capture, or cannot be read.
   */
  static async attach(
    engine: NativeEngine,
    paths: readonly string[],
    wanted: Wanted,
    temporary: string | null,
  ): Promise<LoadedCaptures> {
    const names = uniqueNames(paths);
    const tables = new NativeTables(engine, names, toCondition(wanted.selection));
    const target = { engine, tables, side: temporary === null ? null : new SideFiles(temporary) };
    const captures: LoadedCapture[] = [];
    for (const [number, path] of paths.entries()) {
      captures.push(await AttachedCapture.open(target, path, names[number]!, number, wanted));
    }
    // Empty ones, until there are files.
    await createViews(engine, []);
    await createSmallTables(engine);
    await runLibrary(engine);
    const events = new EventViews(engine, names, {
      get events() {
        return captures.map((capture) => capture.events);
      },
      get strangers() {
        return tables.events.names;
      },
      partsOf: (name, union) => tables.events.partsOf(name, union),
    });
    return new LoadedCaptures(engine, captures, names, paths, events);
  }

  /** Loads what is there and was not loaded yet. */
  async load(onLoaded: OnLoaded = () => {}): Promise<StoreState> {
    const totalRows = this.#captures.reduce((sum, capture) => sum + Number(capture.expectedRows), 0);
    let loadedRows = 0, added = 0;
    for (const capture of this.#captures) {
      added += await capture.load((rows) => {
        loadedRows += rows;
        onLoaded(loadedRows, totalRows);
      });
    }
    for (const rows of this.#small) await rows.load();
    await this.#events.show();
    const rows = this.#captures.map((capture) => capture.row());
    await writeCaptures(this.engine, rows);
    return {
      engine: this.engine.kind,
      captures: rows.map(({ name, path, info, loadedRows, skippedRows }) => ({
        name,
        path,
        complete: info.complete,
        loadedRows: Number(loadedRows),
        skippedRows: Number(skippedRows),
      })),
      warnings: rows.flatMap(({ name, warnings, notes }) =>
        [...warnings, ...notes].map((warning) => `${name}: ${warning}`)
      ),
      isRecording: this.#captures.some(({ isRecording }) => isRecording),
      added,
    };
  }

  /** Closes the folders' files; the tables stay. */
  [Symbol.dispose](): void {
    for (const capture of this.#captures) capture[Symbol.dispose]();
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
