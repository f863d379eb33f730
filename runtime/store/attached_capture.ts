/**
 * One capture folder in native DuckDB: its sealed segments where they lie, everything else brought over once.
 *
 * @module
 */
import type { ColumnBuffers } from "../arrow/ipc.ts";
import { CaptureError, QueryError } from "../errors.ts";
import { GAP_CAUSES } from "../arrow/wire.ts";
import { sealedEntries, type SealedTable } from "../seal/columns.ts";
import { namesOf } from "../seal/names.ts";
import { attachSealed } from "./attach_sealed.ts";
import { type CaptureRow, literal } from "./base_tables.ts";
import { CaptureSource, type SourceItem } from "./capture_source.ts";
import { findWanted, gather, isSelective, toCondition } from "./entry_selection.ts";
import { EventRowsAside } from "./event_rows_aside.ts";
import { readCaptureInfo } from "./folder.ts";
import { findChecksum } from "./find_checksum.ts";
import type { LoadedCapture, Wanted } from "./loaded_capture.ts";
import type { NativeEngine } from "./native_engine.ts";
import type { NativeTables } from "./native_tables.ts";
import { segmentsWanted } from "./segments_wanted.ts";
import type { SealedPart } from "./segment_table.ts";
import type { SideFiles } from "./side_files.ts";
import { type BatchCounters, GAP_COLUMNS, snapshotRows } from "./table_rows.ts";
import type { TableRows } from "./table_writer.ts";

/** So many rows of events wait in memory before they are written. */
const EVENT_ROWS = 1 << 19;
/** Counters of so many batches are written at once. */
const SNAPSHOTS = 256;

/** What belongs to the account: little, and kept until the entries around it are brought over. */
interface Aside {
  readonly counters: BatchCounters[];
  readonly snapshots: TableRows[];
  readonly gaps: TableRows[];
  readonly events: EventRowsAside;
}

/** What a capture is attached to. */
export interface AttachTarget {
  readonly engine: NativeEngine;
  readonly tables: NativeTables;
  /** For what cannot be read where it lies; null: only segments that are sealed and whole can be brought in. */
  readonly side: SideFiles | null;
}

/** One capture of a store. */
export class AttachedCapture implements LoadedCapture {
  readonly #target: AttachTarget;
  #source: CaptureSource;
  /** So many segments were retired when it was opened. */
  #retired: number;
  readonly #name: string;
  readonly #number: number;
  readonly #wanted: Wanted;
  #loadedFromIdx: bigint | null = null;
  #loadedRows = 0n;
  #skippedRows = 0n;

  private constructor(
    target: AttachTarget,
    source: CaptureSource,
    name: string,
    number: number,
    wanted: Wanted,
  ) {
    this.#target = target;
    this.#source = source;
    this.#retired = source.info.retired.segments;
    this.#name = name;
    this.#number = number;
    this.#wanted = wanted;
  }

  /**
   * Opens the folder of capture `number`; nothing is attached yet.
   *
   * @throws {CaptureError} The folder is no capture, or cannot be read.
   */
  static async open(
    target: AttachTarget,
    path: string,
    name: string,
    number: number,
    wanted: Wanted,
  ): Promise<AttachedCapture> {
    return new AttachedCapture(target, await openSource(path, wanted), name, number, wanted);
  }

  get expectedRows(): bigint {
    return this.#source.info.entries;
  }

  get isRecording(): boolean {
    return this.#source.isRecording;
  }

