/**
 * Rows that native DuckDB cannot read where they lie (open segments, what is left of damaged ones) as Parquet in a temporary folder,
 * in the form of sealed segments.
 *
 * @module
 */
import type { EventTableRows } from "../events/event_rows.ts";
import { SEALED, type SealedLayout, type SealedTable } from "../seal/columns.ts";
import { eventLayout } from "../seal/event_files.ts";
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
    return await this.#write(SEALED[table], rows);
  }

  /** The same of rows of one event, which have all the same columns; there is at least one. */
  async writeEvents(tables: readonly EventTableRows[]): Promise<string> {
    const each = async function* () {
      yield* tables.map(({ rows }) => rows);
    };
    return await this.#write(eventLayout(tables[0]!.columns), each());
  }

  async #write(layout: SealedLayout, rows: AsyncIterator<TableRows>): Promise<string> {
    const { writeParquet } = await import("../seal/parquet_writer.ts");
    const path = `${this.#folder}/${++this.#count}.parquet`;
    await writeParquet(path, layout, new Map(), rows);
    return path;
  }
}
