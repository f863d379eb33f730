/**
 * What a capture folder holds, in the form of the golden files.
 * @module
 */
import { join } from "@std/path";
import { SegmentReader } from "../../runtime/arrow/segment_reader.ts";
import {
  GAP_CAUSES,
  GAPS_FORMAT,
  LOGS_FORMAT,
  type NullableColumn,
  type RingCounters,
  type SegmentFormat,
  type WireBatch,
  type WireGaps,
} from "../../runtime/arrow/wire.ts";
import {
  type GoldenGap,
  type GoldenResult,
  type GoldenRow,
  kindNames,
  toGoldenCounters,
} from "./golden_result.ts";

function rowsOf(batch: WireBatch): GoldenRow[] {
  const seqBase = new Map(batch.seqBase.map(({ processor, seq }) => [processor, seq]));
  return Array.from({ length: batch.rows }, (_, n) => {
    const bits = batch.class[n]!;
    const processor = batch.processor[n]!;
    const base = seqBase.get(processor);
    if (base === undefined) throw new Error(`batch ${batch.batch} has no base for processor ${processor}`);
    return {
      idx: String(batch.baseIdx + BigInt(batch.idxDelta[n]!)),
      processor,
      seq: String(base + BigInt(batch.seqDelta[n]!)),
      ticks: String(batch.ticks[n]),
      severity: bits >> 2 & 7,
      kind: kindNames[bits & 3] ?? String(bits & 3),
      flags: bits >> 8,
      pid: batch.pid[n]!,
      tid: batch.tid[n]!,
      type: batch.type[n]!,
      remarks: batch.remarks[n]!,
      payload: batch.payload.slice(batch.offsets[n], batch.offsets[n + 1]).toHex(),
    };
  });
}

function gapsOf(gaps: WireGaps): GoldenGap[] {
  const text = ({ values, validity }: NullableColumn, n: number) =>
    validity === null || (validity[n >> 3]! >> (n & 7) & 1) === 1 ? String(values[n]) : null;
  return Array.from({ length: gaps.rows }, (_, n) => ({
    processor: gaps.processor[n]!,
    cause: GAP_CAUSES[gaps.cause[n]! - 1] ?? String(gaps.cause[n]),
    lost: String(gaps.lost[n]),
    prev_seq: text(gaps.prevSeq, n),
    prev_idx: text(gaps.prevIdx, n),
    prev_ticks: text(gaps.prevTicks, n),
    next_seq: text(gaps.nextSeq, n),
    next_idx: text(gaps.nextIdx, n),
    next_ticks: text(gaps.nextTicks, n),
  }));
}

async function readSegment<Batch>(
  path: string,
  format: SegmentFormat<Batch>,
  take: (batch: Batch) => void,
): Promise<void> {
  using reader = await SegmentReader.open(path, format);
  for (let batch = await reader.read(); batch; batch = await reader.read()) take(batch);
  if (!reader.ended) {
    throw new Error(`${path} has no end mark: ${reader.problem?.reason ?? "it just ends"}`);
  }
}

/** Reads the only segments of a folder whose capture has ended. */
export async function readCapturedFolder(folder: string): Promise<GoldenResult> {
  const rows: GoldenRow[] = [];
  const gaps: GoldenGap[] = [];
  let counters: RingCounters[] = [];
  await readSegment(join(folder, "logs", "000001.arrows"), LOGS_FORMAT, (batch) => {
    rows.push(...rowsOf(batch));
    counters = batch.counters;
  });
  // A capture without a hole has no file of them.
  const gapsPath = join(folder, "gaps", "000001.arrows");
  if ((await Array.fromAsync(Deno.readDir(join(folder, "gaps")))).length > 0) {
    await readSegment(gapsPath, GAPS_FORMAT, (batch) => gaps.push(...gapsOf(batch)));
  }
  return { rows, gaps, counters: counters.map((ring) => toGoldenCounters(Number(ring.processor), ring)) };
}
