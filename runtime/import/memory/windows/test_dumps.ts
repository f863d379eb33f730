/**
 * Writers of dumps of Windows for tests, after the same descriptions as the readers: no dump of a real machine is at hand.
 *
 * @module
 */
import { reserve, ringPage, setHeader } from "../../../abi/layout.ts";
import { crc32c } from "../../../arrow/crc32c.ts";
import { readSetHeader, type SetHeader } from "../../../reader/set_header.ts";
import { isMarkedWell } from "../marks.ts";
import { PAGE_BYTES } from "../page_source.ts";
import { joinBytes, type Piece } from "../test_images.ts";
import { MADE, type Memory, WINDOWS } from "../test_support.ts";
import { BLOB_HEADER_BYTES, BLOB_MAGIC, RECORD_BYTES, RecordKind } from "./secondary_blob.ts";

/** What the header of a test's dump says besides its memory. */
export interface DumpOptions {
  readonly type: number;
  /** IMAGE_FILE_MACHINE; default: AMD64. */
  readonly machine?: number;
  /** FILETIME; default: 2026-09-21 14:15:23 UTC. */
  readonly systemTime?: bigint;
}

/** DUMP_HEADER64. What the writer leaves alone is filled with "PAGE", as Windows does. */
export function dumpHeader(
  { type, machine = 0x8664, systemTime = 134_344_737_230_000_000n }: DumpOptions,
): Uint8Array<ArrayBuffer> {
  const view = new DataView(new ArrayBuffer(0x2000));
  for (let at = 0; at < 0x1000; at += 4) view.setUint32(at, 0x45474150, true);
  new Uint8Array(view.buffer).set(new TextEncoder().encode("PAGEDU64"));
  view.setUint32(0x08, 15, true);
  view.setUint32(0x0c, 22631, true);
  view.setUint32(0x30, machine, true);
  view.setUint32(0x34, 8, true);
  view.setUint32(0x38, 0xd1, true);
  for (const [n, value] of [0x10n, 2n, 0n, 0xfffff80012345678n].entries()) {
    view.setBigUint64(0x40 + 8 * n, value, true);
  }
  view.setUint32(0xf98, type, true);
  view.setBigUint64(0xfa8, systemTime, true);
  return new Uint8Array(view.buffer);
}

function pageOf(memory: Memory, frame: number): Uint8Array<ArrayBuffer> {
  return memory.get(frame) ?? new Uint8Array(PAGE_BYTES);
}

/** A complete dump: the pages of runs, one behind the other. */
export function runsDump(memory: Memory, runs: readonly Piece[]): Uint8Array<ArrayBuffer> {
  const header = dumpHeader({ type: 1 });
  const view = new DataView(header.buffer);
  view.setUint32(0x88, runs.length, true);
  view.setBigUint64(0x90, BigInt(runs.reduce((sum, { count }) => sum + count, 0)), true);
  for (const [n, { frame, count, at = frame }] of runs.entries()) {
    view.setBigUint64(0x98 + 16 * n, BigInt(at), true);
    view.setBigUint64(0xa0 + 16 * n, BigInt(count), true);
  }
  const pages = runs.flatMap(({ frame, count }) =>
    Array.from({ length: count }, (_, n) => pageOf(memory, frame + n))
  );
  return joinBytes([header, ...pages]);
}

/** How a dump with a bitmap is written. */
export interface BitmapDumpOptions {
  /** Default: 6, a kernel dump. */
  readonly type?: number;
  /** Default: of a kernel dump. */
  readonly signature?: "SDMPDUMP" | "FDMPDUMP";
  /** Frames that are left out. */
  readonly without?: ReadonlySet<number>;
  /** Bytes between the bitmap and the first page; default: up to a page's boundary. */
  readonly gap?: number;
}

/** Frames of a memory that are not left out, rising. */
function framesOf(memory: Memory, without: ReadonlySet<number>): number[] {
  return [...memory.keys()].filter((frame) => !without.has(frame)).sort((a, b) => a - b);
}

/** A kernel or active dump. */
export function bitmapDump(memory: Memory, options: BitmapDumpOptions = {}): Uint8Array<ArrayBuffer> {
  const { type = 6, signature = "SDMPDUMP", without = new Set(), gap } = options;
  const kept = framesOf(memory, without);
  const pages = Math.max(...memory.keys()) + 1;
  const bitmap = new Uint8Array(Math.ceil(pages / 8));
  for (const frame of kept) bitmap[frame >> 3]! |= 1 << frame % 8;
  const end = 0x2038 + bitmap.length;
  const firstPage = gap === undefined ? Math.ceil(end / PAGE_BYTES) * PAGE_BYTES : end + gap;
  const head = new DataView(new ArrayBuffer(0x38));
  new Uint8Array(head.buffer).set(new TextEncoder().encode(signature));
  head.setBigUint64(0x20, BigInt(firstPage), true);
  head.setBigUint64(0x28, BigInt(kept.length), true);
  head.setBigUint64(0x30, BigInt(pages), true);
  return joinBytes([
    dumpHeader({ type }),
    new Uint8Array(head.buffer),
    bitmap,
    new Uint8Array(firstPage - end),
    ...kept.map((frame) => pageOf(memory, frame)),
  ]);
}

