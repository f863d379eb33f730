/**
 * What a capture folder holds beside its entries, in files so small that they are brought in anew whenever they have changed.
 *
 * @module
 */
import { writeCostFile } from "../capture/write_cost.ts";
import { processFile } from "../processes/process_file.ts";
import type { Engine } from "./engine.ts";
import { createProcessTables, readProcesses } from "./process_tables.ts";
import { createSiteTable, SiteRows } from "./site_rows.ts";
import { SmallFileRows } from "./small_file_rows.ts";
import { createWriteCostTable, readWriteCost } from "./write_cost_table.ts";

/** The rows of one capture in one or more of these tables. */
export interface SmallRows {
  /** Loads them if their file has changed. */
  load(): Promise<void>;
}

/** Makes the tables, empty. */
export async function createSmallTables(engine: Engine): Promise<void> {
  await createProcessTables(engine);
  await createWriteCostTable(engine);
  await createSiteTable(engine);
}

/** What is known of the capture in `folder`, which is called `name` in the tables. */
export function smallRowsOf(engine: Engine, name: string, folder: string): SmallRows[] {
  return [
    new SmallFileRows(engine, name, processFile(folder), readProcesses),
    new SmallFileRows(engine, name, writeCostFile(folder), readWriteCost),
    new SiteRows(engine, name, folder),
  ];
}
