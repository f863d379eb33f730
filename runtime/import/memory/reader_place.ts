/**
 * Where the reader of a ring stands, as it leaves it in its page.
 *
 * @module
 */
import { abi, checkpoint, consumerRing, consumerSet } from "../../abi/layout.ts";
import type { SetHeader } from "../../reader/set_header.ts";
import type { PageFile } from "./page_file.ts";

/** Where the page of a ring's reader lies in its set. */
export function readerPageAt({ consumerOff }: Pick<SetHeader, "consumerOff">, ring: number): number {
  return consumerOff + consumerSet.bytes + ring * consumerRing.bytes;
}

/**
 * Writes the page as a reader leaves it that has taken, and stored, whatever stands before `position`.
 *
 * @param attempts Of the ring, before the first that is to be read.
 */
export function writeReaderPlace(
  file: PageFile,
  header: Pick<SetHeader, "consumerOff">,
  ring: number,
  { position, attempts }: { readonly position: bigint; readonly attempts: bigint },
): void {
  const page = new Uint8Array(abi.pageBytes);
  const view = new DataView(page.buffer);
  view.setBigUint64(consumerRing.readPos, position, true);
  view.setBigUint64(consumerRing.storedRead, attempts, true);
  for (const half of [0, 1]) {
    const at = consumerRing.checkpoint + half * checkpoint.bytes;
    for (const field of [checkpoint.readPos, checkpoint.scannedPos]) {
      view.setBigUint64(at + field, position, true);
    }
    for (const field of [checkpoint.nextSeq, checkpoint.read]) view.setBigUint64(at + field, attempts, true);
  }
  file.write(readerPageAt(header, ring), page);
}
