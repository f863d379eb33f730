/**
 * Finds where the newest entries of a capture begin, from its end backwards, so that nothing older is read.
 *
 * @module
 */
import type { Crc32c } from "../arrow/crc32c.ts";
import { type ExpandedRows, RowExpander } from "../arrow/expand.ts";
import { listBatches } from "../arrow/segment_index.ts";
import { LOGS_FORMAT } from "../arrow/wire.ts";
import { CaptureEvents } from "../events/capture_events.ts";
import { CaptureError } from "../errors.ts";
import { expandSealed } from "../seal/sealed_rows.ts";
import { isThere, segmentPath } from "../seal/segment_paths.ts";
import { readCaptureInfo } from "../store/folder.ts";
import type { LogsPlace } from "../store/logs_source.ts";
import { findForm, listSegments, openArrows } from "../store/segment_table.ts";

/** Where to begin. */
export interface Start {
  readonly segment: number;
  readonly place: LogsPlace;
  /** Number of the first batch; null where that is not known, as in a sealed segment. */
  readonly batch: number | null;
  /** So many of the wanted entries there are older than the first one; null where there are fewer than were looked for. */
  readonly skip: number | null;
  /** Whether older entries were not looked at, so that fewer may have been found than there are. */
  readonly isCut: boolean;
}

/** What {@link findStart} looks for. */
export interface LookBackOptions {
  /** So many entries. */
  readonly lines: number;
  /** How many of some rows are wanted; null means all. */
  readonly count: ((rows: ExpandedRows) => number | Promise<number>) | null;
  readonly checksum: Crc32c;
  /** Entries of so many bytes are looked at, then it ends; default: no limit. */
  readonly bytesMax?: number;
}

/** A batch of an open segment, or a row group of a sealed one. */
interface Piece {
  readonly place: LogsPlace;
  readonly batch: number | null;
  readonly bytes: number;
  /** How many of its entries are wanted. */
  readonly wanted: number;
}

/** Where the newest `lines` wanted entries begin; null where the capture holds no batch. */
export async function findStart(path: string, options: LookBackOptions): Promise<Start | null> {
  const { lines, count, bytesMax = Infinity } = options;
  let found = 0, bytes = 0;
  let oldest: Start | null = null;
  const { retired } = await readCaptureInfo(path);
  const segments = (await listSegments(path, "logs")).filter((segment) => segment > retired.segments);
  for (const segment of segments.reverse()) {
    for await (const piece of listPieces(path, segment, options)) {
      found += piece.wanted;
      bytes += count === null ? 0 : piece.bytes;
      const isEnough = found >= lines;
      const { place, batch } = piece;
      const isCut = !isEnough && bytes > bytesMax;
      oldest = { segment, place, batch, skip: isEnough ? found - lines : null, isCut };
      if (isEnough || isCut) return oldest;
    }
  }
  return oldest;
}

/** The pieces of a segment, newest first. */
async function* listPieces(path: string, segment: number, options: LookBackOptions): AsyncGenerator<Piece> {
  // A segment that is sealed before its open form is open is there in the sealed one.
  const form = await findForm(path, "logs", segment);
  if (form === "parquet" && (yield* listSealed(path, segment, options))) return;
  if (await isThere(segmentPath(path, "logs", segment, "arrows"))) {
    if (yield* listOpen(path, segment, options)) return;
  }
  if (form === "arrows") yield* listSealed(path, segment, options);
}

async function* listOpen(
  path: string,
  segment: number,
  { count, checksum }: LookBackOptions,
): AsyncGenerator<Piece, boolean> {
  using reader = await openArrows({ path, checksum }, "logs", segment, LOGS_FORMAT);
  if (reader === null) return false;
  const places = listPlaces(segmentPath(path, "logs", segment, "arrows"));
  if (places === null) return false;
  using events = new CaptureEvents(path);
  const expander = new RowExpander(events);
  for (const { offset, rows, bytes, batch } of places.reverse()) {
    let wanted = rows;
    if (count !== null) {
      await reader.goTo(offset);
      const read = await reader.read();
      if (read !== null) await events.prepare(read);
      wanted = read === null ? 0 : await count(expander.expand(read));
    }
    yield { place: { form: "arrows", offset }, batch, bytes, wanted };
  }
  return true;
}

/** As `listBatches`; null where the file has just been sealed. */
function listPlaces(file: string): ReturnType<typeof listBatches> | null {
  try {
    return listBatches(file);
  } catch (error) {
    if (error instanceof CaptureError && error.cause instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

/** Ends with whether the file could be opened; where it could not, whoever reads it says why. */
async function* listSealed(
  path: string,
  segment: number,
  { count, checksum }: LookBackOptions,
): AsyncGenerator<Piece, boolean> {
  const { SealedFile } = await import("../seal/sealed_file.ts");
  const info = await readCaptureInfo(path);
  let file;
  try {
    file = await SealedFile.open(path, info, "logs", segment, checksum);
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable || !(error instanceof Error)) throw error;
    return false;
  }
  using open = file;
  for (let rowGroup = open.rowGroups.length - 1; rowGroup >= 0; rowGroup--) {
    const { rows, bytes } = open.rowGroups[rowGroup]!;
    let wanted = rows;
    if (count !== null) {
      wanted = 0;
      for (const sealed of await readGroup(open, rowGroup)) wanted += await count(expandSealed(sealed));
    }
    yield { place: { form: "parquet", rowGroup }, batch: null, bytes, wanted };
  }
  return true;
}

async function readGroup(file: import("../seal/sealed_file.ts").SealedFile, rowGroup: number) {
  try {
    return await file.read(rowGroup);
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable || !(error instanceof Error)) throw error;
    return [];
  }
}

/** Where in the open holes of a segment those begin that logs batch `batch` and later ones count; null where that is not known. */
export async function findGaps(path: string, segment: number, batch: number): Promise<number | null> {
  const file = segmentPath(path, "gaps", segment, "arrows");
  const places = await isThere(file) ? listPlaces(file) : null;
  if (places === null) return null;
  let end = 0;
  for (const place of places) {
    if (!(place.batch < batch)) return place.offset;
    end = place.offset + place.bytes;
  }
  return end;
}
