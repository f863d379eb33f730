/**
 * What logs_source.ts and gaps_source.ts share: which form of a segment is there, and reading one.
 *
 * @module
 */
import { join } from "@std/path";
import type { Crc32c } from "../arrow/crc32c.ts";
import { SegmentReader } from "../arrow/segment_reader.ts";
import type { SegmentFormat } from "../arrow/wire.ts";
import type { CaptureEvents } from "../events/capture_events.ts";
import type { SealedTable, StoredTable } from "../seal/columns.ts";
import type { SpecifiedRows } from "../seal/ipc_stream.ts";
import { isThere, type SegmentForm, segmentName, segmentNumber, segmentPath } from "../seal/segment_paths.ts";
import type { CaptureInfo } from "./folder.ts";

/** The folder that is read, and what was found wrong in it. */
export interface SourceContext {
  readonly path: string;
  readonly checksum: Crc32c;
  /** capture.json as it was at the last look. */
  readonly info: () => CaptureInfo;
  readonly damage: string[];
  /** The call sites of its events. */
  readonly events: CaptureEvents;
  /** Where sealed files are read by somebody else, as they are: takes those that are whole. */
  readonly attach?: (table: StoredTable, number: number) => Promise<SealedPart | null>;
  /** Whether entries of a segment are wanted; without it all are. */
  readonly wants?: (number: number) => Promise<boolean>;
  /** Whether the typed rows of an event are wanted, by its name; without it those of none are. */
  readonly wantsEvent?: (name: string) => boolean;
  /** Nothing but typed events is wanted: entries of sealed segments are not read. */
  readonly eventsOnly?: boolean;
  /** Reads capture.json again. */
  readonly refresh: () => Promise<void>;
}

/** A sealed file that is whole. */
export interface SealedPart {
  readonly table: StoredTable;
  readonly path: string;
  readonly rows: number;
  /** The highest batch number in a file of counters; otherwise -1. */
  readonly lastBatch: number;
}

/** Whether a segment that is not there was retired, perhaps since the last look. */
export async function isRetired(context: SourceContext, number: number): Promise<boolean> {
  if (context.info().retired.segments >= number) return true;
  await context.refresh();
  return context.info().retired.segments >= number;
}

/**
 * The form of a segment; the sealed one where both are there. Asked by name, because a list of the folder may miss both while one
 * replaces the other; and twice, because the sealed form comes before the open one goes.
 */
export async function findForm(
  path: string,
  table: SealedTable,
  number: number,
): Promise<SegmentForm | null> {
  if (await isThere(segmentPath(path, table, number, "parquet"))) return "parquet";
  if (await isThere(segmentPath(path, table, number, "arrows"))) return "arrows";
  return await isThere(segmentPath(path, table, number, "parquet")) ? "parquet" : null;
}

/** The numbers of a table's segments, rising. */
export function listSegments(path: string, table: SealedTable): Promise<number[]> {
  return listNumbers(path, table, "arrows", "parquet");
}

/** The numbers of the segments that were closed, whether they are there or not, rising. */
export function listClosed(path: string): Promise<number[]> {
  return listNumbers(path, "logs", "meta.json");
}

async function listNumbers(path: string, table: SealedTable, ...endings: string[]): Promise<number[]> {
  const numbers = new Set<number>();
  try {
    for await (const { name } of Deno.readDir(join(path, table))) {
      const found = segmentNumber(name, ...endings);
      if (found !== null) numbers.add(found);
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  return [...numbers].sort((a, b) => a - b);
}

/** The smallest number above `number` of which there is a segment. */
export async function nextNumber(path: string, table: SealedTable, number: number): Promise<number | null> {
  return (await listSegments(path, table)).find((found) => found > number) ?? null;
}

/** Opens the open form of a segment; null where it has just been sealed. */
export async function openArrows<Batch>(
  { path, checksum }: Pick<SourceContext, "path" | "checksum">,
  table: "logs" | "gaps",
  number: number,
  format: SegmentFormat<Batch>,
): Promise<SegmentReader<Batch> | null> {
  try {
    return await SegmentReader.open(segmentPath(path, table, number, "arrows"), format, { checksum });
  } catch (error) {
    if (error instanceof Error && error.cause instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

/** What stands behind the last whole batch of an open segment, with file and bytes; null where nothing does. */
export function problemOf(
  reader: SegmentReader<unknown> | null,
  table: SealedTable,
  number: number,
): string | null {
  const problem = reader?.problem ?? null;
  if (problem === null) return null;
  return `${segmentName(table, number, "arrows")} bytes ${problem.from} to ${problem.to}: ${problem.reason}`;
}

/**
 * The rows of a sealed table, row group by row group from `first` on; those that are damaged are noted and stepped over. Ends with
 * whether the file could be opened at all, or null where the segment has just been retired. parquet-wasm is loaded only here:
 * captures without sealed segments do without it.
 */
export async function* readSealed(
  context: SourceContext,
  table: StoredTable,
  number: number,
  first = 0,
): AsyncGenerator<SpecifiedRows, boolean | null> {
  const { SealedFile } = await import("../seal/sealed_file.ts");
  const name = segmentName(table, number, "parquet");
  let file;
  try {
    file = await SealedFile.open(context.path, context.info(), table, number, context.checksum);
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable || !(error instanceof Error)) throw error;
    const { message } = error;
    const isMissing = error instanceof Deno.errors.NotFound;
    if (isMissing && await isRetired(context, number)) return null;
    context.damage.push(isMissing ? `missing: ${name}` : `damaged: ${name}: ${message}`);
    return false;
  }
  using open = file;
  for (let group = first; group < open.rowGroups.length; group++) {
    let batches: SpecifiedRows[] = [];
    try {
      batches = await open.read(group);
    } catch (error) {
      if (error instanceof Deno.errors.NotCapable || !(error instanceof Error)) throw error;
      context.damage.push(`damaged: ${name} row group ${group}: ${error.message}`);
    }
    yield* batches;
  }
  return true;
}
