/**
 * Images without a structure of their own: memory from address 0 on, and LiME's, which puts 32 bytes in front of each piece.
 *
 * @module
 */
import { CaptureError } from "../../errors.ts";
import { exactly, type ImageBytes, readBytes } from "./image_bytes.ts";
import { type Extent, mappedPages } from "./page_map.ts";
import { NO_FACTS, PAGE_BYTES, type PageSource } from "./page_source.ts";

const LIME_MAGIC = 0x4c694d45;
const LIME_HEADER_BYTES = 32;
const LIME_RANGES_MAX = 2 ** 16;

/** Memory as QEMU's `pmemsave 0 SIZE` or a hardware probe writes it: byte n is that of physical address n. */
export function openRawImage(bytes: ImageBytes): PageSource {
  const count = Math.floor(bytes.size / PAGE_BYTES);
  if (count === 0) {
    throw new CaptureError(
      `import ${bytes.name}: ${bytes.size} bytes are no image of memory: not even a page`,
    );
  }
  const odd = bytes.size % PAGE_BYTES;
  return mappedPages(bytes, {
    form: "raw memory",
    facts: NO_FACTS,
    warnings: odd === 0 ? [] : [`the image ends with ${odd} bytes of a page`],
    extents: [{ frame: 0, count, offset: 0 }],
  });
}

/** Whether the first bytes are those of a LiME image (magic "EMiL", version 1). */
export function isLime(head: Uint8Array): boolean {
  const view = new DataView(head.buffer, head.byteOffset, head.length);
  return head.length >= LIME_HEADER_BYTES && view.getUint32(0, true) === LIME_MAGIC &&
    view.getUint32(4, true) === 1;
}

/** LiME's format "lime": before each piece its magic, version, first and last physical address (u32, u32, u64, u64, u64 0). */
export function openLimeImage(bytes: ImageBytes): PageSource {
  const extents: Extent[] = [];
  const warnings: string[] = [];
  for (let at = 0; at < bytes.size;) {
    const head = readBytes(bytes, at, LIME_HEADER_BYTES);
    const view = head && new DataView(head.buffer);
    const first = view && exactly(view.getBigUint64(8, true)),
      last = view && exactly(view.getBigUint64(16, true));
    if (
      head === null || !isLime(head) || first === null || last === null || last < first ||
      extents.length === LIME_RANGES_MAX
    ) {
      warnings.push(`what is behind byte ${at} of the image is no piece of memory and was not read`);
      break;
    }
    const skipped = (PAGE_BYTES - first % PAGE_BYTES) % PAGE_BYTES;
    const length = last - first + 1;
    extents.push({
      frame: (first + skipped) / PAGE_BYTES,
      count: Math.max(0, Math.floor((length - skipped) / PAGE_BYTES)),
      offset: at + LIME_HEADER_BYTES + skipped,
    });
    at += LIME_HEADER_BYTES + length;
  }
  return mappedPages(bytes, { form: "LiME image", facts: NO_FACTS, warnings, extents });
}
