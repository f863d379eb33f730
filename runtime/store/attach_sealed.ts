/**
 * Sealed files that native DuckDB may read where they lie: only those of which every byte is what was written, since a decoder is no
 * judge of damage.
 *
 * @module
 */
import type { StoredTable } from "../seal/columns.ts";
import { lastBatchOf } from "../seal/sealed_rows.ts";
import { segmentPath } from "../seal/segment_paths.ts";
import type { SealedPart, SourceContext } from "./segment_table.ts";

/** The sealed form of a segment's table as a part; null where it has to be read piece by piece instead. */
export async function attachSealed(
  { path, info, checksum }: Pick<SourceContext, "path" | "info" | "checksum">,
  table: StoredTable,
  number: number,
): Promise<SealedPart | null> {
  const { SealedFile } = await import("../seal/sealed_file.ts");
  try {
    using file = await SealedFile.open(path, info(), table, number, checksum);
    if (!await file.isWhole()) return null;
    const { rowGroups } = file;
    const last = table === "rings" && rowGroups.length > 0 ? await file.read(rowGroups.length - 1) : [];
    return {
      table,
      path: segmentPath(path, table, number, "parquet"),
      rows: rowGroups.reduce((sum, { rows }) => sum + rows, 0),
      lastBatch: last.reduce((most, rows) => Math.max(most, lastBatchOf(rows)), -1),
    };
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable || !(error instanceof Error)) throw error;
    return null; // what is wrong with it is found, and said, by who reads it piece by piece
  }
}
