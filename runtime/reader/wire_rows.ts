/**
 * Rows and gaps of the TypeScript reader in the columns of a capture folder.
 * @module
 */
import {
  GAP_CAUSES,
  type NullableColumn,
  packClass,
  type Round,
  type WireBatch,
  type WireGaps,
} from "../arrow/wire.ts";
import type { LogEntry } from "./log_entry.ts";
import type { ClockAnchor } from "./newest_anchor.ts";
import type { RingCounters } from "./ring_cursor.ts";
import type { GapRow, Neighbour } from "./seq_account.ts";

const deltaMax = 0xffff_ffffn;

/** What a batch says beside its rows. */
export interface BatchFacts {
  /** Number of the batch in the capture. */
  readonly batch: number;
  readonly anchor: ClockAnchor;
  readonly counters: readonly RingCounters[];
  /** The producer's clock when the counters were taken; 0: not known. */
  readonly drainTicks: bigint;
}

/** An entry and the producer's clock when it was taken from its ring; 0: not known. */
export interface TakenEntry {
  readonly entry: LogEntry;
  readonly readTicks: bigint;
}

/**
 * How many of the rows from `start` on go into one batch: `rowsMax`, or fewer where an index or a seq is too far from the
 * batch's base, or where the payloads would be longer than `payloadMax` bytes. At least one, if there is one.
 */
export function countBatchRows(
  taken: readonly TakenEntry[],
  start: number,
  limits: { rowsMax: number; payloadMax: number },
): number {
  const seqs = new Map<number, { low: bigint; high: bigint }>();
  let payload = 0;
  for (let at = start; at < taken.length; at++) {
    const row = taken[at]!.entry;
    const seq = seqs.get(row.processor) ?? { low: row.seq, high: row.seq };
    const low = row.seq < seq.low ? row.seq : seq.low;
    const high = row.seq > seq.high ? row.seq : seq.high;
    payload += row.payload.length;
    const isFull = at - start === limits.rowsMax || row.idx - taken[start]!.entry.idx > deltaMax ||
      high - low > deltaMax ||
      payload > limits.payloadMax;
    if (isFull && at > start) return at - start;
    seqs.set(row.processor, { low, high });
  }
  return taken.length - start;
}

function roundsOf(taken: readonly TakenEntry[]): Round[] {
  const rounds: Round[] = [];
  for (const { readTicks } of taken) {
    const last = rounds.at(-1);
    if (last && last.readTicks === readTicks) last.rows++;
    else rounds.push({ rows: 1, readTicks });
  }
  return rounds;
}

/** The batch of these rows, which {@link countBatchRows} has found to fit. */
export function toWireBatch(taken: readonly TakenEntry[], facts: BatchFacts): WireBatch {
  const rows = taken.map(({ entry }) => entry);
  const count = rows.length;
  const baseIdx = rows[0]?.idx ?? 0n;
  // A nested writer's row may have a smaller seq than one before it.
  const seqBase = new Map<number, bigint>();
  for (const { processor, seq } of rows) {
    const base = seqBase.get(processor);
    if (base === undefined || seq < base) seqBase.set(processor, seq);
  }
  const batch: WireBatch = {
    batch: facts.batch,
    rows: count,
    baseIdx,
    anchor: facts.anchor,
    rounds: roundsOf(taken),
    seqBase: [...seqBase].map(([processor, seq]) => ({ processor, seq })),
    counters: [...facts.counters],
    drainTicks: facts.drainTicks,
    idxDelta: new Uint32Array(count),
    ticks: new BigUint64Array(count),
    seqDelta: new Uint32Array(count),
    processor: new Uint16Array(count),
    class: new Uint16Array(count),
    pid: new Uint32Array(count),
    tid: new Uint32Array(count),
    type: new Uint32Array(count),
    remarks: new Uint32Array(count),
    offsets: new Int32Array(count + 1),
    payload: new Uint8Array(rows.reduce((sum, row) => sum + row.payload.length, 0)),
  };
  rows.forEach((row, n) => {
    const offset = batch.offsets[n]!;
    batch.idxDelta[n] = Number(row.idx - baseIdx);
    batch.ticks[n] = row.ticks;
    batch.seqDelta[n] = Number(row.seq - seqBase.get(row.processor)!);
    batch.processor[n] = row.processor;
    batch.class[n] = packClass(row.kind, row.severity, row.flags);
    batch.pid[n] = row.pid;
    batch.tid[n] = row.tid;
    batch.type[n] = row.type;
    batch.remarks[n] = row.remarks;
    batch.payload.set(row.payload, offset);
    batch.offsets[n + 1] = offset + row.payload.length;
  });
  return batch;
}

/**
 * The counters as they were before `later` was taken: these entries were in their rings then. A capture that ends
 * between two batches of one round then says of itself what it holds.
 */
export function countersWithout(
  counters: readonly RingCounters[],
  later: readonly TakenEntry[],
): RingCounters[] {
  const counts = new Map<bigint, bigint>();
  for (const { entry } of later) {
    const processor = BigInt(entry.processor);
    counts.set(processor, (counts.get(processor) ?? 0n) + 1n);
  }
  return counters.map((ring) => {
    const count = counts.get(ring.processor) ?? 0n;
    return { ...ring, read: ring.read - count, pending: ring.pending + count };
  });
}

/** The batch of these gaps, which belong to the counters of logs batch `facts.batch`. */
export function toWireGaps(gaps: readonly GapRow[], facts: Pick<BatchFacts, "batch" | "anchor">): WireGaps {
  const column = (side: "prev" | "next", field: keyof Neighbour): NullableColumn => {
    const validity = new Uint8Array(Math.ceil(gaps.length / 8));
    const values = new BigUint64Array(gaps.length);
    gaps.forEach((gap, n) => {
      const value = gap[side]?.[field] ?? null;
      if (value === null) return;
      validity[n >> 3]! |= 1 << (n & 7);
      values[n] = value;
    });
    return { values, validity };
  };
  return {
    batch: facts.batch,
    rows: gaps.length,
    anchor: facts.anchor,
    processor: Uint16Array.from(gaps, (gap) => gap.processor),
    cause: Uint8Array.from(gaps, (gap) => GAP_CAUSES.indexOf(gap.cause) + 1),
    lost: BigUint64Array.from(gaps, (gap) => gap.lost),
    prevSeq: column("prev", "seq"),
    nextSeq: column("next", "seq"),
    prevIdx: column("prev", "idx"),
    nextIdx: column("next", "idx"),
    prevTicks: column("prev", "ticks"),
    nextTicks: column("next", "ticks"),
  };
}
