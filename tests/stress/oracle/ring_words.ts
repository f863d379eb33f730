/**
 * What the rings of a set say themselves, read from their file: the producer's own counters, without any reader.
 * @module
 */
import { ringPage, setHeader, sharedPage } from "../../../runtime/abi/layout.ts";
import type { RingWords } from "./check_account.ts";

/** Reads the ring pages of a ring set that nobody writes to any more. */
export async function readRingWords(path: string): Promise<RingWords[]> {
  using file = await Deno.open(path);
  const bytesAt = async (offset: number, length: number): Promise<DataView> => {
    const bytes = new Uint8Array(length);
    await file.seek(offset, Deno.SeekMode.Start);
    for (let at = 0; at < length;) {
      const count = await file.read(bytes.subarray(at));
      if (count === null) throw new Error(`read ${path}: it ends at byte ${offset + at}`);
      at += count;
    }
    return new DataView(bytes.buffer);
  };
  const header = await bytesAt(0, setHeader.bytes);
  const offsetOf = (field: number) => Number(header.getBigUint64(field, true));
  const shared = await bytesAt(offsetOf(setHeader.sharedOff), sharedPage.bytes);
  const nextIndex = Number(shared.getBigUint64(sharedPage.nextIndex, true));
  const rings: RingWords[] = [];
  for (let ring = 0; ring < header.getUint32(setHeader.ringCount, true); ring++) {
    const page = await bytesAt(offsetOf(setHeader.ringOff) + ring * ringPage.bytes, ringPage.bytes);
    const word = (field: number) => Number(page.getBigUint64(field, true));
    rings.push({
      processor: page.getUint32(ringPage.processor, true),
      attempts: word(ringPage.reserve + 8),
      lostFull: word(ringPage.lostFull),
      tooBig: word(ringPage.tooBig),
      nextIndex,
    });
  }
  return rings;
}
