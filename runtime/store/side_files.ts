/**
 * Rows that native DuckDB cannot read where they lie (open segments, what is left of damaged ones) as Parquet in a temporary folder,
 * in the form of sealed segments.
 *
 * @module
 */
import { SEALED, type SealedTable } from "../seal/columns.ts";
import type { TableRows } from "./table_writer.ts";

/** Writes rows aside. */
export class SideFiles {
  readonly #folder: string;
  #count = 0;

  /** In a folder that exists. What is written stays until the folder goes. */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Writes the rows into a new file and gives its path; their memory may be used again when the next are asked for. */
  async write(table: SealedTable, rows: AsyncIterator<TableRows>): Promise<string> {
    const { writeParquet } = await import("../seal/parquet_writer.ts");
    const path = `${this.#folder}/${++this.#count}.parquet`;
    await writeParquet(path, SEALED[table], new Map(), rows);
    return path;
  }
}
