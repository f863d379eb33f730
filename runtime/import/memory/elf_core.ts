/**
 * ELF cores of memory: /proc/vmcore, QEMU's dump-guest-memory, makedumpfile -E, libvirt's and VirtualBox's dumps.
 *
 * Segments of type PT_LOAD with physical addresses (System V ABI, "Program Header"); notes tell of the kernel and its processors.
 *
 * @module
 */
import { CaptureError } from "../../errors.ts";
import { exactly, type ImageBytes, readBytes } from "./image_bytes.ts";
import { type Extent, mappedPages } from "./page_map.ts";
import { type MachineFacts, NO_FACTS, PAGE_BYTES, type PageSource } from "./page_source.ts";
import { parseVmcoreinfo, VMCOREINFO_BYTES_MAX } from "./vmcoreinfo.ts";

const HEADER_BYTES = 64, SEGMENT_BYTES = 56, SECTION_BYTES = 64;
const ET_CORE = 4;
const PT_LOAD = 1, PT_NOTE = 4;
const NT_PRSTATUS = 1;
/** The real number of segments stands in the first section. */
const PN_XNUM = 0xffff;
/** A machine of 65,536 pieces of memory has none of the others' use. */
const SEGMENTS_MAX = 2 ** 17;
/** Notes have some KiB for each processor. */
const NOTES_BYTES_MAX = 64 * 2 ** 20;
const ARCHITECTURES: Readonly<Record<number, string>> = { 62: "x86_64", 183: "aarch64" };

/** Whether the first bytes are those of an ELF file. */
export function isElf(head: Uint8Array): boolean {
  return head[0] === 0x7f && head[1] === 0x45 && head[2] === 0x4c && head[3] === 0x46;
}

/** @throws {CaptureError} It is another ELF file than a 64-bit little-endian core, or damaged. */
export function openElfCore(bytes: ImageBytes): PageSource {
  const refuse = (found: string) => new CaptureError(`import ${bytes.name}: ${found}`);
  const head = readBytes(bytes, 0, HEADER_BYTES);
  if (head === null) throw refuse("it is cut short within the header of an ELF file");
  if (head[4] !== 2 || head[5] !== 1) {
    throw refuse(
      "it is an ELF file of a 32-bit or big-endian machine; the rings are those of 64-bit little-endian ones",
    );
  }
  const view = new DataView(head.buffer);
  if (view.getUint16(16, true) !== ET_CORE) {
    throw refuse("it is an ELF file and no core: a program or a library, not an image of memory");
  }
  const { segments, notes } = readSegments(bytes, view, refuse);
  const arch = ARCHITECTURES[view.getUint16(18, true)] ?? "";
  return mappedPages(bytes, {
    form: "ELF core",
    facts: { ...readNotes(bytes, notes), arch },
    warnings: [],
    extents: segments,
  });
}

interface Place {
  readonly offset: number;
  readonly length: number;
}

function readSegments(
  bytes: ImageBytes,
  header: DataView,
  refuse: (found: string) => CaptureError,
): { segments: Extent[]; notes: Place[] } {
  const tableOffset = exactly(header.getBigUint64(32, true));
  const count = countSegments(bytes, header);
  if (tableOffset === null || count === null || header.getUint16(54, true) !== SEGMENT_BYTES) {
    throw refuse(
      "its ELF header is damaged: where the table of segments lies, or how many there are, cannot be",
    );
  }
  if (count > SEGMENTS_MAX) {
    throw refuse(`it names ${count} segments, and no machine's memory has so many pieces`);
  }
  const table = readBytes(bytes, tableOffset, count * SEGMENT_BYTES);
  if (table === null) throw refuse("it is cut short within its table of segments");
  const view = new DataView(table.buffer);
  const segments: Extent[] = [], notes: Place[] = [];
  for (let at = 0; at < table.length; at += SEGMENT_BYTES) {
    const type = view.getUint32(at, true);
    if (type !== PT_LOAD && type !== PT_NOTE) continue;
    const offset = exactly(view.getBigUint64(at + 8, true));
    const address = exactly(view.getBigUint64(at + 24, true));
    const inFile = exactly(view.getBigUint64(at + 32, true));
    const inMemory = exactly(view.getBigUint64(at + 40, true));
    if (offset === null || inFile === null) continue;
    if (type === PT_NOTE) notes.push({ offset, length: inFile });
    // Without a physical address (all ones), as gcore writes it.
    else if (address !== null) segments.push(...pagesOf(offset, address, inFile, inMemory ?? inFile));
  }
  if (segments.length === 0) {
    throw refuse("it is an ELF core without physical memory: the core of a process, or a damaged one");
  }
  return { segments, notes };
}

function countSegments(bytes: ImageBytes, header: DataView): number | null {
  const count = header.getUint16(56, true);
  if (count !== PN_XNUM) return count;
  const sections = exactly(header.getBigUint64(40, true));
  const first = sections === null || sections === 0 ? null : readBytes(bytes, sections, SECTION_BYTES);
  return first === null ? null : new DataView(first.buffer).getUint32(44, true);
}

/** The whole pages of a segment. What it has in memory beyond the file are zeros: so makedumpfile leaves pages out. */
function pagesOf(offset: number, address: number, inFile: number, inMemory: number): Extent[] {
  const skipped = (PAGE_BYTES - address % PAGE_BYTES) % PAGE_BYTES;
  const frame = (address + skipped) / PAGE_BYTES;
  const count = Math.max(0, Math.floor((inFile - skipped) / PAGE_BYTES));
  const all = Math.max(count, Math.floor((inMemory - skipped) / PAGE_BYTES));
  return [
    { frame, count, offset: offset + skipped },
    { frame: frame + count, count: all - count, offset: null },
  ];
}

function readNotes(bytes: ImageBytes, places: readonly Place[]): MachineFacts {
  let processors = 0;
  let facts = NO_FACTS;
  for (const { offset, length } of places) {
    const notes = readBytes(
      bytes,
      offset,
      Math.min(length, NOTES_BYTES_MAX, Math.max(0, bytes.size - offset)),
    );
    for (const { name, type, content } of notes === null ? [] : walkNotes(notes)) {
      if (name === "VMCOREINFO") facts = { ...facts, ...parseVmcoreinfo(content) };
      else if (name === "CORE" && type === NT_PRSTATUS) processors++;
    }
  }
  return { ...facts, processors: processors === 0 ? null : processors };
}

/** The notes of a segment: length of the name, length of the content, type, each padded to four bytes. */
export function* walkNotes(
  notes: Uint8Array<ArrayBuffer>,
): Generator<{ name: string; type: number; content: Uint8Array }> {
  const view = new DataView(notes.buffer, notes.byteOffset, notes.length);
  const pad = (length: number) => Math.ceil(length / 4) * 4;
  for (let at = 0; at + 12 <= notes.length;) {
    const nameBytes = view.getUint32(at, true), contentBytes = view.getUint32(at + 4, true);
    const type = view.getUint32(at + 8, true);
    const content = at + 12 + pad(nameBytes);
    if (content + contentBytes > notes.length) return;
    const name = nameBytes > 64
      ? ""
      : new TextDecoder().decode(notes.subarray(at + 12, at + 12 + Math.max(0, nameBytes - 1)));
    yield {
      name,
      type,
      content: notes.subarray(content, content + Math.min(contentBytes, VMCOREINFO_BYTES_MAX)),
    };
    at = content + pad(contentBytes);
  }
}
