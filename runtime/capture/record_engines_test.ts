import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path";
import { SegmentReader } from "../arrow/segment_reader.ts";
import {
  GAPS_FORMAT,
  LOGS_FORMAT,
  type SegmentFormat,
  type WireBatch,
  type WireGaps,
} from "../arrow/wire.ts";
import { DriverError } from "../errors.ts";
import { loadNative } from "../ffi/native.ts";
import { openProducer } from "../ffi/producer.ts";
import { severityOf } from "../log_entry.ts";
import { record, type RecordResult } from "./record.ts";
import { abortWhen, makeTestFolder, producerCommand, readOwnAccount } from "./test_support.ts";

interface Row {
  readonly idx: bigint;
  /** The program's own number of the attempt. */
  readonly remarks: number;
  readonly payload: Uint8Array;
}

async function readRows(result: RecordResult): Promise<Row[]> {
  const rows: Row[] = [];
  await forEachBatch<WireBatch>(join(result.path, "logs", "000001.arrows"), LOGS_FORMAT, (batch) => {
    for (let row = 0; row < batch.rows; row++) {
      rows.push({
        idx: batch.baseIdx + BigInt(batch.idxDelta[row]!),
        remarks: batch.remarks[row]!,
        payload: batch.payload.slice(batch.offsets[row], batch.offsets[row + 1]),
      });
    }
  });
  return rows;
}

async function sumGaps(result: RecordResult): Promise<number> {
  let lost = 0n;
  await forEachBatch<WireGaps>(join(result.path, "gaps", "000001.arrows"), GAPS_FORMAT, (gaps) => {
    for (const one of gaps.lost) lost += one;
  });
  return Number(lost);
}

async function forEachBatch<Batch>(
  path: string,
  format: SegmentFormat<Batch>,
  use: (batch: Batch) => void,
): Promise<void> {
  using reader = await SegmentReader.open(path, format);
  for (let batch = await reader.read(); batch !== null; batch = await reader.read()) use(batch);
  assertEquals([reader.ended, reader.problem], [true, null]);
}

/** What testdata/producer.c logs: payload after payload of so many bytes. */
function* noiseOf(length: number): Generator<Uint8Array, never> {
  let state = 88172645463325252n;
  for (;;) {
    const payload = new Uint8Array(length);
    for (let at = 0; at < length; at++) {
      if (at % 8 === 0) {
        state ^= BigInt.asUintN(64, state << 13n);
        state ^= state >> 7n;
        state ^= BigInt.asUintN(64, state << 17n);
      }
      payload[at] = Number(state >> BigInt(at % 8 * 8) & 0xffn);
    }
    yield payload;
  }
}

for (const engine of ["native", "typescript"] as const) {
  Deno.test(`the ${engine} reader stores every entry once, in order, with its bytes`, async () => {
    await using folder = await makeTestFolder();
    const command = await producerCommand(folder.path, { count: 3000, length: 77 });
    const result = await record({ dir: folder.path, command, engine });
    assertEquals([result.engine, result.complete, result.balanced, result.warnings], [
      engine,
      true,
      true,
      [],
    ]);
    const rows = await readRows(result);
    assertEquals(rows.map(({ remarks }) => remarks), Array.from({ length: 3000 }, (_, at) => at));
    assertEquals(rows.map(({ idx }) => Number(idx)), Array.from({ length: 3000 }, (_, at) => at));
    const noise = noiseOf(77);
    for (const { payload } of rows) assertEquals(payload, noise.next().value);
  });

  Deno.test(`with the ${engine} reader, rows and gaps together are the program's attempts`, async () => {
    await using folder = await makeTestFolder();
    const command = await producerCommand(folder.path, { count: 20_000 });
    const result = await record({ dir: folder.path, command, ringBytes: 4096, engine });
    assertEquals([result.engine, result.complete, result.balanced], [engine, true, true]);
    const own = await readOwnAccount(command.report);
    assert(own !== null && own.full > 0);
    assertEquals([result.attempts, result.read, result.lost], [20_000, own.ok, own.full]);
    assertEquals([(await readRows(result)).length, await sumGaps(result)], [own.ok, own.full]);
  });

  Deno.test(`the ${engine} reader follows a program until it is told to stop`, async () => {
    await using folder = await makeTestFolder();
    const command = await producerCommand(folder.path, { count: 1, end: "log" });
    const stop = abortWhen((status) => status.stored > 100, "SIGTERM");
    const result = await record({ dir: folder.path, command, engine, ...stop });
    const own = await readOwnAccount(command.report);
    assert(own !== null);
    assertEquals([result.complete, result.balanced, result.read], [true, true, own.attempts]);
  });

  Deno.test(`the ${engine} reader takes what a program left in its rings`, async () => {
    await using folder = await makeTestFolder();
    const rings = join(folder.path, "left.rings");
    const command = await producerCommand(folder.path, { count: 500, rings });
    await new Deno.Command(command.program, { args: [...command.args] }).output();
    const first = await record({ dir: folder.path, name: "first", rings, once: true, engine });
    assertEquals([first.engine, first.complete, first.balanced, first.read], [engine, true, true, 500]);
    const second = await record({ dir: folder.path, name: "second", rings, once: true, engine });
    assertEquals([second.complete, second.balanced, second.attempts], [true, true, 0]);
  });

  Deno.test(`what the ${engine} reader was asked not to store is read, counted and gone from the rings`, async () => {
    await using folder = await makeTestFolder();
    const rings = join(folder.path, "made.rings");
    using library = loadNative();
    library.makeRingSet(rings, { ringCount: 1, ringBytes: 4096 });
    const levels = ["info", "warn", "debug", "error", "fatal"] as const;
    let refused = 0;
    {
      using producer = openProducer(rings);
      for (const level of [...levels, ...Array.from({ length: 100 }, () => "debug" as const)]) {
        const entry = {
          severity: severityOf(level),
          kind: 0,
          type: 0,
          remarks: 0,
          payload: new Uint8Array(8),
        };
        try {
          producer.write(entry);
        } catch (error) {
          if (!(error instanceof DriverError)) throw error;
          refused++;
        }
      }
    }
    const filter = { minSeverity: "warn" } as const;
    const first = await record({ dir: folder.path, name: "first", rings, once: true, engine, filter });
    assert(refused > 0);
    assertEquals([first.balanced, first.entries, first.read - first.filtered], [true, 3, 3]);
    assertEquals([first.attempts, first.lost_full], [105, refused]);
    assertEquals((await readRows(first)).map(({ idx }) => Number(idx)), [1, 3, 4]);
    assertEquals(await sumGaps(first), refused);
    assertEquals(first.notes, []);
    // Nothing of it is left for the next one, and nothing counts as taken and not stored.
    const second = await record({ dir: folder.path, name: "second", rings, once: true, engine });
    assertEquals([second.balanced, second.attempts, second.unstored], [true, 0, 0]);
    assertEquals(second.warnings, []);
  });

  Deno.test(`the ${engine} reader that finds nothing of what was asked for says so`, async () => {
    await using folder = await makeTestFolder();
    const command = await producerCommand(folder.path, { count: 20 });
    const result = await record({ dir: folder.path, command, engine, filter: { only: ["nvme_*", "io_*"] } });
    assertEquals([result.balanced, result.entries, result.filtered], [true, 0, 20]);
    assertEquals(result.warnings, []);
    assertMatch(
      result.notes.join("\n"),
      /^none of 20 entries was stored: .* nvme_\* or io_\* were asked for/,
    );
  });
}
