/**
 * What an ELF file says about how its program is started and what it was made with.
 *
 * Reads headers only, each bounded by the file: a file that is not well formed has no facts rather than wrong ones.
 * @module
 */

const MAGIC = 0x464c457f;
const LITTLE_ENDIAN = 1;
const TYPE_DYNAMIC_SEGMENT = 2;
const TYPE_INTERPRETER = 3;
const TYPE_NOTE = 4;
/** Go's linker names its note like this (cmd/link/internal/ld/elf.go: ELF_NOTE_GO_NAME), four bytes with the padding. */
const GO_NOTE_NAME = "Go\0\0";
const GO_SECTIONS = [".go.buildinfo", ".note.go.buildid"];
/** Headers and notes are small; what is larger is not what it says. */
const PIECE_BYTES_MAX = 1 << 20;

/** What {@link readElf} finds. */
export interface ElfFacts {
  readonly bits: 32 | 64;
  /** `e_machine`; not meaningful across byte orders. */
  readonly machine: number;
  /** The loader that the program asks for; null for one that is linked statically. */
  readonly interpreter: string | null;
  /** Made by Go's linker: it has Go's build id note, or a section `.go.buildinfo` or `.note.go.buildid`. */
  readonly isGo: boolean;
  readonly hasDynamic: boolean;
  /** Linked with gcc's AddressSanitizer as a shared library, which refuses to be loaded behind another one. */
  readonly isAsanShared: boolean;
}

interface Piece {
  readonly type: number;
  readonly offset: number;
  readonly size: number;
  readonly name: number;
}

/** The facts of a file; null when it cannot be read or is no ELF file. */
export async function readElf(path: string): Promise<ElfFacts | null> {
  try {
    using file = await Deno.open(path);
    return await readFacts(file);
  } catch {
    // Also a program that may be run and not read: it has no facts.
    return null;
  }
}

async function readFacts(file: Deno.FsFile): Promise<ElfFacts | null> {
  const header = await readPiece(file, 0, 64);
  if (header.byteLength < 52 || header.getUint32(0, true) !== MAGIC) return null;
  const bits = header.getUint8(4) === 2 ? 64 : 32;
  const isLittle = header.getUint8(5) === LITTLE_ENDIAN;
  const machine = header.getUint16(18, isLittle);
  if (!isLittle) {
    return { bits, machine, interpreter: null, isGo: false, hasDynamic: false, isAsanShared: false };
  }

  const segments = await readTable(file, header, bits, "segments");
  const sections = await readNamedSections(file, header, bits);
  const asked = segments.find(({ type }) => type === TYPE_INTERPRETER);
  return {
    bits,
    machine,
    interpreter: asked === undefined ? null : text(await readPiece(file, asked.offset, asked.size)),
    isGo: await hasGoNote(file, segments) || GO_SECTIONS.some((name) => sections.has(name)),
    hasDynamic: segments.some(({ type }) => type === TYPE_DYNAMIC_SEGMENT),
    isAsanShared: await namesAsan(file, sections.get(".dynstr")),
  };
}

/** Of the ELF header and of its tables' rows, by field: offsets for 32 and for 64 bits (System V ABI, chapters 4 and 5). */
const SEGMENTS = {
  32: { table: 28, rowBytes: 42, count: 44, offset: 4, size: 16 },
  64: { table: 32, rowBytes: 54, count: 56, offset: 8, size: 32 },
} as const;
const SECTIONS = {
  32: { table: 32, rowBytes: 46, count: 48, offset: 16, size: 20 },
  64: { table: 40, rowBytes: 58, count: 60, offset: 24, size: 32 },
} as const;

async function readTable(
  file: Deno.FsFile,
  header: DataView,
  bits: 32 | 64,
  which: "segments" | "sections",
): Promise<Piece[]> {
  const at = (which === "segments" ? SEGMENTS : SECTIONS)[bits];
  const word = (view: DataView, offset: number) =>
    bits === 64 ? Number(view.getBigUint64(offset, true)) : view.getUint32(offset, true);
  const rowBytes = header.getUint16(at.rowBytes, true);
  const wanted = header.getUint16(at.count, true);
  const table = await readPiece(file, word(header, at.table), rowBytes * wanted);
  const rows: Piece[] = [];
  for (let row = 0; rowBytes >= at.size + 8 && row + rowBytes <= table.byteLength; row += rowBytes) {
    rows.push({
      name: table.getUint32(row, true),
      type: table.getUint32(row + (which === "segments" ? 0 : 4), true),
      offset: word(table, row + at.offset),
      size: word(table, row + at.size),
    });
  }
  return rows;
}

async function hasGoNote(file: Deno.FsFile, segments: readonly Piece[]): Promise<boolean> {
  for (const { type, offset, size } of segments) {
    if (type !== TYPE_NOTE) continue;
    const notes = await readPiece(file, offset, size);
    for (let at = 0; at + 16 <= notes.byteLength;) {
      const nameBytes = notes.getUint32(at, true);
      const valueBytes = notes.getUint32(at + 4, true);
      if (nameBytes === 4 && bytesText(notes, at + 12, 4) === GO_NOTE_NAME) return true;
      at += 12 + align4(nameBytes) + align4(valueBytes);
    }
  }
  return false;
}

async function readNamedSections(
  file: Deno.FsFile,
  header: DataView,
  bits: 32 | 64,
): Promise<Map<string, Piece>> {
  const sections = await readTable(file, header, bits, "sections");
  const names = sections[header.getUint16(bits === 64 ? 62 : 50, true)];
  if (names === undefined) return new Map();
  const strings = await readPiece(file, names.offset, names.size);
  return new Map(sections.map((section) => [text(strings, section.name), section]));
}

/** The names of the libraries that a program needs stand among its dynamic strings. */
async function namesAsan(file: Deno.FsFile, strings: Piece | undefined): Promise<boolean> {
  if (strings === undefined) return false;
  const names = await readPiece(file, strings.offset, strings.size);
  return /\0libasan\.so[.\d]*\0/.test(bytesText(names, 0, names.byteLength));
}

function align4(bytes: number): number {
  return Math.ceil(bytes / 4) * 4;
}

/** What the file has of these bytes. */
async function readPiece(file: Deno.FsFile, offset: number, size: number): Promise<DataView> {
  const bytes = new Uint8Array(Math.min(size, PIECE_BYTES_MAX));
  await file.seek(offset, Deno.SeekMode.Start);
  let have = 0;
  while (have < bytes.length) {
    const got = await file.read(bytes.subarray(have));
    if (got === null) break;
    have += got;
  }
  return new DataView(bytes.buffer, 0, have);
}

/** Up to the terminator. */
function text(view: DataView, from = 0): string {
  let end = from;
  while (end < view.byteLength && view.getUint8(end) !== 0) end++;
  return bytesText(view, from, end - from);
}

function bytesText(view: DataView, from: number, count: number): string {
  const end = Math.min(from + count, view.byteLength);
  return from >= end ? "" : new TextDecoder().decode(new Uint8Array(view.buffer, from, end - from));
}
