/**
 * Rows of sealed files in the forms in which the rows of open segments go on: the way back of columns.ts.
 *
 * @module
 */
import type { BytesColumn, ExpandedRows } from "../arrow/expand.ts";
import type { ColumnBuffers } from "../arrow/ipc.ts";
import { KINDS } from "../arrow/record_batch.ts";
import { GAP_CAUSES } from "../arrow/wire.ts";
import type { TableRows } from "../store/table_writer.ts";
import { SEALED, type SealedTable } from "./columns.ts";
import { codesOf } from "./names.ts";

/** An entry's kind that has no name. */
const KIND_UNKNOWN = 3;

/** Entries. */
export function expandSealed(sealed: TableRows): ExpandedRows {
  const { rows } = sealed;
  const column = (name: string) => columnOf("logs", sealed, name);
  const readTs = column("read_ts");
  return {
    rows,
    idx: column("idx").values as BigUint64Array,
    ts: column("ts").values as BigInt64Array,
    ticks: column("ticks").values as BigUint64Array,
    processor: column("processor").values as Uint16Array,
    seq: column("seq").values as BigUint64Array,
    severity: column("severity").values as Uint8Array,
    kind: codesOf(column("kind"), rows, 0, KINDS, KIND_UNKNOWN),
    flags: column("flags").values as Uint8Array,
    type: column("type").values as Uint32Array,
    remarks: column("remarks").values as Uint32Array,
    pid: column("pid").values as Uint32Array,
    tid: column("tid").values as Uint32Array,
    event: anyTexts(column("event"), rows),
    message: texts(column("message")),
    data: texts(column("data")),
    readTs: readTs.values as BigInt64Array,
    readTsValidity: readTs.validity,
    readTsNullCount: readTs.nullCount,
  };
}

/** Holes, as the store's table has them. */
export function gapsOfSealed(sealed: TableRows): TableRows {
  const causes = codesOf(columnOf("gaps", sealed, "cause"), sealed.rows, 1, GAP_CAUSES, 0);
  const columns = sealed.columns.map((values, at) =>
    SEALED.gaps.columns[at]!.name === "cause" ? { validity: null, nullCount: 0, values: causes } : values
  );
  return { rows: sealed.rows, columns };
}

/** The highest batch number among counters; -1 where there are none. */
export function lastBatchOf(sealed: TableRows): number {
  return Number((columnOf("rings", sealed, "batch").values as BigUint64Array).at(-1) ?? -1n);
}

function columnOf(table: SealedTable, { columns }: TableRows, wanted: string): ColumnBuffers {
  const found = columns[SEALED[table].columns.findIndex(({ name }) => name === wanted)];
  if (found === undefined) throw new RangeError(`sealed ${table} have no column ${wanted}`);
  return found;
}

/** Null where no row has one. */
function anyTexts(column: ColumnBuffers, rows: number): BytesColumn | null {
  return column.nullCount === rows ? null : texts(column);
}

function texts({ validity, nullCount, offsets, values }: ColumnBuffers): BytesColumn {
  if (offsets === undefined) throw new RangeError("a column of texts has no offsets");
  return { validity, nullCount, offsets, values: values as Uint8Array };
}
