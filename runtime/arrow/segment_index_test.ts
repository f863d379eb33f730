import { assertEquals, assertThrows } from "@std/assert";
import { logsBytes, makeBatch } from "../../tests/support/make_capture.ts";
import { CaptureError } from "../errors.ts";
import { listBatches } from "./segment_index.ts";
import { SegmentReader } from "./segment_reader.ts";
import { LOGS_FORMAT } from "./wire.ts";

const batch = (number: number, rows: number) =>
  makeBatch(Array.from({ length: rows }, (_, at) => ({ idx: at, seq: at, ticks: at, payload: "text" })), {
    batch: number,
  });

async function withFile(bytes: Uint8Array, run: (path: string) => Promise<void>): Promise<void> {
  const path = await Deno.makeTempFile();
  try {
    await Deno.writeFile(path, bytes);
    await run(path);
  } finally {
    await Deno.remove(path);
  }
}

Deno.test("each batch is listed with its number and rows, and read from its place in any order", async () => {
  await withFile(await logsBytes([batch(7, 3), batch(8, 0), batch(9, 5000)], true), async (path) => {
    const places = listBatches(path);
    assertEquals(places.map(({ batch, rows }) => [batch, rows]), [[7, 3], [8, 0], [9, 5000]]);
    using reader = await SegmentReader.open(path, LOGS_FORMAT);
    for (const { offset, batch, rows } of [...places].reverse()) {
      await reader.goTo(offset);
      const read = await reader.read();
      assertEquals([read?.batch, read?.rows], [batch, rows]);
    }
  });
});

Deno.test("a segment is listed up to its torn tail, wherever it is cut", async () => {
  const whole = await logsBytes([batch(0, 2), batch(1, 2)], false);
  const end = await logsBytes([batch(0, 2)], false).then(({ length }) => length);
  for (let bytes = 0; bytes < whole.length; bytes += 7) {
    await withFile(whole.subarray(0, bytes), (path) => {
      assertEquals(listBatches(path).length, bytes < end ? 0 : 1, `${bytes} bytes`);
      return Promise.resolve();
    });
  }
});

Deno.test("what is no segment has no batches, and a file that is not there is an error", async () => {
  await withFile(new TextEncoder().encode("x".repeat(10_000)), (path) => {
    assertEquals(listBatches(path), []);
    return Promise.resolve();
  });
  assertThrows(() => listBatches("/nonexistent/000001.arrows"), CaptureError, "read the segment");
});
