/**
 * How much memory the entries of a capture take in DuckDB-WASM, known before they are loaded, and from where on they fit.
 *
 * @module
 */
import { isThere, segmentPath } from "../seal/segment_paths.ts";
import { sealedEventTables } from "../seal/event_files.ts";
import { readMeta, rowsOf, type SegmentMeta } from "../seal/segment_meta.ts";
import { listSegments } from "./segment_table.ts";

/** Beside its bytes in an open segment a row takes so many more in a table: 123 in all, where it has 40 and its payload there. */
const MORE_BYTES = 85;
/** A typed event stands in the table of its name, too: what every such row has, and a few arguments. */
const EVENT_BYTES = 60;
/** Bytes of a row in an open segment where nobody has counted: a text of 60 bytes. */
const USUAL_BYTES = 100;
/** A sealed segment is about so many times smaller than what it was. */
const SEALED_RATIO = 3;

/** What a segment's entries take. */
export interface SegmentSize {
  readonly number: number;
  readonly bytes: number;
}

/** The segments of a capture in their order. */
export async function measureSegments(path: string): Promise<SegmentSize[]> {
  const sizes: SegmentSize[] = [];
  for (const number of await listSegments(path, "logs")) {
    sizes.push({ number, bytes: await measureSegment(path, number) });
  }
  return sizes;
}

async function measureSegment(path: string, number: number): Promise<number> {
  const meta = await readMeta(path, number);
  if (meta !== null && typeof meta.bytes === "number") {
    return meta.bytes + MORE_BYTES * rowsOf(meta) + EVENT_BYTES * eventRowsOf(meta);
  }
  const isSealed = await isThere(segmentPath(path, "logs", number, "parquet"));
  const size = await sizeOf(segmentPath(path, "logs", number, isSealed ? "parquet" : "arrows"));
  return size * (isSealed ? SEALED_RATIO : 1) * (1 + MORE_BYTES / USUAL_BYTES);
}

/** How many typed events a sealed segment has; of an open one nobody has counted them. */
function eventRowsOf(meta: SegmentMeta): number {
  const sealed = meta.sealed as Record<string, { rows?: unknown } | undefined> | undefined;
  return sealedEventTables(meta).reduce((sum, table) => {
    const rows = sealed?.[table]?.rows;
    return sum + (typeof rows === "number" ? rows : 0);
  }, 0);
}

async function sizeOf(path: string): Promise<number> {
  try {
    return (await Deno.stat(path)).size;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return 0;
    throw error;
  }
}

/** What all segments take. */
export function totalBytes(sizes: readonly SegmentSize[]): number {
  return sizes.reduce((sum, { bytes }) => sum + bytes, 0);
}

/** The first of the newest segments that fit together; 0 when all do. The newest is always among them. */
export function firstThatFits(sizes: readonly SegmentSize[], budget: number): number {
  let left = budget;
  for (let at = sizes.length - 1; at >= 0; at--) {
    left -= sizes[at]!.bytes;
    if (left < 0) return sizes[Math.min(at + 1, sizes.length - 1)]!.number;
  }
  return 0;
}

/** Part of the memory that loaded entries may take; the rest is for queries. */
const LOADED_PART = 2 / 3;

/** What captures take in memory that is so large, and whether all of it fits. */
export interface MemoryPlan {
  /** The segments of each capture. */
  readonly captures: readonly (readonly SegmentSize[])[];
  readonly fits: boolean;
  /** Bytes for the entries of one capture. */
  readonly captureBytes: number;
}

/** Measures captures against a memory. */
export async function planMemory(paths: readonly string[], memoryBytes: number): Promise<MemoryPlan> {
  const captures = await Promise.all(paths.map(measureSegments));
  const budget = memoryBytes * LOADED_PART;
  return {
    captures,
    fits: captures.reduce((sum, segments) => sum + totalBytes(segments), 0) <= budget,
    captureBytes: budget / Math.max(paths.length, 1),
  };
}