  /** @throws {CaptureError} Something has to be brought over, and there is no folder for it. */
  async load(onRows: (rows: number) => void = () => {}): Promise<number> {
    for (;;) {
      await this.#followRetired();
      try {
        return await this.#loadOnce(onRows);
      } catch (error) {
        // A file that is attached may be retired before it is read.
        if (!(error instanceof QueryError) || !await this.#hasRetired()) throw error;
      }
    }
  }

  async #loadOnce(onRows: (rows: number) => void): Promise<number> {
    const before = this.#loadedRows;
    const aside: Aside = { counters: [], snapshots: [], gaps: [], events: new EventRowsAside() };
    const items = this.#source.look();
    let next = await items.next();
    const open = async function* (this: AttachedCapture): AsyncGenerator<TableRows> {
      for (; !next.done && next.value.kind !== "sealed"; next = await items.next()) {
        if (next.value.kind !== "entries") this.#keep(next.value, aside);
        else yield this.#select(next.value, aside, onRows);
        if (aside.events.rows >= EVENT_ROWS) await this.#bringOverEvents(aside);
      }
    };
    while (!next.done) {
      const item = next.value;
      if (item.kind === "entries") {
        await this.#bringOver("logs", open.call(this));
        continue;
      }
      if (item.kind === "sealed" && item.part.table === "logs") {
        this.#loadedRows += BigInt(item.part.rows);
        onRows(item.part.rows);
      }
      this.#keep(item, aside);
      next = await items.next();
    }
    await this.#bringOverAll("rings", [...aside.snapshots, ...snapshotsOf(aside.counters)]);
    await this.#bringOverAll("gaps", aside.gaps);
    await this.#bringOverEvents(aside);
    await this.#target.tables.show();
    await this.#count();
    return Number(this.#loadedRows - before);
  }

  /** Files of segments that were retired since are gone: what is left is attached anew. */
  async #followRetired(): Promise<void> {
    if (!await this.#hasRetired()) return;
    const { path } = this.#source;
    this.#source[Symbol.dispose]();
    this.#source = await openSource(path, this.#wanted);
    this.#retired = this.#source.info.retired.segments;
    this.#target.tables.clear(this.#number);
    this.#loadedFromIdx = null;
    this.#loadedRows = this.#skippedRows = 0n;
  }

  async #hasRetired(): Promise<boolean> {
    return (await readCaptureInfo(this.#source.path)).retired.segments !== this.#retired;
  }

  #select(
    item: SourceItem & { kind: "entries" },
    aside: Aside,
    onRows: (rows: number) => void,
  ): TableRows {
    const all = item.expand(), kept = findWanted(this.#wanted.selection, all);
    const rows = kept === null ? all : gather(all, kept);
    for (const table of item.events?.(all, kept) ?? []) aside.events.add(table);
    this.#loadedRows += BigInt(rows.rows);
    onRows(rows.rows);
    return sealedEntries(rows);
  }

  #keep(item: SourceItem, aside: Aside): void {
    if (item.kind === "sealed") this.#attach(item.part);
    else if (item.kind === "events") aside.events.add(item.table);
    else if (item.kind === "skipped") this.#skippedRows += BigInt(item.rows);
    else if (item.kind === "counters") {
      const { batch, anchor, drainTicks, counters } = item.counters;
      aside.counters.push({ batch, anchor, drainTicks, counters });
    } else if (item.kind === "snapshots") aside.snapshots.push(copyRows(item.rows));
    else if (item.kind === "gaps") aside.gaps.push(sealGaps(copyRows(item.rows)));
  }

  #attach({ table, path }: SealedPart): void {
    const { tables } = this.#target;
    if (table === "logs" || table === "gaps" || table === "rings") tables.add(this.#number, table, path);
    else tables.events.add(this.#number, this.#source.events.nameOfTable(table), path);
  }

  async #bringOverEvents({ events }: Aside): Promise<void> {
    for (const tables of events.take()) {
      const path = await this.#sideFiles().writeEvents(tables);
      this.#target.tables.events.add(this.#number, tables[0]!.name, path);
    }
  }

  async #bringOverAll(table: SealedTable, rows: readonly TableRows[]): Promise<void> {
    if (rows.length === 0) return;
    const each = async function* () {
      yield* rows;
    };
    await this.#bringOver(table, each());
  }

  async #bringOver(table: SealedTable, rows: AsyncIterator<TableRows>): Promise<void> {
    this.#target.tables.add(this.#number, table, await this.#sideFiles().write(table, rows));
  }

  #sideFiles(): SideFiles {
    const { side } = this.#target;
    if (side !== null) return side;
    throw new CaptureError(
      `open the capture ${this.#source.path} with the native engine: it has segments that are not sealed, and there is no temporary folder to bring them over; allow writing (--allow-write)`,
    );
  }

  /** What of a sealed segment is wanted only the engine knows. */
  async #count(): Promise<void> {
    const { engine } = this.#target;
    const entries = `FROM _entries WHERE capture = ${literal(this.#name)}`;
    if (isSelective(this.#wanted.selection)) {
      const { rows } = await engine.query(`SELECT count(*) ${entries}`);
      this.#loadedRows = BigInt(String(rows[0]?.[0] ?? 0));
    }
    if (this.#loadedFromIdx !== null) return;
    const { rows } = await engine.query(`SELECT idx ${entries} LIMIT 1`);
    this.#loadedFromIdx = rows[0]?.[0] as bigint | undefined ?? null;
  }

  get events(): CaptureSource["events"]["events"] {
    return this.#source.events.events;
  }

  get eventNames(): readonly string[] {
    return this.#target.tables.events.names;
  }

  row(): CaptureRow {
    return {
      name: this.#name,
      path: this.#source.path,
      info: this.#source.info,
      loadedFromIdx: this.#loadedFromIdx,
      loadedRows: this.#loadedRows,
      skippedRows: this.#skippedRows,
      steppedRows: 0n,
      selection: toCondition(this.#wanted.selection),
      warnings: this.#source.warnings,
      notes: [],
    };
  }

  [Symbol.dispose](): void {
    this.#source[Symbol.dispose]();
  }
}

async function openSource(path: string, wanted: Wanted): Promise<CaptureSource> {
  const checksum = await findChecksum();
  const source: CaptureSource = await CaptureSource.open(path, checksum, {
    ...segmentsWanted(path, wanted),
    wantsEvent: () => true,
    attach: (table, number) => attachSealed({ path, info: () => source.info, checksum }, table, number),
  });
  return source;
}

function* snapshotsOf(counters: readonly BatchCounters[]): Generator<TableRows> {
  for (let at = 0; at < counters.length; at += SNAPSHOTS) {
    const rows = snapshotRows(counters.slice(at, at + SNAPSHOTS));
    if (rows.rows > 0) yield rows;
  }
}

/** Holes with the names of their causes, as sealed segments have them. */
function sealGaps({ rows, columns }: TableRows): TableRows {
  const cause = GAP_COLUMNS.findIndex(({ name }) => name === "cause");
  return {
    rows,
    columns: columns.map((column, at) =>
      at === cause ? namesOf(column.values as Uint8Array, 1, GAP_CAUSES) : column
    ),
  };
}

function copyRows({ rows, columns }: TableRows): TableRows {
  return {
    rows,
    columns: columns.map((column): ColumnBuffers => ({
      ...column,
      validity: column.validity?.slice() ?? null,
      values: (column.values as Uint8Array).slice(),
      ...(column.offsets && { offsets: column.offsets.slice() }),
    })),
  };
}
