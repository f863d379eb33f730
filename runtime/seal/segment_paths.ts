/**
 * Names of a capture folder's segment files.
 *
 * @module
 */
import { join } from "@std/path";
import type { StoredTable } from "./columns.ts";

/** How a segment is stored. */
export type SegmentForm = "arrows" | "parquet";

/** `logs/000001.parquet`. */
export function segmentName(table: StoredTable, number: number, ending: string): string {
  return `${table}/${String(number).padStart(6, "0")}.${ending}`;
}

/** The path of a segment's file. */
export function segmentPath(folder: string, table: StoredTable, number: number, ending: string): string {
  return join(folder, segmentName(table, number, ending));
}

/** The number in a segment file's name; null where it is none of these endings. */
export function segmentNumber(name: string, ...endings: readonly string[]): number | null {
  const [, digits, ending = ""] = /^(\d{6,})\.(.+)$/.exec(name) ?? [];
  return digits !== undefined && endings.includes(ending) ? Number(digits) : null;
}

/** Whether a capture folder has segments that are not sealed, or whose open form was not removed. */
export async function hasOpenSegments(folder: string): Promise<boolean> {
  const files = await Array.fromAsync(Deno.readDir(join(folder, "logs")));
  return files.some(({ name }) => segmentNumber(name, "arrows") !== null);
}

/** Whether there is such a file. */
export async function isThere(path: string): Promise<boolean> {
  try {
    await Deno.lstat(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) return false;
    throw error;
  }
}
