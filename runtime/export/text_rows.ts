/**
 * CSV and NDJSON: one line an entry, with the columns of `logs`.
 *
 * @module
 */
import type { ExpandedRows } from "../arrow/expand.ts";
import { toEntries } from "../log_entry.ts";
import { csvField } from "./csv_field.ts";
import { entryJson, LOG_COLUMNS } from "./entry_json.ts";
import type { ExportBatch, ExportContext } from "./export_format.ts";

const PIECE_CHARACTERS = 256 * 1024;

/** CSV with a first line of names. Null is an empty field, an empty text a quoted one. */
export async function* encodeCsv(
  batches: AsyncIterable<ExportBatch>,
  { capture }: ExportContext,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  yield new TextEncoder().encode(`${LOG_COLUMNS.join(",")}\n`);
  yield* encodeLines(batches, (rows) =>
    toEntries(rows).map((entry) => {
      const values = Object.values(entryJson(entry, capture));
      return `${values.map((value) => csvField(value === null ? null : String(value))).join(",")}\n`;
    }));
}

/** One JSON object a line. */
export async function* encodeNdjson(
  batches: AsyncIterable<ExportBatch>,
  { capture }: ExportContext,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  yield* encodeLines(
    batches,
    (rows) => toEntries(rows).map((entry) => `${JSON.stringify(entryJson(entry, capture))}\n`),
  );
}

async function* encodeLines(
  batches: AsyncIterable<ExportBatch>,
  linesOf: (rows: ExpandedRows) => Iterable<string>,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const encoder = new TextEncoder();
  for await (const batch of batches) {
    if (batch.kind !== "entries") continue;
    let piece = "";
    for (const line of linesOf(batch.rows)) {
      piece += line;
      if (piece.length < PIECE_CHARACTERS) continue;
      yield encoder.encode(piece);
      piece = "";
    }
    if (piece !== "") yield encoder.encode(piece);
  }
}
