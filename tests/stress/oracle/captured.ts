/**
 * What a capture folder holds, in the terms of the checks: rows, holes and the final counters.
 * @module
 */

import { join } from "@std/path";
import { SegmentReader } from "../../../runtime/arrow/segment_reader.ts";
import {
  COUNTER_NAMES,
  GAP_CAUSES,
  GAPS_FORMAT,
  LOGS_FORMAT,
  type NullableColumn,
  type RingCounters,
  type SegmentFormat,
  type WireBatch,
  type WireGaps,
} from "../../../runtime/arrow/wire.ts";

/** One row of `logs`. */
export interface Row {
  readonly idx: number;
  readonly seq: number;
  readonly ticks: bigint;
  readonly processor: number;
  readonly pid: number;
  readonly tid: number;
  readonly type: number;
  readonly remarks: number;
  readonly kind: number;
  readonly severity: number;
  readonly flags: number;
  readonly payload: Uint8Array;
}

/** One row of `gaps`. Null: no neighbour on that side. */
export interface Gap {
  readonly processor: number;
  readonly cause: string;
  readonly lost: number;
  readonly prevSeq: number | null;
  readonly nextSeq: number | null;
}

/** Counters of one ring, by the names of `ringscope.counters`. */
export type Counters = Readonly<Record<typeof COUNTER_NAMES[number], number>>;

/** The counters that make up `lost`, which are the causes of `gaps` too. */
export const LOSS_CAUSES = [
  "lost_full",
  "overwritten",
  "too_big",
  "abandoned",
  "corrupt",
  "unstored",
  "mixed",
] as const satisfies readonly (keyof Counters)[];

/** Everything of a capture, in the order in which it stands in the folder. */
export interface Captured {
  readonly rows: readonly Row[];
  readonly gaps: readonly Gap[];
  readonly counters: readonly Counters[];
  /** Whole batches of `logs`. */
  readonly batches: number;
  /** Rows of the last of them, by processor. */
  readonly lastRows: ReadonlyMap<number, number>;
}

/** Attempts that one ring lost, over all causes. */
export function lostOf(counters: Counters): number {
  return LOSS_CAUSES.reduce((sum, cause) => sum + counters[cause], 0);
}

/**
 * Reads every segment of a capture folder.
 *
 * @param isWhole Whether the capture ended in order. Otherwise a segment may end without its end mark, or in the middle of a batch.
 * @throws {Error} A segment of a whole capture is torn or damaged, or has no end.
 */
export async function readCaptured(folder: string, isWhole = true): Promise<Captured> {
  const rows: Row[] = [];
  const gaps: Gap[] = [];
  let counters: readonly Counters[] = [];
  let batches = 0;
  let lastRows = new Map<number, number>();
  for (const path of await segmentPaths(join(folder, "logs"))) {
    await readSegment(path, isWhole, LOGS_FORMAT, (batch) => {
      const before = rows.length;
      appendRows(batch, rows);
      counters = batch.counters.map(toCounters);
      batches++;
      lastRows = countByProcessor(rows.slice(before));
    });
  }
  for (const path of await segmentPaths(join(folder, "gaps"))) {
    await readSegment(path, isWhole, GAPS_FORMAT, (batch) => appendGaps(batch, gaps));
  }
  return { rows, gaps, counters, batches, lastRows };
}

function countByProcessor(rows: readonly Row[]): Map<number, number> {
  const counts = new Map<number, number>();
  for (const { processor } of rows) counts.set(processor, (counts.get(processor) ?? 0) + 1);
  return counts;
}

async function segmentPaths(folder: string): Promise<string[]> {
  const names: string[] = [];
  for await (const entry of Deno.readDir(folder)) if (entry.name.endsWith(".arrows")) names.push(entry.name);
  return names.sort().map((name) => join(folder, name));
}

async function readSegment<Batch>(
  path: string,
  isWhole: boolean,
  format: SegmentFormat<Batch>,
  take: (batch: Batch) => void,
): Promise<void> {
  using reader = await SegmentReader.open(path, format);
  for (let batch = await reader.read(); batch !== null; batch = await reader.read()) take(batch);
  if (isWhole && (reader.problem !== null || !reader.ended)) {
    throw new Error(
      `read ${path}: no end mark at byte ${reader.offset}: ${reader.problem?.reason ?? "it ends there"}`,
    );
  }
}

function appendRows(batch: WireBatch, rows: Row[]): void {
  const seqBase = new Map(batch.seqBase.map(({ processor, seq }) => [processor, Number(seq)]));
  const baseIdx = Number(batch.baseIdx);
  const payload = batch.payload.slice(); // the batch's own memory is the reader's
  for (let n = 0; n < batch.rows; n++) {
    const processor = batch.processor[n] as number;
    const base = seqBase.get(processor);
    if (base === undefined) {
      throw new Error(`batch ${batch.batch} has no seq_base for processor ${processor}`);
    }
    const rowClass = batch.class[n] as number;
    rows.push({
      idx: baseIdx + (batch.idxDelta[n] as number),
      seq: base + (batch.seqDelta[n] as number),
      ticks: batch.ticks[n] as bigint,
      processor,
      pid: batch.pid[n] as number,
      tid: batch.tid[n] as number,
      type: batch.type[n] as number,
      remarks: batch.remarks[n] as number,
      kind: rowClass & 3,
      severity: rowClass >> 2 & 7,
      flags: rowClass >> 8,
      payload: payload.subarray(batch.offsets[n], batch.offsets[n + 1]),
    });
  }
}

function appendGaps(batch: WireGaps, gaps: Gap[]): void {
  for (let n = 0; n < batch.rows; n++) {
    const cause = GAP_CAUSES[(batch.cause[n] as number) - 1];
    if (cause === undefined) throw new Error(`a gap has the unknown cause ${batch.cause[n]}`);
    gaps.push({
      processor: batch.processor[n] as number,
      cause,
      lost: Number(batch.lost[n]),
      prevSeq: valueAt(batch.prevSeq, n),
      nextSeq: valueAt(batch.nextSeq, n),
    });
  }
}

function valueAt({ values, validity }: NullableColumn, row: number): number | null {
  const isThere = validity === null || ((validity[row >> 3] as number) >> (row & 7) & 1) === 1;
  return isThere ? Number(values[row]) : null;
}

function toCounters(ring: RingCounters): Counters {
  return Object.fromEntries(COUNTER_NAMES.map((name) => [name, Number(ring[name])])) as Counters;
}
