/**
 * How many entries of each call site a capture has stored.
 * @module
 */
import { EntryKind } from "../../abi/layout.ts";
import { crc32c } from "../../arrow/crc32c.ts";
import { CaptureSource } from "../../store/capture_source.ts";

/** By the number of the site; of typed events only, since other entries do not say where they come from. */
export async function countEntries(capture: string): Promise<Map<number, bigint>> {
  using source = await CaptureSource.open(capture, crc32c);
  const counts = new Map<number, bigint>();
  for await (const item of source.look()) {
    if (item.kind !== "entries") continue;
    const { rows, kind, type } = item.expand();
    const inBatch = new Map<number, number>();
    for (let row = 0; row < rows; row++) {
      if (kind[row] === EntryKind.event) inBatch.set(type[row]!, (inBatch.get(type[row]!) ?? 0) + 1);
    }
    for (const [site, count] of inBatch) counts.set(site, (counts.get(site) ?? 0n) + BigInt(count));
  }
  return counts;
}
