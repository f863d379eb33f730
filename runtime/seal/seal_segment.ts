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
  KIND_EVENT,
  LOGS_FORMAT,
  type SegmentFormat,
  type WireBatch,
  type WireGaps,
} from "../arrow/wire.ts";
import type { Crc32c } from "../arrow/crc32c.ts";
import { syncFolder } from "../capture/durable_file.ts";
import { CaptureError } from "../errors.ts";
import { type CaptureEvent, CaptureEvents } from "../events/capture_events.ts";
import { eventColumns } from "../events/event_rows.ts";
import { findChecksum } from "../store/find_checksum.ts";
import type { CaptureInfo } from "../store/folder.ts";
import type { BatchCounters } from "../store/table_rows.ts";
import type { TableRows } from "../store/table_writer.ts";
import {
  SEALED,
  sealedEntries,
  sealedGaps,
  type SealedLayout,
  sealedRings,
  type SealedTable,
  type StoredTable,
} from "./columns.ts";
import { eventLayout, eventTable, listEventTables } from "./event_files.ts";
import { RowChannel } from "./row_channel.ts";
import { keyValuesOf } from "./key_values.ts";
import { ROW_GROUP_ROWS, writeParquet, type WrittenFile } from "./parquet_writer.ts";
import { readMeta, type SegmentMeta, writeSealedMeta } from "./segment_meta.ts";
import { isThere, segmentName, segmentPath } from "./segment_paths.ts";

/** Of all events whose files are written at once, so many rows may be held. */
const OPEN_ROWS_MAX = 4 * ROW_GROUP_ROWS;
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
  for (const table of ["logs", "gaps", "rings", ...await listEventTables(folder)] as const) {
    await removeIfThere(asidePath(folder, table, number));
  }
}

function asidePath(folder: string, table: StoredTable, number: number): string {
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
  readonly #files = new Map<StoredTable, WrittenFile>();
  /** Rows of each site that is met. */
  readonly #siteRows = new Map<number, number>();
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

  /** Writes all tables aside. */
  async write(): Promise<void> {
    const meta = await readMeta(this.#folder, this.#number);
    if (meta === null) throw new Error(`${segmentName("logs", this.#number, "meta.json")} cannot be read`);
    this.#meta = meta;
    await Deno.mkdir(`${this.#folder}/rings`, { recursive: true });
    await this.#scan();
    await this.#writeTable("logs", this.#entries());
    if (await isThere(this.#path("gaps", "arrows"))) await this.#writeTable("gaps", this.#gaps());
    await this.#writeTable("rings", this.#rings());
    for (const events of groupEvents(this.#events, this.#siteRows)) await this.#writeEvents(events);
    if (this.#files.get("logs")?.rows !== this.#rows) {
      throw new Error(`${this.#files.get("logs")?.rows} of its ${this.#rows} rows were written`);
    }
  }

  /** Makes what was written the segment. */
  async commit(): Promise<void> {
    await writeSealedMeta(this.#folder, this.#number, this.#meta, this.#files);
    // The logs last: that is the commit.
    const tables = [...this.#files.keys()].filter((table) => table !== "logs");
    for (const table of [...tables, "logs"] as const) {
      await Deno.rename(asidePath(this.#folder, table, this.#number), this.#path(table, "parquet"));
      await syncFolder(`${this.#folder}/${table}`);
    }
    await removeOpenForm(this.#folder, this.#number);
  }

  #path(table: StoredTable, ending: string): string {
    return segmentPath(this.#folder, table, this.#number, ending);
  }

  /** Reads all batches once, so that nothing is begun that cannot be ended, and keeps what is not in their rows. */
  async #scan(): Promise<void> {
    for await (const read of this.#read("logs", LOGS_FORMAT)) {
      const { batch, anchor, drainTicks, counters, rows } = read;
      // From here on no site is added, so all batches have the same columns.
      if (await this.#events.prepare(read)) this.#countSites(read);
      this.#counters.push({ batch, anchor, drainTicks, counters });
      this.#rows += rows;
      // The first and the last of a drifting clock.
      if (this.#anchors.at(-1)?.ticks !== anchor.ticks) this.#anchors.splice(1, 1, anchor);
    }
  }

  #countSites({ rows, class: classes, type }: WireBatch): void {
    for (let row = 0; row < rows; row++) {
      if ((classes[row]! & 3) !== KIND_EVENT) continue;
      this.#siteRows.set(type[row]!, (this.#siteRows.get(type[row]!) ?? 0) + 1);
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

  /** In one pass over the segment, because there may be hundreds of them. */
  async #writeEvents(events: readonly CaptureEvent[]): Promise<void> {
    const channels = new Map<string, RowChannel<TableRows>>();
    const writing = events.map(async (event) => {
      const { table, sites } = event;
      const channel = new RowChannel<TableRows>();
      channels.set(table.name, channel);
      const name = eventTable(table.name, sites[0]!.number);
      const layout = eventLayout(eventColumns(table.columns));
      try {
        await Deno.mkdir(`${this.#folder}/${name}`, { recursive: true });
        await this.#writeTable(name, channel, layout);
        const written = this.#files.get(name)?.rows, expected = rowsOfEvent(event, this.#siteRows);
        if (written !== expected) throw new Error(`${written} of ${expected} rows of ${name} were written`);
      } finally {
        channel.end(); // who gives up wants no more
      }
    });
    // All of them end before what they wrote may be removed.
    const ends = await Promise.allSettled([this.#distribute(channels), ...writing]);
    for (const end of ends) if (end.status === "rejected") throw end.reason;
  }

  async #distribute(channels: ReadonlyMap<string, RowChannel<TableRows>>): Promise<void> {
    const expander = new RowExpander(this.#events);
    try {
      for await (const batch of this.#read("logs", LOGS_FORMAT)) {
        this.#options.signal?.throwIfAborted();
        const entries = expander.expandNumbers(batch);
        for (const { name, rows } of this.#events.rowsOf(batch, entries)) {
          await channels.get(name)?.push(rows);
        }
      }
    } finally {
      for (const channel of channels.values()) channel.end();
    }
  }

  async #writeTable(
    table: StoredTable,
    rows: AsyncIterator<TableRows>,
    layout?: SealedLayout,
  ): Promise<void> {
    const keyValues = keyValuesOf(this.#info, table, this.#number, this.#meta, this.#anchors);
    const path = asidePath(this.#folder, table, this.#number);
    this.#files.set(
      table,
      await writeParquet(path, layout ?? SEALED[table as SealedTable], keyValues, rows, this.#checksum),
    );
  }
}

function rowsOfEvent({ sites }: CaptureEvent, siteRows: ReadonlyMap<number, number>): number {
  return sites.reduce((sum, { number }) => sum + (siteRows.get(number) ?? 0), 0);
}

/** Events in groups whose open row groups take about so much memory as those of a few tables. */
function groupEvents(events: CaptureEvents, siteRows: ReadonlyMap<number, number>): CaptureEvent[][] {
  const groups: CaptureEvent[][] = [];
  let held = Infinity;
  for (const event of events.events.values()) {
    const rows = rowsOfEvent(event, siteRows);
    if (rows === 0) continue;
    const open = Math.min(rows, ROW_GROUP_ROWS);
    if (held + open > OPEN_ROWS_MAX) {
      groups.push([]);
      held = 0;
    }
    groups.at(-1)!.push(event);
    held += open;
  }
  return groups;
}
