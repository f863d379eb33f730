/**
 * Holes as objects, for what shows them one by one.
 *
 * @module
 */
import type { ColumnBuffers } from "../arrow/ipc.ts";
import { GAP_CAUSES } from "../arrow/wire.ts";
import { GAP_COLUMNS } from "../store/table_rows.ts";
import type { TableRows } from "../store/table_writer.ts";

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

/** Rows of a gaps table, as copies. */
export function toGaps({ rows, columns }: TableRows): Gap[] {
  const column = (wanted: string): ColumnBuffers => {
    const found = columns[GAP_COLUMNS.findIndex(({ name }) => name === wanted)];
    if (found === undefined) throw new RangeError(`holes have no column ${wanted}`);
    return found;
  };
  const at = (name: string, row: number): bigint | null => {
    const { values, validity } = column(name);
    const isThere = validity === null || (validity[row >> 3]! >> (row & 7) & 1) === 1;
    return isThere ? (values as BigUint64Array | BigInt64Array)[row]! : null;
  };
  const causes = column("cause").values as Uint8Array;
  const processors = column("processor").values as Uint16Array;
  const lost = column("lost").values as BigUint64Array;
  return Array.from({ length: rows }, (_, row) => ({
    processor: processors[row]!,
    cause: GAP_CAUSES[causes[row]! - 1] ?? "mixed",
    lost: lost[row]!,
    prevSeq: at("prev_seq", row),
    nextSeq: at("next_seq", row),
    prevIdx: at("prev_idx", row),
    nextIdx: at("next_idx", row),
    prevTs: at("prev_ts", row),
    nextTs: at("next_ts", row),
  }));
}
