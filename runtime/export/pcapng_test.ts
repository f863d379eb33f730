import { assertEquals, assertThrows } from "@std/assert";
import { concat } from "@std/bytes";
import { makeBatch, T0 } from "../../tests/support/make_capture.ts";
import { RowExpander } from "../arrow/expand.ts";
import type { CaptureInfo } from "../store/folder.ts";
import type { ExportBatch, ExportContext } from "./export_format.ts";
import { encodePcapng, type PacketOptions, parseLinkType } from "./pcapng.ts";
import { DURATION_DEFAULT } from "./trace.ts";

const FIVE = Uint8Array.of(1, 2, 3, 4, 5);
/** Three bytes of an entry of 300, as the ring keeps one that was cut. */
const CUT = Uint8Array.of(9, 8, 7, 0x2c, 1, 0, 0);

async function* batches(): AsyncGenerator<ExportBatch> {
  const batch = makeBatch([
    { idx: 0, seq: 0, ticks: 1, kind: "data", type: 7, processor: 2, payload: FIVE },
    { idx: 1, seq: 1, ticks: 2, payload: "a text" },
    { idx: 2, seq: 2, ticks: 3, kind: "data", type: 8, payload: "other" },
    { idx: 3, seq: 3, ticks: 4, kind: "data", type: 7, flags: 1, payload: CUT },
  ]);
  yield await Promise.resolve({ kind: "entries", rows: new RowExpander().expand(batch) });
}

async function encode(packets: Partial<PacketOptions>): Promise<{ bytes: Uint8Array; leftOut: number }> {
  let leftOut = 0;
  const context: ExportContext = {
    capture: "boot",
    info: {} as CaptureInfo, // nothing of it is in a packet
    packets: { types: [], linkType: 147, interfaceName: "driver", ...packets },
    trace: { tracks: "thread", duration: DURATION_DEFAULT, span: null },
    roleOf: () => undefined,
    onLeftOut: (entries) => leftOut += entries,
  };
  return { bytes: concat(await Array.fromAsync(encodePcapng(batches(), context))), leftOut };
}

/** The blocks of a file, each held against the length that stands at both of its ends. */
function* blocksOf(bytes: Uint8Array): Generator<{ type: number; view: DataView }> {
  for (let at = 0; at < bytes.length;) {
    const view = new DataView(bytes.buffer, bytes.byteOffset + at);
    const length = view.getUint32(4, true);
    assertEquals([length % 4, view.getUint32(length - 4, true)], [0, length]);
    yield { type: view.getUint32(0, true), view };
    at += length;
  }
}

Deno.test("data of the chosen types become packets with whole nanoseconds and their original length", async () => {
  const { bytes, leftOut } = await encode({ types: [7], linkType: 1 });
  const blocks = [...blocksOf(bytes)];
  assertEquals(blocks.map(({ type }) => type), [0x0a0d0d0a, 1, 6, 6]);
  assertEquals(blocks[1]!.view.getUint16(8, true), 1);
  const packets = blocks.slice(2).map(({ view }) => {
    const captured = view.getUint32(20, true);
    return {
      ns: (BigInt(view.getUint32(12, true)) << 32n | BigInt(view.getUint32(16, true))) - T0,
      original: view.getUint32(24, true),
      bytes: [...new Uint8Array(view.buffer, view.byteOffset + 28, captured)],
    };
  });
  assertEquals(packets, [
    { ns: 1n, original: 5, bytes: [1, 2, 3, 4, 5] },
    { ns: 4n, original: 300, bytes: [9, 8, 7] },
  ]);
  assertEquals(leftOut, 2);
});

Deno.test("without a type all data become packets, and texts have no place", async () => {
  const { bytes, leftOut } = await encode({});
  assertEquals([...blocksOf(bytes)].length, 2 + 3);
  assertEquals(leftOut, 1);
});

Deno.test("a link type is a name or a number", () => {
  assertEquals(["Ethernet", "raw", "user0", "user15", "276"].map(parseLinkType), [1, 101, 147, 162, 276]);
  for (const text of ["", "wire", "70000", "-1", "1.5"]) {
    assertThrows(() => parseLinkType(text), RangeError, `"${text}" is no link type`);
  }
});
