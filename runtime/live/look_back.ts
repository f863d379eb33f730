/**
 * Finds where the newest entries of a capture begin, from its end backwards, so that nothing older is read.
 *
 * @module
 */
import { join } from "@std/path";
import type { Crc32c } from "../arrow/crc32c.ts";
import { type BatchPlace, listBatches } from "../arrow/segment_index.ts";
import { SegmentReader } from "../arrow/segment_reader.ts";
import { LOGS_FORMAT, type WireBatch } from "../arrow/wire.ts";
import { segmentName } from "../store/capture_source.ts";

/** Where to begin. */
export interface Start {
  readonly segment: number;
  readonly offset: number;
  /** Number of the first batch. */
  readonly batch: number;
  /** So many of the wanted entries of that batch are older than the first one; null where there are fewer than were looked for. */
  readonly skip: number | null;
  /** Whether older entries were not looked at, so that fewer may have been found than there are. */
  readonly isCut: boolean;
}

/** What {@link findStart} looks for. */
export interface LookBackOptions {
  /** So many entries. */
  readonly lines: number;
  /** How many of a batch are wanted; null means all. */
  readonly count: ((batch: WireBatch) => number | Promise<number>) | null;
  readonly checksum: Crc32c;
  /** Batches of so many bytes are looked at, then it ends; default: no limit. */
  readonly bytesMax?: number;
}

/** The numbers of a table's segments, rising. */
export async function listSegments(folder: string): Promise<number[]> {
  const numbers: number[] = [];
  try {
    for await (const { name } of Deno.readDir(folder)) {
      const digits = /^(\d{6,})\.arrows$/.exec(name)?.[1];
      if (digits !== undefined) numbers.push(Number(digits));
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  return numbers.sort((a, b) => a - b);
}

/** Where the newest `lines` wanted entries begin; null where the capture holds no batch. */
export async function findStart(path: string, options: LookBackOptions): Promise<Start | null> {
  const folder = join(path, "logs");
  const { lines, count, checksum, bytesMax = Infinity } = options;
  let found = 0, bytes = 0;
  let oldest: Start | null = null;
  for (const segment of (await listSegments(folder)).reverse()) {
    const file = join(folder, segmentName(segment));
    using reader = count === null ? null : await SegmentReader.open(file, LOGS_FORMAT, { checksum });
    for (const place of listBatches(file).reverse()) {
      const wanted = count === null || reader === null ? place.rows : await countAt(reader, place, count);
      found += wanted;
      bytes += count === null ? 0 : place.bytes;
      const isEnough = found >= lines;
      oldest = {
        segment,
        offset: place.offset,
        batch: place.batch,
        skip: isEnough ? found - lines : null,
        isCut: !isEnough && bytes > bytesMax,
      };
      if (isEnough || oldest.isCut) return oldest;
    }
  }
  return oldest;
}

async function countAt(
  reader: SegmentReader<WireBatch>,
  place: BatchPlace,
  count: (batch: WireBatch) => number | Promise<number>,
): Promise<number> {
  await reader.goTo(place.offset);
  const batch = await reader.read();
  return batch === null ? 0 : await count(batch);
}

/** Where the holes begin that logs batch `batch` and later ones count; null where there are none before it to step over. */
export async function findGaps(
  path: string,
  batch: number,
): Promise<{ segment: number; offset: number } | null> {
  const folder = join(path, "gaps");
  let oldest: { segment: number; offset: number } | null = null;
  for (const segment of (await listSegments(folder)).reverse()) {
    for (const place of listBatches(join(folder, segmentName(segment))).reverse()) {
      if (place.batch < batch) return oldest ?? { segment, offset: place.offset + place.bytes };
      oldest = { segment, offset: place.offset };
    }
  }
  return null;
}
