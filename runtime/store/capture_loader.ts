/**
 * Brings one capture folder into the store's tables: what is there, and later what has come since.
 *
 * @module
 */
import { type Crc32c, crc32c } from "../arrow/crc32c.ts";
import { RowExpander } from "../arrow/expand.ts";
import type { WireBatch } from "../arrow/wire.ts";
import { type CaptureRow, createTables, tableName } from "./base_tables.ts";
import { CaptureSource } from "./capture_source.ts";
import type { Engine } from "./engine.ts";
import { entryBatch, gapBatch, snapshotBatch } from "./record_batches.ts";
import { TableWriter } from "./table_writer.ts";

/** Counters of so many batches are inserted at once. */
const SNAPSHOTS = 256;

/** One capture of a store. */
export class CaptureLoader implements Disposable {
  readonly #source: CaptureSource;
  readonly #name: string;
  readonly #entries: TableWriter;
  readonly #gaps: TableWriter;
  readonly #snapshots: TableWriter;
  readonly #expander = new RowExpander();
  #counters: Pick<WireBatch, "batch" | "anchor" | "drainTicks" | "counters">[] = [];
  #loadedFromIdx: bigint | null = null;
  #loadedRows = 0n;

  private constructor(engine: Engine, source: CaptureSource, name: string, number: number) {
    this.#source = source;
    this.#name = name;
    this.#entries = new TableWriter(engine, tableName("entries", number));
    this.#gaps = new TableWriter(engine, tableName("gaps", number));
    this.#snapshots = new TableWriter(engine, tableName("snapshots", number));
  }

  /**
   * Makes the tables of capture `number` and opens its folder; nothing is loaded yet.
   *
   * @throws {CaptureError} The folder is no capture, or cannot be read.
   */
  static async open(engine: Engine, path: string, name: string, number: number): Promise<CaptureLoader> {
    const source = await CaptureSource.open(path, await findChecksum());
    createTables(engine, number);
    return new CaptureLoader(engine, source, name, number);
  }

  /** Entries that capture.json speaks of; a growing capture has more. */
  get expectedRows(): bigint {
    return this.#source.info.entries;
  }

  /** Loads what has come since the last time; the number of entries. `onRows` hears of them as they are loaded. */
  async load(onRows: (rows: number) => void = () => {}): Promise<number> {
    let loaded = 0;
    for await (const item of this.#source.look()) {
      if (item.kind === "gaps") {
        this.#gaps.add(gapBatch(item.batch));
        continue;
      }
      const { batch } = item;
      this.#addCounters(batch);
      if (batch.rows === 0) continue;
      this.#entries.add(entryBatch(this.#expander.expand(batch)));
      this.#loadedFromIdx ??= batch.baseIdx + BigInt(batch.idxDelta[0]!);
      loaded += batch.rows;
      onRows(batch.rows);
    }
    this.#flushCounters();
    for (const writer of [this.#entries, this.#gaps, this.#snapshots]) writer.flush();
    this.#loadedRows += BigInt(loaded);
    return loaded;
  }

  /** What `_captures` says of this capture now. */
  row(): CaptureRow {
    return {
      name: this.#name,
      path: this.#source.path,
      info: this.#source.info,
      loadedFromIdx: this.#loadedFromIdx,
      loadedRows: this.#loadedRows,
      warnings: this.#source.warnings,
    };
  }

  #addCounters({ batch, anchor, drainTicks, counters }: WireBatch): void {
    this.#counters.push({ batch, anchor, drainTicks, counters });
    if (this.#counters.length >= SNAPSHOTS) this.#flushCounters();
  }

  #flushCounters(): void {
    this.#snapshots.add(snapshotBatch(this.#counters));
    this.#counters = [];
  }

  [Symbol.dispose](): void {
    this.#source[Symbol.dispose]();
  }
}

/** The processor's own checksum where the native library is built and may be loaded. */
async function findChecksum(): Promise<Crc32c> {
  if (Deno.permissions.querySync({ name: "ffi" }).state !== "granted") return crc32c;
  const { nativeCrc32c } = await import("../ffi/native.ts");
  return nativeCrc32c() ?? crc32c;
}