/** What WinDbg writes by .dump /k (type 8) and .dump /f (type 10) since 2022. */
export function rangesDump(
  memory: Memory,
  { type = 8, without = new Set<number>() }: { type?: number; without?: ReadonlySet<number> } = {},
): Uint8Array<ArrayBuffer> {
  const kept = framesOf(memory, without);
  const ranges: [number, number][] = [];
  for (const frame of kept) {
    const last = ranges.at(-1);
    if (last !== undefined && last[0] + last[1] === frame) last[1]++;
    else ranges.push([frame, 1]);
  }
  const firstPage = Math.ceil((0x2030 + 16 * (ranges.length + 1)) / PAGE_BYTES) * PAGE_BYTES;
  const head = new DataView(new ArrayBuffer(firstPage - 0x2000));
  head.setUint32(0, 0x40, true);
  new Uint8Array(head.buffer).set(new TextEncoder().encode("RDMPDUMP"), 4);
  head.setBigUint64(0x10, BigInt(firstPage - 0x2020), true);
  head.setBigUint64(0x18, BigInt(firstPage), true);
  if (type === 10) {
    head.setUint32(0x20, ranges.length, true);
    head.setBigUint64(0x28, BigInt(kept.length), true);
  }
  for (const [n, [frame, count]] of ranges.entries()) {
    head.setBigUint64(0x30 + 16 * n, BigInt(frame), true);
    head.setBigUint64(0x38 + 16 * n, BigInt(count), true);
  }
  return joinBytes([
    dumpHeader({ type }),
    new Uint8Array(head.buffer),
    ...kept.map((frame) => pageOf(memory, frame)),
  ]);
}

/** A minidump with what drivers have added; `at` bytes of the system's own lie in front of it. */
export function minidump(added: readonly Uint8Array[], at = 0x40_000): Uint8Array<ArrayBuffer> {
  return joinBytes([dumpHeader({ type: 4 }), new Uint8Array(at - 0x2000).fill(0x52), ...added]);
}

/** A record of a blob: kind, number of the set, a to d, data. */
export type TestRecord = readonly [
  kind: number,
  set: number,
  numbers: readonly [bigint, bigint, bigint, bigint],
  data: Uint8Array,
];

/** A blob of these records, with a checksum that fits. */
export function secondaryBlob(records: readonly TestRecord[]): Uint8Array<ArrayBuffer> {
  const parts = records.map(([kind, set, numbers, data]) => {
    const head = new DataView(new ArrayBuffer(RECORD_BYTES));
    head.setUint32(0, kind, true);
    head.setUint32(4, set, true);
    head.setBigUint64(8, BigInt(data.length), true);
    for (const [n, number] of numbers.entries()) head.setBigUint64(16 + 8 * n, number, true);
    return joinBytes([new Uint8Array(head.buffer), data, new Uint8Array((8 - data.length % 8) % 8)]);
  });
  const blob = joinBytes([new Uint8Array(BLOB_HEADER_BYTES), ...parts]);
  const view = new DataView(blob.buffer);
  blob.set(BLOB_MAGIC);
  view.setUint32(16, 1, true);
  view.setUint32(20, BLOB_HEADER_BYTES, true);
  view.setBigUint64(24, BigInt(blob.length), true);
  view.setUint32(32, records.length, true);
  view.setUint32(36, new Set(records.map(([, set]) => set)).size, true);
  view.setUint32(40, WINDOWS, true);
  return seal(blob);
}

/** Gives a blob the checksum of what it holds. */
export function seal(blob: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const view = new DataView(blob.buffer, blob.byteOffset);
  view.setUint32(60, 0, true);
  view.setUint32(60, crc32c(blob), true);
  return blob;
}

/** What the driver takes of a set for a minidump: `room` bytes of each ring, its newest entries. */
export function recordsOf(
  rings: Uint8Array<ArrayBuffer>,
  { set = 0, name = "default", room = Infinity }: { set?: number; name?: string; room?: number } = {},
): TestRecord[] {
  const header = readSetHeader(rings, rings.length, "the rings");
  const { sharedOff, intentOff, siteOff, siteCount, ringOff, dataOff, ringBytes, ringCount, consumerOff } =
    header;
  const view = new DataView(rings.buffer, rings.byteOffset, rings.length);
  const label = new Uint8Array(32);
  label.set(new TextEncoder().encode(name));
  const bytes = (from: number, to: number): TestRecord => [
    RecordKind.bytes,
    set,
    [BigInt(from), 0n, 0n, 0n],
    rings.slice(from, to),
  ];
  const records: TestRecord[] = [
    [RecordKind.set, set, [MADE, 0n, 0n, 0n], joinBytes([rings.slice(0, setHeader.bytes), label])],
    bytes(sharedOff, sharedOff + 136),
    bytes(intentOff, siteCount === 0 ? ringOff : siteOff),
  ];
  if (siteCount > 0) records.push(bytes(siteOff, ringOff));
  for (let ring = 0; ring < ringCount; ring++) {
    const page = ringOff + ring * ringPage.bytes;
    const limit = view.getBigUint64(page + ringPage.reserve + reserve.position, true);
    const data = rings.subarray(dataOff + ring * ringBytes, dataOff + (ring + 1) * ringBytes);
    const from = newestFrom(data, header, limit, room);
    const readPos = view.getBigUint64(consumerOff + 4096 * (1 + ring), true);
    records.push(bytes(page, page + 1024));
    records.push([
      RecordKind.ring,
      set,
      [BigInt(ring), from, limit, readPos],
      Uint8Array.from({ length: Number(limit - from) }, (_, n) => data[(Number(from) + n) % ringBytes]!),
    ]);
  }
  return records;
}

/** The first entry from which on the newest take no more than `room` bytes. */
function newestFrom(data: Uint8Array, header: SetHeader, limit: bigint, room: number): bigint {
  const view = new DataView(data.buffer, data.byteOffset, data.length);
  const least = limit - BigInt(Math.min(room, data.length));
  for (let position = least < 0n ? 0n : least + 7n & ~7n; position < limit; position += 8n) {
    const word = view.getBigUint64(Number(position) % data.length, true);
    if (isMarkedWell(header, word, position, limit)) return position;
  }
  return limit;
}
