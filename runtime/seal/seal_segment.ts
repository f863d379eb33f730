/**
 * Seals one closed segment: its logs, holes and counters as Parquet beside it, then the open form goes. Whatever stops it, the
 * segment is there whole; which form counts is decided by one rename, that of the logs.
 *
 * @module
 */
import type { Anchor } from "../arrow/clock.ts";
import { RowExpander } from "../arrow/expand.ts";
import { SegmentReader } from "../arrow/segment_reader.ts";
import {
  GAPS_FORMAT,
  LOGS_FORMAT,
  type SegmentFormat,
  type WireBatch,
  type WireGaps,
} from "../arrow/wire.ts";
import type { Crc32c } from "../arrow/crc32c.ts";
import { syncFolder } from "../capture/durable_file.ts";
import { CaptureError } from "../errors.ts";
import { CaptureEvents } from "../events/capture_events.ts";
import { findChecksum } from "../store/find_checksum.ts";
import type { CaptureInfo } from "../store/folder.ts";
import type { BatchCounters } from "../store/table_rows.ts";
import type { TableRows } from "../store/table_writer.ts";
import { SEALED, sealedEntries, sealedGaps, sealedRings, type SealedTable } from "./columns.ts";
import { keyValuesOf } from "./key_values.ts";
import { writeParquet, type WrittenFile } from "./parquet_writer.ts";
import { readMeta, type SegmentMeta, writeSealedMeta } from "./segment_meta.ts";
import { isThere, segmentName, segmentPath } from "./segment_paths.ts";

/** Counters of so many batches are written at once. */
const COUNTERS_AT_ONCE = 256;

/** Settings of {@link sealSegment}. */
export interface SealOptions {
  /** Hears how many more rows are written. */
  readonly onRows?: (rows: number) => void;
  /** Leaves the segment as it is, unless its sealed form is written already. */
  readonly signal?: AbortSignal;
}

/**
 * Seals segment `number`, which is closed: its `meta.json` is there.
 *
 * @throws {CaptureError} It cannot be read whole, the sealed form cannot be written, or the signal aborted; the segment is then as
 *   it was.
 */
export async function sealSegment(
  folder: string,
  info: CaptureInfo,
  number: number,
  options: SealOptions = {},
): Promise<void> {
  using sealing = new Sealing(folder, info, number, await findChecksum(), options);
  try {
    await sealing.write();
    await sealing.commit();
  } catch (error) {
    await removeAside(folder, number);
    if (!(error instanceof Error) || error instanceof Deno.errors.NotCapable) throw error;
    throw new CaptureError(
      `seal the segment ${segmentPath(folder, "logs", number, "arrows")}: ${error.message}`,
      {
        cause: error,
      },
    );
  }
}

/** Removes the open form of a segment whose sealed form is there: all that an earlier sealing may have left. */
export async function removeOpenForm(folder: string, number: number): Promise<void> {
  // The logs last: as long as they are there, the rest is still to be removed.
  for (const table of ["gaps", "logs"] as const) {
    await removeIfThere(segmentPath(folder, table, number, "arrows"));
  }
}

/** Removes what an interrupted sealing wrote aside. */
export async function removeAside(folder: string, number: number): Promise<void> {
  for (const table of ["logs", "gaps", "rings"] as const) {
    await removeIfThere(asidePath(folder, table, number));
  }
}

function asidePath(folder: string, table: SealedTable, number: number): string {
  return segmentPath(folder, table, number, "parquet.part");
}

