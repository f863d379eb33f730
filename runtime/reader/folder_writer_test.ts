import { assertEquals, assertThrows } from "@std/assert";
import { join } from "@std/path";
import { SegmentReader } from "../arrow/segment_reader.ts";
import { GAPS_FORMAT, LOGS_FORMAT, type WireBatch } from "../arrow/wire.ts";
import { CaptureError } from "../errors.ts";
import { FolderWriter } from "./folder_writer.ts";
import type { LogEntry } from "./log_entry.ts";
import { toWireBatch, toWireGaps } from "./wire_rows.ts";

const anchor = { ticks: 0n, unixNs: 1_000_000_000n, ticksPerSecond: 1_000_000_000n };

function batchOf(number: number, indexes: readonly bigint[]): WireBatch {
  const taken = indexes.map((idx) => {
    const entry: LogEntry = {
      idx,
      seq: idx,
      ticks: idx * 10n,
      processor: Number(idx % 3n),
      kind: 0,
      severity: idx === 7n ? 5 : 3,
      flags: 0,
      pid: 1,
      tid: 2,
      type: 0,
      remarks: 0,
      payload: new TextEncoder().encode(`row ${idx}`),
    };
    return { entry, readTicks: 0n };
  });
  return toWireBatch(taken, { batch: number, anchor, counters: [], drainTicks: 0n });
}

async function withFolder(run: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await run(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function namesIn(folder: string): Promise<string[]> {
  return (await Array.fromAsync(Deno.readDir(folder), ({ name }) => name)).sort();
}

async function indexesOf(path: string): Promise<{ indexes: bigint[]; ended: boolean }> {
  using reader = await SegmentReader.open(path, LOGS_FORMAT);
  const indexes: bigint[] = [];
  for (let batch = await reader.read(); batch; batch = await reader.read()) {
    for (const delta of batch.idxDelta) indexes.push(batch.baseIdx + BigInt(delta));
  }
  return { indexes, ended: reader.ended };
}

Deno.test("a finished segment ends with its mark and is described beside it", () =>
  withFolder(async (folder) => {
    using writer = new FolderWriter(folder);
    writer.append(batchOf(0, [5n, 6n, 7n]), null);
    writer.append(batchOf(1, []), null);
    writer.finish();
    const path = join(folder, "logs", "000001.arrows");
    assertEquals(await indexesOf(path), { indexes: [5n, 6n, 7n], ended: true });
    assertEquals(JSON.parse(await Deno.readTextFile(join(folder, "logs", "000001.meta.json"))), {
      rows: 3,
      batches: 2,
      bytes: (await Deno.stat(path)).size,
      first_idx: "5",
      last_idx: "7",
      first_ns: "1000000050",
      last_ns: "1000000070",
      processors: [0, 1, 2],
      severities: { 1: 0, 2: 0, 3: 2, 4: 0, 5: 1, 6: 0 },
      last_batch: 1,
      counters_ns: "1000000000",
      counters: [],
      lost: [],
    });
  }));

Deno.test("a segment that is old is closed although it is small, and the next batch begins another", () =>
  withFolder(async (folder) => {
    using writer = new FolderWriter(folder, { segmentAgeMs: 1 });
    writer.closeOld();
    assertEquals(await namesIn(join(folder, "logs")), ["000001.arrows"]);
    writer.append(batchOf(0, [0n]), null);
    while (!(await namesIn(join(folder, "logs"))).includes("000001.meta.json")) {
      await new Promise((resolve) => setTimeout(resolve, 2));
      writer.closeOld();
    }
    assertEquals(await namesIn(join(folder, "logs")), ["000001.arrows", "000001.meta.json"]);
    writer.append(batchOf(1, [1n]), null);
    writer.finish();
    assertEquals(await indexesOf(join(folder, "logs", "000001.arrows")), { indexes: [0n], ended: true });
    assertEquals(await indexesOf(join(folder, "logs", "000002.arrows")), { indexes: [1n], ended: true });
  }));

Deno.test("a growing segment is readable and has no end mark", () =>
  withFolder(async (folder) => {
    using writer = new FolderWriter(folder);
    writer.append(batchOf(0, [0n]), null);
    assertEquals(await indexesOf(join(folder, "logs", "000001.arrows")), { indexes: [0n], ended: false });
  }));

Deno.test("a segment that has grown past its size is followed by the next one", () =>
  withFolder(async (folder) => {
    using writer = new FolderWriter(folder, { segmentBytes: 1 });
    for (const idx of [0n, 1n, 2n]) writer.append(batchOf(Number(idx), [idx]), null);
    writer.finish();
    assertEquals(await namesIn(join(folder, "logs")), [
      "000001.arrows",
      "000001.meta.json",
      "000002.arrows",
      "000002.meta.json",
      "000003.arrows",
      "000003.meta.json",
    ]);
    assertEquals(await indexesOf(join(folder, "logs", "000003.arrows")), { indexes: [2n], ended: true });
  }));

Deno.test("a file of gaps begins with the first gap", () =>
  withFolder(async (folder) => {
    using writer = new FolderWriter(folder);
    writer.append(batchOf(0, [0n]), null);
    assertEquals(await namesIn(join(folder, "gaps")), []);
    const next = { seq: 9n, idx: 1n, ticks: 10n };
    const gaps = toWireGaps([{ processor: 4, cause: "mixed", lost: 8n, prev: null, next }], {
      batch: 1,
      anchor,
    });
    writer.append(batchOf(1, [1n]), gaps);
    writer.finish();
    using reader = await SegmentReader.open(join(folder, "gaps", "000001.arrows"), GAPS_FORMAT);
    const read = await reader.read();
    assertEquals([read?.batch, read?.rows, read?.processor[0], read?.cause[0], read?.lost[0]], [
      1,
      1,
      4,
      7,
      8n,
    ]);
    assertEquals([read?.prevSeq.validity?.[0], read?.nextSeq.values[0], read?.nextIdx.values[0]], [
      0,
      9n,
      1n,
    ]);
  }));

Deno.test("a folder that holds a capture is not written over", () =>
  withFolder(async (folder) => {
    using first = new FolderWriter(folder);
    first.append(batchOf(0, [3n]), null);
    assertThrows(() => new FolderWriter(folder), CaptureError, "000001.arrows");
    assertEquals((await indexesOf(join(folder, "logs", "000001.arrows"))).indexes, [3n]);
  }));
