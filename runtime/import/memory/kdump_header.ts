/**
 * The header of a kdump-compressed image: struct disk_dump_header and struct kdump_sub_header of 64-bit little-endian machines
 * (makedumpfile, IMPLEMENTATION and diskdump_mod.h).
 *
 * @module
 */
import { CaptureError } from "../../errors.ts";
import { exactly, type ImageBytes, readBytes } from "./image_bytes.ts";
import { type MachineFacts, NO_FACTS, PAGE_BYTES } from "./page_source.ts";
import { fixedText, parseVmcoreinfo, VMCOREINFO_BYTES_MAX } from "./vmcoreinfo.ts";

const SIGNATURE = "KDUMP   ";
const HEADER_BYTES = 464, SUB_HEADER_BYTES = 104;
const UTSNAME = 12, UTSNAME_FIELD = 65;
const BLOCK_BYTES_MAX = 65536;
const BIG_PFNS_VERSION = 6;
/** Both bitmaps are held in memory: 64 TiB of 4 KiB pages have 2 GiB of one, which is more than anybody has here. */
const PAGES_MAX = 2 ** 31;

/** What is used of it. Places are bytes in the file. */
export interface KdumpHeader {
  /** Of a page, a power of two. */
  readonly blockBytes: number;
  /** Pages that the bitmaps speak of. */
  readonly pages: number;
  /** Of the bitmap that says which of them are in the image. */
  readonly bitmapOffset: number;
  /** Of the pages' descriptors. */
  readonly descriptorsOffset: number;
  /** Pages of zeros were left out. */
  readonly isWithoutZeros: boolean;
  /** The writer had not come to its end. */
  readonly isIncomplete: boolean;
  readonly facts: MachineFacts;
}

/** Whether the first bytes are those of a kdump-compressed image. */
export function isKdump(head: Uint8Array): boolean {
  return new TextDecoder("latin1").decode(head.subarray(0, SIGNATURE.length)) === SIGNATURE;
}

const DUMP_ERROR_INCOMPLETE = 0x8;
const EXCLUDE_ZERO = 0x1;

/** @throws {CaptureError} It is of a machine whose rings these cannot be, or damaged. */
export function readKdumpHeader(bytes: ImageBytes): KdumpHeader {
  const refuse = (found: string) => new CaptureError(`import ${bytes.name}: ${found}`);
  const damaged = (found: string) => refuse(`it is a damaged kdump-compressed image: ${found}`);
  const head = readBytes(bytes, 0, HEADER_BYTES);
  if (head === null) throw damaged("it is cut short within its header");
  const view = new DataView(head.buffer);
  const u32 = (offset: number) => view.getUint32(offset, true);
  const uts = Array.from(
    { length: 6 },
    (_, n) => fixedText(head.subarray(UTSNAME + n * UTSNAME_FIELD, UTSNAME + (n + 1) * UTSNAME_FIELD)),
  );
  const [, host = "", release = "", , arch = ""] = uts;
  if (arch !== "" && arch !== "x86_64" && arch !== "aarch64") {
    throw refuse(
      `it is the memory of a machine of the kind ${arch}; the rings are those of x86_64 and aarch64`,
    );
  }
  const blockBytes = u32(428), subHeaderBlocks = u32(432), bitmapBlocks = u32(436);
  if (blockBytes < PAGE_BYTES || blockBytes > BLOCK_BYTES_MAX || (blockBytes & (blockBytes - 1)) !== 0) {
    throw damaged(`its pages have ${blockBytes} bytes`);
  }
  const sub = readBytes(bytes, blockBytes, SUB_HEADER_BYTES);
  if (sub === null || subHeaderBlocks === 0) throw damaged("its second header is not there");
  const subView = new DataView(sub.buffer);
  const version = u32(8);
  const pages = version >= BIG_PFNS_VERSION
    ? exactly(subView.getBigUint64(96, true)) ?? PAGES_MAX + 1
    : u32(440);
  if (pages > PAGES_MAX) throw damaged(`it speaks of ${pages} pages`);
  const bitmapBytes = Math.ceil(Math.ceil(pages / 8) / blockBytes) * blockBytes;
  if (subView.getInt32(12, true) !== 0) {
    throw refuse(`it is one part of several; put them together with "makedumpfile --reassemble PART… IMAGE"`);
  }
  const bitmaps = (1 + subHeaderBlocks) * blockBytes;
  // With a second bitmap the first tells what is memory at all, and it is the second one that counts.
  const hasSecond = bitmapBlocks * blockBytes >= 2 * bitmapBytes;
  return {
    blockBytes,
    pages,
    bitmapOffset: bitmaps + (hasSecond ? bitmapBlocks * blockBytes / 2 : 0),
    descriptorsOffset: bitmaps + bitmapBlocks * blockBytes,
    isWithoutZeros: version >= 1 && (subView.getUint32(8, true) & EXCLUDE_ZERO) !== 0,
    isIncomplete: (u32(424) & DUMP_ERROR_INCOMPLETE) !== 0,
    facts: readFacts(bytes, subView, version, { release, host, arch, processors: u32(460) }),
  };
}

function readFacts(
  bytes: ImageBytes,
  sub: DataView,
  version: number,
  { release, host, arch, processors }: { release: string; host: string; arch: string; processors: number },
): MachineFacts {
  const facts = {
    ...NO_FACTS,
    release,
    host: host === "(none)" ? "" : host,
    arch,
    processors: processors > 0 && processors < 65536 ? processors : null,
  };
  const offset = exactly(sub.getBigUint64(32, true)), length = exactly(sub.getBigUint64(40, true));
  if (version < 3 || offset === null || length === null || offset === 0 || length === 0) return facts;
  const info = readBytes(bytes, offset, Math.min(length, VMCOREINFO_BYTES_MAX));
  if (info === null) return facts;
  const { release: own, crashUnixNs } = parseVmcoreinfo(info);
  // QEMU knows nothing of the system inside and writes a release of its own making, if any.
  return { ...facts, release: own === "" ? facts.release : own, crashUnixNs };
}
