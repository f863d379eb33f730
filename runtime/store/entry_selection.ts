/**
 * Which entries of a capture are wanted, and which segments need not be read for them. Counters and holes are always wanted all:
 * the account of a capture does not depend on what is looked at.
 *
 * @module
 */
import type { BytesColumn, ExpandedNumbers, ExpandedRows } from "../arrow/expand.ts";
import type { SegmentMeta } from "../seal/segment_meta.ts";

/** What is wanted; what is left out wants everything. */
export interface EntrySelection {
  /** Written at this time or later, unix time in ns. */
  readonly sinceNs?: bigint;
  /** Written before this time, unix time in ns. */
  readonly untilNs?: bigint;
  /** At least as severe, 1 to 6. */
  readonly severity?: number;
  /** Written on one of these processors. */
  readonly processors?: readonly number[];
}

/** Whether anything is left out. */
export function isSelective({ sinceNs, untilNs, severity, processors }: EntrySelection): boolean {
  return sinceNs !== undefined || untilNs !== undefined || processors !== undefined || (severity ?? 0) > 1;
}

/** Whether a closed segment may hold a wanted entry, by its `meta.json`. What that does not prove is read. */
export function mayHold(selection: EntrySelection, meta: SegmentMeta | null): boolean {
  if (meta === null) return true;
  const { sinceNs, untilNs, severity, processors } = selection;
  const first = toTime(meta.first_ns), last = toTime(meta.last_ns);
  if (sinceNs !== undefined && last !== null && last < sinceNs) return false;
  if (untilNs !== undefined && first !== null && first >= untilNs) return false;
  if (processors !== undefined && Array.isArray(meta.processors)) {
    if (!meta.processors.some((processor) => processors.includes(processor))) return false;
  }
  const counts = meta.severities;
  if (severity === undefined || typeof counts !== "object" || counts === null) return true;
  return Object.entries(counts).some(([level, count]) => Number(level) >= severity && count !== 0);
}

/** The wanted rows; the same object where all are. Their memory may be that of `rows`. */
export function selectRows(selection: EntrySelection, rows: ExpandedRows): ExpandedRows {
  const kept = findWanted(selection, rows);
  return kept === null ? rows : gather(rows, kept);
}

/** Which rows are wanted; null where all are. */
export function findWanted(
  selection: EntrySelection,
  rows: Pick<ExpandedNumbers, "rows" | "severity" | "processor" | "ts">,
): Uint32Array | null {
  if (!isSelective(selection)) return null;
  const kept = new Uint32Array(rows.rows);
  const { sinceNs = -(2n ** 63n), untilNs, severity = 0, processors } = selection;
  const wanted = processors === undefined ? null : new Set(processors);
  let count = 0;
  for (let row = 0; row < rows.rows; row++) {
    if (rows.severity[row]! < severity || wanted !== null && !wanted.has(rows.processor[row]!)) continue;
    if (rows.ts[row]! < sinceNs || untilNs !== undefined && rows.ts[row]! >= untilNs) continue;
    kept[count++] = row;
  }
  return count === rows.rows ? null : kept.subarray(0, count);
}

/** The same as a condition over `logs`, or null where everything is wanted. */
export function toCondition(selection: EntrySelection): string | null {
  if (!isSelective(selection)) return null;
  const { sinceNs, untilNs, severity, processors } = selection;
  const parts: string[] = [];
  if (sinceNs !== undefined) parts.push(`ts >= make_timestamp_ns(${sinceNs})`);
  if (untilNs !== undefined) parts.push(`ts < make_timestamp_ns(${untilNs})`);
  if (severity !== undefined) parts.push(`severity >= ${severity}`);
  if (processors !== undefined) parts.push(`processor IN (${processors.join(", ") || "NULL"})`);
  return parts.join(" AND ");
}

function toTime(value: unknown): bigint | null {
  return typeof value === "string" && /^-?\d+$/.test(value) ? BigInt(value) : null;
}

/** Some rows of a batch, as a copy. */
export function gather(rows: ExpandedRows, kept: Uint32Array): ExpandedRows {
  const readTs = take(rows.readTs, kept, new BigInt64Array(kept.length));
  const validity = rows.readTsValidity && takeBits(rows.readTsValidity, kept);
  return {
    rows: kept.length,
    idx: take(rows.idx, kept, new BigUint64Array(kept.length)),
    ts: take(rows.ts, kept, new BigInt64Array(kept.length)),
    ticks: take(rows.ticks, kept, new BigUint64Array(kept.length)),
    processor: take(rows.processor, kept, new Uint16Array(kept.length)),
    seq: take(rows.seq, kept, new BigUint64Array(kept.length)),
    severity: take(rows.severity, kept, new Uint8Array(kept.length)),
    kind: take(rows.kind, kept, new Uint8Array(kept.length)),
    flags: take(rows.flags, kept, new Uint8Array(kept.length)),
    type: take(rows.type, kept, new Uint32Array(kept.length)),
    remarks: take(rows.remarks, kept, new Uint32Array(kept.length)),
    pid: take(rows.pid, kept, new Uint32Array(kept.length)),
    tid: take(rows.tid, kept, new Uint32Array(kept.length)),
    event: rows.event && takeBytes(rows.event, kept),
    message: takeBytes(rows.message, kept),
    data: takeBytes(rows.data, kept),
    readTs,
    readTsValidity: validity && validity.bits,
    readTsNullCount: validity === null ? 0 : validity.nullCount,
  };
}

function take<Values extends { [row: number]: unknown }>(
  from: Values,
  kept: Uint32Array,
  to: Values,
): Values {
  for (let at = 0; at < kept.length; at++) to[at] = from[kept[at]!];
  return to;
}

function takeBits(from: Uint8Array, kept: Uint32Array): { bits: Uint8Array; nullCount: number } {
  const bits = new Uint8Array(kept.length + 7 >> 3);
  let nullCount = kept.length;
  kept.forEach((row, at) => {
    if ((from[row >> 3]! >> (row & 7) & 1) === 0) return;
    bits[at >> 3]! |= 1 << (at & 7);
    nullCount--;
  });
  return { bits, nullCount };
}

function takeBytes({ validity, offsets, values }: BytesColumn, kept: Uint32Array): BytesColumn {
  const taken = validity && takeBits(validity, kept);
  const to = new Int32Array(kept.length + 1);
  kept.forEach((row, at) => to[at + 1] = to[at]! + offsets[row + 1]! - offsets[row]!);
  const bytes = new Uint8Array(to[kept.length]!);
  kept.forEach((row, at) => bytes.set(values.subarray(offsets[row], offsets[row + 1]), to[at]));
  return {
    validity: taken && taken.bits,
    nullCount: taken === null ? 0 : taken.nullCount,
    offsets: to,
    values: bytes,
  };
}
