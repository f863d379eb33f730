/**
 * What writes cost in the captures of a store: one table over all of them.
 *
 * @module
 */
import { parseWriteCost } from "../capture/write_cost.ts";
import type { Engine } from "./engine.ts";

/** Makes the table, empty. */
export async function createWriteCostTable(engine: Engine): Promise<void> {
  await engine.run(
    "CREATE TABLE _write_cost (capture VARCHAR, processor USMALLINT, bucket UTINYINT, writes UBIGINT)",
  );
}

/** Rows of the text of a capture's file; of a damaged one there are none. */
export function readWriteCost(text: string): Record<string, string[]> {
  const rows = text === "" ? [] : parse(text);
  return { _write_cost: rows.map(({ processor, bucket, writes }) => `${processor}, ${bucket}, ${writes}`) };
}

function parse(text: string): ReturnType<typeof parseWriteCost> {
  try {
    return parseWriteCost(text);
  } catch (error) {
    if (error instanceof SyntaxError) return [];
    throw error;
  }
}
