/**
 * Which form an image of memory has.
 *
 * @module
 */
import { CaptureError } from "../../errors.ts";
import { isElf, openElfCore } from "./elf_core.ts";
import { isFlattened, openFlattened } from "./flattened.ts";
import { type ImageBytes, openImageBytes } from "./image_bytes.ts";
import { openKdump } from "./kdump.ts";
import { isKdump } from "./kdump_header.ts";
import type { PageSource } from "./page_source.ts";
import { isLime, openLimeImage, openRawImage } from "./raw_image.ts";
import type { Steps } from "./steps.ts";
import { isWindowsDump } from "./windows/dump_header.ts";
import { openWindowsDump } from "./windows/windows_dump.ts";

const HEAD_BYTES = 64;

/** What is no memory as it lies there, by its first bytes (latin-1), and what makes an image of it. */
const OTHERS: readonly { readonly magic: string; readonly what: string; readonly remedy: string }[] = [
  {
    magic: "PAGEDUMP",
    what: "a memory dump of a 32-bit Windows",
    remedy: "the rings are those of 64-bit systems",
  },
  {
    magic: "MDMP",
    what: "a minidump of one process",
    remedy: "the rings are in those of the kernel, which Windows writes when it stops",
  },
  {
    magic: "MSCF",
    what: "a cabinet",
    remedy: 'unpack it with "expand -F:* FILE FOLDER" or "cabextract" first',
  },
  {
    magic: "AVML",
    what: "an image that avml has compressed",
    remedy: 'write it anew with "avml-convert IMAGE RAW"',
  },
  {
    magic: "QFI\xfb",
    what: "a qcow2 disk or snapshot",
    remedy: 'dump the running machine with "virsh dump --memory-only" instead',
  },
  {
    magic: "LibvirtQemudSave",
    what: "a saved machine of libvirt",
    remedy: 'dump the running machine with "virsh dump --memory-only" instead',
  },
  {
    magic: "LibvirtQemudPart",
    what: "a saved machine of libvirt",
    remedy: 'dump the running machine with "virsh dump --memory-only" instead',
  },
  { magic: "DISKDUMP", what: "a diskdump of a kernel before 2.6.30", remedy: "no such kernel has rings" },
  { magic: "\x1f\x8b", what: "compressed", remedy: "unpack it with gunzip first" },
  { magic: "\xfd7zXZ\0", what: "compressed", remedy: "unpack it with xz -d first" },
  { magic: "\x28\xb5\x2f\xfd", what: "compressed", remedy: "unpack it with zstd -d first" },
  { magic: "BZh", what: "compressed", remedy: "unpack it with bunzip2 first" },
  { magic: "\x04\x22\x4d\x18", what: "compressed", remedy: "unpack it with lz4 -d first" },
];

/**
 * Opens an image of physical memory.
 *
 * @throws {CaptureError} It cannot be read, or is of a form that has to be converted first; the message says how.
 */
export async function openImage(path: string, steps: Steps): Promise<PageSource> {
  let bytes = openImageBytes(path);
  try {
    if (!isFlattened(headOf(bytes))) return openForm(bytes);
    const inner = await openFlattened(bytes, steps);
    bytes = inner.bytes;
    return flattened(openForm(bytes), inner.warnings);
  } catch (error) {
    bytes[Symbol.dispose]();
    throw error;
  }
}

function headOf(bytes: ImageBytes): Uint8Array<ArrayBuffer> {
  const head = new Uint8Array(HEAD_BYTES);
  return head.subarray(0, bytes.readAt(0, head));
}

function openForm(bytes: ImageBytes): PageSource {
  const head = headOf(bytes);
  if (isElf(head)) return openElfCore(bytes);
  if (isKdump(head)) return openKdump(bytes);
  if (isLime(head)) return openLimeImage(bytes);
  if (isWindowsDump(head)) return openWindowsDump(bytes);
  const other = OTHERS.find(({ magic }) => beginsWith(head, magic));
  if (other === undefined) return openRawImage(bytes);
  throw new CaptureError(`import ${bytes.name}: it is ${other.what}: ${other.remedy}`);
}

function beginsWith(head: Uint8Array, magic: string): boolean {
  for (let at = 0; at < magic.length; at++) if (head[at] !== magic.charCodeAt(at)) return false;
  return true;
}

function flattened(source: PageSource, warnings: readonly string[]): PageSource {
  return {
    get form() {
      return `${source.form}, flattened`;
    },
    facts: source.facts,
    get warnings() {
      return [...warnings, ...source.warnings];
    },
    pageRuns: () => source.pageRuns(),
    readPhysicalPages: (frame, count, into) => source.readPhysicalPages(frame, count, into),
    [Symbol.dispose]: () => source[Symbol.dispose](),
  };
}
