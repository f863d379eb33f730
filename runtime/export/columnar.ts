/**
 * Arrow and Parquet: the columns of sealed segments, and in front of them the capture's name.
 *
 * @module
 */
import type { ExpandedRows } from "../arrow/expand.ts";
import { encodeRecordBatch, encodeSchema, END_OF_STREAM } from "../arrow/ipc.ts";
import { SEALED, sealedEntries, type SealedLayout } from "../seal/columns.ts";
import { namesOf } from "../seal/names.ts";
import { encodeParquet } from "../seal/parquet_writer.ts";
import type { TableRows } from "../store/table_writer.ts";
import { VERSION } from "../version.ts";
import type { ExportBatch, ExportContext } from "./export_format.ts";

const LAYOUT: SealedLayout = {
  columns: [{ name: "capture", type: "utf8", nullable: false }, ...SEALED.logs.columns],
  deltas: SEALED.logs.deltas,
  dictionaries: ["capture", ...SEALED.logs.dictionaries],
  later: [],
  withoutStatistics: SEALED.logs.withoutStatistics,
};

/** An Arrow IPC stream. */
export async function* encodeArrow(
  batches: AsyncIterable<ExportBatch>,
  { capture }: ExportContext,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  yield encodeSchema(LAYOUT.columns);
  for await (const { rows, columns } of tablesOf(batches, capture)) yield encodeRecordBatch(rows, columns);
  yield END_OF_STREAM.slice();
}

/** A Parquet file, with row groups as those of sealed segments. */
export async function* encodeParquetFile(
  batches: AsyncIterable<ExportBatch>,
  { capture, info }: ExportContext,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const keyValues = new Map([
    ["ringscope.version", VERSION],
    ["ringscope.capture_id", info.id],
    ["ringscope.capture", capture],
    ["ringscope.table", "export"],
  ]);
  yield* encodeParquet(LAYOUT, keyValues, tablesOf(batches, capture));
}

async function* tablesOf(batches: AsyncIterable<ExportBatch>, capture: string): AsyncGenerator<TableRows> {
  for await (const batch of batches) {
    if (batch.kind === "entries" && batch.rows.rows > 0) yield withCapture(batch.rows, capture);
  }
}

function withCapture(entries: ExpandedRows, capture: string): TableRows {
  const { rows, columns } = sealedEntries(entries);
  return { rows, columns: [namesOf(new Uint8Array(rows), 0, [capture]), ...columns] };
}
