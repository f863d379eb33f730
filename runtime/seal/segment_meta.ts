/**
 * `meta.json` of a closed segment, to which sealing adds what it wrote.
 *
 * @module
 */
import { replaceFile } from "../capture/durable_file.ts";
import { BLOCK_BYTES } from "./block_sums.ts";
import type { StoredTable } from "./columns.ts";
import type { WrittenFile } from "./parquet_writer.ts";
import { segmentPath } from "./segment_paths.ts";

/** What `meta.json` says; its keys are told in runtime/capture/README.md. */
export type SegmentMeta = Readonly<Record<string, unknown>>;

/** What is known of a sealed file beside itself. */
export interface SealedFacts {
  readonly bytes: number;
  /** CRC-32C of each block. */
  readonly sums: readonly number[];
}

/** Reads a segment's `meta.json`; null where there is none that can be read. */
export async function readMeta(folder: string, number: number): Promise<SegmentMeta | null> {
  try {
    const json: unknown = JSON.parse(
      await Deno.readTextFile(segmentPath(folder, "logs", number, "meta.json")),
    );
    return isRecord(json) ? json : null;
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

/** How many entries a segment has; 0 where that is not known. */
export function rowsOf(meta: SegmentMeta | null): number {
  return typeof meta?.rows === "number" ? meta.rows : 0;
}

/** Replaces a segment's `meta.json`, with what was sealed. */
export async function writeSealedMeta(
  folder: string,
  number: number,
  meta: SegmentMeta,
  files: ReadonlyMap<StoredTable, WrittenFile>,
): Promise<void> {
  const sealed = Object.fromEntries(
    [...files].map(([table, { rows, bytes, sums }]) => [table, { rows, bytes, crc32c: toDigits(sums) }]),
  );
  const text = JSON.stringify({ ...meta, sealed: { block_bytes: BLOCK_BYTES, ...sealed } }, null, 2);
  await replaceFile(segmentPath(folder, "logs", number, "meta.json"), `${text}\n`);
}

/** What `meta.json` says of a sealed file; null where it says nothing that is understood. */
export function sealedFacts(meta: SegmentMeta | null, table: StoredTable): SealedFacts | null {
  const sealed = meta?.sealed;
  if (!isRecord(sealed) || sealed.block_bytes !== BLOCK_BYTES) return null;
  const file = sealed[table];
  if (!isRecord(file) || typeof file.bytes !== "number" || typeof file.crc32c !== "string") return null;
  return {
    bytes: file.bytes,
    sums: (file.crc32c.match(/.{8}/g) ?? []).map((digits) => parseInt(digits, 16)),
  };
}

function toDigits(sums: readonly number[]): string {
  return sums.map((sum) => sum.toString(16).padStart(8, "0")).join("");
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
