/**
 * Holes as objects, for what shows them one by one.
 *
 * @module
 */
import { toUnixNs } from "../arrow/clock.ts";
import { GAP_CAUSES, type NullableColumn, type WireGaps } from "../arrow/wire.ts";

/** Attempts of one processor that are lost between two neighbours that are there. */
export interface Gap {
  readonly processor: number;
  readonly cause: typeof GAP_CAUSES[number];
  readonly lost: bigint;
  /** Of the neighbours; null where there is none. Times are unix times in ns. */
  readonly prevSeq: bigint | null;
  readonly nextSeq: bigint | null;
  readonly prevIdx: bigint | null;
  readonly nextIdx: bigint | null;
  readonly prevTs: bigint | null;
  readonly nextTs: bigint | null;
}

/** The holes of a batch, as copies. */
export function toGaps(batch: WireGaps): Gap[] {
  const at = ({ values, validity }: NullableColumn, row: number): bigint | null =>
    validity === null || (validity[row >> 3]! >> (row & 7) & 1) === 1 ? values[row]! : null;
  const time = (column: NullableColumn, row: number): bigint | null => {
    const ticks = at(column, row);
    return ticks === null ? null : toUnixNs(ticks, batch.anchor);
  };
  return Array.from({ length: batch.rows }, (_, row) => ({
    processor: batch.processor[row]!,
    cause: GAP_CAUSES[batch.cause[row]! - 1] ?? "mixed",
    lost: batch.lost[row]!,
    prevSeq: at(batch.prevSeq, row),
    nextSeq: at(batch.nextSeq, row),
    prevIdx: at(batch.prevIdx, row),
    nextIdx: at(batch.nextIdx, row),
    prevTs: time(batch.prevTicks, row),
    nextTs: time(batch.nextTicks, row),
  }));
}