async function removeIfThere(path: string): Promise<void> {
  try {
    await Deno.remove(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

/** One segment on its way. */
class Sealing implements Disposable {
  readonly #folder: string;
  readonly #info: CaptureInfo;
  readonly #number: number;
  readonly #checksum: Crc32c;
  readonly #options: SealOptions;
  readonly #events: CaptureEvents;
  readonly #counters: BatchCounters[] = [];
  readonly #anchors: Anchor[] = [];
  readonly #files = new Map<SealedTable, WrittenFile>();
  #rows = 0;
  #meta: SegmentMeta = {};

  constructor(folder: string, info: CaptureInfo, number: number, checksum: Crc32c, options: SealOptions) {
    this.#folder = folder;
    this.#info = info;
    this.#number = number;
    this.#checksum = checksum;
    this.#options = options;
    this.#events = new CaptureEvents(folder);
  }

  [Symbol.dispose](): void {
    this.#events[Symbol.dispose]();
  }

  /** Writes the three tables aside. */
  async write(): Promise<void> {
    const meta = await readMeta(this.#folder, this.#number);
    if (meta === null) throw new Error(`${segmentName("logs", this.#number, "meta.json")} cannot be read`);
    this.#meta = meta;
    await Deno.mkdir(`${this.#folder}/rings`, { recursive: true });
    await this.#scan();
    await this.#writeTable("logs", this.#entries());
    if (await isThere(this.#path("gaps", "arrows"))) await this.#writeTable("gaps", this.#gaps());
    await this.#writeTable("rings", this.#rings());
    if (this.#files.get("logs")?.rows !== this.#rows) {
      throw new Error(`${this.#files.get("logs")?.rows} of its ${this.#rows} rows were written`);
    }
  }

  /** Makes what was written the segment. */
  async commit(): Promise<void> {
    await writeSealedMeta(this.#folder, this.#number, this.#meta, this.#files);
    for (const table of ["gaps", "rings", "logs"] as const) {
      if (!this.#files.has(table)) continue;
      await Deno.rename(asidePath(this.#folder, table, this.#number), this.#path(table, "parquet"));
      await syncFolder(`${this.#folder}/${table}`);
    }
    await removeOpenForm(this.#folder, this.#number);
  }

  #path(table: SealedTable, ending: string): string {
    return segmentPath(this.#folder, table, this.#number, ending);
  }

  /** Reads all batches once, so that nothing is begun that cannot be ended, and keeps what is not in their rows. */
  async #scan(): Promise<void> {
    for await (const { batch, anchor, drainTicks, counters, rows } of this.#read("logs", LOGS_FORMAT)) {
      this.#counters.push({ batch, anchor, drainTicks, counters });
      this.#rows += rows;
      // The first and the last of a drifting clock.
      if (this.#anchors.at(-1)?.ticks !== anchor.ticks) this.#anchors.splice(1, 1, anchor);
    }
  }

  async *#read<Batch extends WireBatch | WireGaps>(
    table: "logs" | "gaps",
    format: SegmentFormat<Batch>,
  ): AsyncGenerator<Batch> {
    using reader = await SegmentReader.open(this.#path(table, "arrows"), format, {
      checksum: this.#checksum,
    });
    for (let batch = await reader.read(); batch !== null; batch = await reader.read()) yield batch;
    if (reader.ended && reader.problem === null) return;
    const { from = reader.offset, to = reader.offset, reason = "it has no end mark" } = reader.problem ?? {};
    throw new Error(`${segmentName(table, this.#number, "arrows")} bytes ${from} to ${to}: ${reason}`);
  }

  async *#entries(): AsyncGenerator<TableRows> {
    const expander = new RowExpander(this.#events);
    for await (const batch of this.#read("logs", LOGS_FORMAT)) {
      if (batch.rows === 0) continue;
      await this.#events.prepare(batch);
      this.#options.signal?.throwIfAborted();
      yield sealedEntries(expander.expand(batch));
      this.#options.onRows?.(batch.rows);
    }
  }

  async *#gaps(): AsyncGenerator<TableRows> {
    for await (const gaps of this.#read("gaps", GAPS_FORMAT)) {
      if (gaps.rows > 0) yield sealedGaps(gaps);
    }
  }

  async *#rings(): AsyncGenerator<TableRows> {
    for (let at = 0; at < this.#counters.length; at += COUNTERS_AT_ONCE) {
      const rows = sealedRings(this.#counters.slice(at, at + COUNTERS_AT_ONCE));
      if (rows.rows > 0) yield rows;
    }
  }

  async #writeTable(table: SealedTable, rows: AsyncGenerator<TableRows>): Promise<void> {
    const keyValues = keyValuesOf(this.#info, table, this.#number, this.#meta, this.#anchors);
    const path = asidePath(this.#folder, table, this.#number);
    this.#files.set(table, await writeParquet(path, SEALED[table], keyValues, rows, this.#checksum));
  }
}
