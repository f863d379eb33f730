/**
 * pcapng: data entries as packets, with times in nanoseconds.
 *
 * Format: https://www.ietf.org/archive/id/draft-ietf-opsawg-pcapng-03.html
 *
 * @module
 */
import { concat } from "@std/bytes";
import { FLAG_TRUNCATED, KIND_DATA } from "../arrow/wire.ts";
import { bytesAt } from "../log_entry.ts";
import { VERSION } from "../version.ts";
import type { ExpandedRows } from "../arrow/expand.ts";
import type { ExportBatch, ExportContext } from "./export_format.ts";

/** What packets are made of. */
export interface PacketOptions {
  /** Only data of these types; empty: all data. */
  readonly types: readonly number[];
  /** See {@link parseLinkType}. */
  readonly linkType: number;
  /** Name of the interface. */
  readonly interfaceName: string;
}

/** Link types by name, as https://www.tcpdump.org/linktypes.html numbers them. */
const LINK_TYPES: Readonly<Record<string, number>> = {
  null: 0,
  ethernet: 1,
  raw: 101,
  ieee802_11: 105,
  linux_sll: 113,
  ieee802_11_radiotap: 127,
  usb_linux: 189,
  usbpcap: 249,
  ...Object.fromEntries(Array.from({ length: 16 }, (_, at) => [`user${at}`, 147 + at])),
};

/** Packets of a form of the user's own. */
export const USER0 = 147;

const BLOCK_SECTION = 0x0a0d0d0a, BLOCK_INTERFACE = 1, BLOCK_PACKET = 6;
const BYTE_ORDER_MAGIC = 0x1a2b3c4d;
const OPTION_END = 0, OPTION_COMMENT = 1;
const OPTION_SECTION_PROGRAM = 4;
const OPTION_INTERFACE_NAME = 2, OPTION_INTERFACE_RESOLUTION = 9;
const OPTION_PACKET_QUEUE = 6;
/** 10^-9 s. */
const RESOLUTION_NS = 9;
const TRAILER_BYTES = 4;

/**
 * A link type from its name (`ethernet`, `raw`, `user0` …) or number.
 *
 * @throws {RangeError} It is neither.
 */
export function parseLinkType(text: string): number {
  const known = LINK_TYPES[text.toLowerCase()];
  if (known !== undefined) return known;
  if (/^\d{1,5}$/.test(text) && Number(text) <= 0xffff) return Number(text);
  throw new RangeError(
    `"${text}" is no link type: use a number up to 65535, or ethernet, raw, linux_sll, usb_linux, usbpcap, user0 to user15`,
  );
}

/** A capture file for Wireshark and its like. The comment of each packet tells what else the entry has. */
export async function* encodePcapng(
  batches: AsyncIterable<ExportBatch>,
  { packets, onLeftOut }: ExportContext,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  yield sectionBlock();
  yield interfaceBlock(packets);
  for await (const batch of batches) {
    if (batch.kind !== "entries") continue;
    const { rows } = batch;
    const blocks: Uint8Array<ArrayBuffer>[] = [];
    for (let row = 0; row < rows.rows; row++) {
      const isWanted = rows.kind[row] === KIND_DATA &&
        (packets.types.length === 0 || packets.types.includes(rows.type[row]!));
      if (isWanted) blocks.push(packetBlock(rows, row));
      else onLeftOut(1);
    }
    if (blocks.length > 0) yield concat(blocks);
  }
}

function sectionBlock(): Uint8Array<ArrayBuffer> {
  const body = new DataView(new ArrayBuffer(16));
  body.setUint32(0, BYTE_ORDER_MAGIC, true);
  body.setUint16(4, 1, true); // version 1.0
  body.setBigInt64(8, -1n, true); // of unknown length
  return block(BLOCK_SECTION, body, [[OPTION_SECTION_PROGRAM, text(`ringscope ${VERSION}`)]]);
}

function interfaceBlock({ linkType, interfaceName }: PacketOptions): Uint8Array<ArrayBuffer> {
  const body = new DataView(new ArrayBuffer(8));
  body.setUint16(0, linkType, true);
  return block(BLOCK_INTERFACE, body, [
    [OPTION_INTERFACE_NAME, text(interfaceName)],
    [OPTION_INTERFACE_RESOLUTION, Uint8Array.of(RESOLUTION_NS)],
  ]);
}

function packetBlock(rows: ExpandedRows, row: number): Uint8Array<ArrayBuffer> {
  const bytes = bytesAt(rows.data, row) ?? new Uint8Array(0);
  const isCut = (rows.flags[row]! & FLAG_TRUNCATED) !== 0 && bytes.length >= TRAILER_BYTES;
  const captured = isCut ? bytes.subarray(0, -TRAILER_BYTES) : bytes;
  const original = isCut
    ? new DataView(bytes.buffer, bytes.byteOffset + captured.length).getUint32(0, true)
    : bytes.length;
  const time = BigInt.asUintN(64, rows.ts[row]!);
  const body = new DataView(new ArrayBuffer(20 + padded(captured.length)));
  body.setUint32(4, Number(time >> 32n), true);
  body.setUint32(8, Number(BigInt.asUintN(32, time)), true);
  body.setUint32(12, captured.length, true);
  body.setUint32(16, Math.max(original, captured.length), true);
  new Uint8Array(body.buffer).set(captured, 20);
  const queue = new DataView(new ArrayBuffer(4));
  queue.setUint32(0, rows.processor[row]!, true);
  return block(BLOCK_PACKET, body, [
    [OPTION_COMMENT, text(commentOf(rows, row))],
    [OPTION_PACKET_QUEUE, new Uint8Array(queue.buffer)],
  ]);
}

function commentOf(rows: ExpandedRows, row: number): string {
  const values = ["idx", "processor", "seq", "severity", "type", "remarks", "pid", "tid"] as const;
  return values.map((name) => `${name}=${rows[name][row]}`).join(" ");
}

function block(
  type: number,
  body: DataView<ArrayBuffer>,
  options: readonly (readonly [code: number, value: Uint8Array])[],
): Uint8Array<ArrayBuffer> {
  const optionBytes = options.reduce((sum, [, value]) => sum + 4 + padded(value.length), 4);
  const length = 12 + body.byteLength + optionBytes;
  const bytes = new Uint8Array(length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, type, true);
  view.setUint32(4, length, true);
  bytes.set(new Uint8Array(body.buffer), 8);
  let at = 8 + body.byteLength;
  for (const [code, value] of options) {
    view.setUint16(at, code, true);
    view.setUint16(at + 2, value.length, true);
    bytes.set(value, at + 4);
    at += 4 + padded(value.length);
  }
  view.setUint16(at, OPTION_END, true);
  view.setUint32(length - 4, length, true);
  return bytes;
}

function padded(length: number): number {
  return length + 3 & ~3;
}

function text(value: string): Uint8Array {
  return new TextEncoder().encode(value);
}
