import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { logsBytes, makeBatch, makeGaps } from "../../tests/support/make_capture.ts";
import { SegmentReader } from "./segment_reader.ts";
import {
  encodeGapsBatch,
  encodeGapsSchema,
  encodeLogsBatch,
  encodeLogsSchema,
  END_OF_STREAM,
  GAPS_FORMAT,
  LOGS_FORMAT,
} from "./wire.ts";

const FIRST = makeBatch([{ idx: 0, seq: 0, ticks: 5, payload: "one" }, { idx: 1, seq: 1, ticks: 6 }], {
  batch: 0,
});
const SECOND = makeBatch([{ idx: 2, seq: 2, ticks: 7, payload: "three" }], { batch: 1 });
const SCHEMA_BYTES = encodeLogsSchema().length;
const FIRST_END = SCHEMA_BYTES + encodeLogsBatch(FIRST).length;
const SECOND_END = FIRST_END + encodeLogsBatch(SECOND).length;

/** Runs with a segment file of these bytes. */
async function withSegment(
  bytes: Uint8Array,
  run: (path: string) => Promise<void>,
): Promise<void> {
  const path = await Deno.makeTempFile({ suffix: ".arrows" });
  try {
    await Deno.writeFile(path, bytes);
    await run(path);
  } finally {
    await Deno.remove(path);
  }
}

/** The numbers of the batches that are read, and the reader's state behind the last. */
async function readAll(path: string) {
  using reader = await SegmentReader.open(path, LOGS_FORMAT);
  const batches: number[] = [];
  for (let batch = await reader.read(); batch !== null; batch = await reader.read()) {
    batches.push(batch.batch);
  }
  return { batches, ended: reader.ended, offset: reader.offset, problem: reader.problem };
}

Deno.test("a closed segment is read to its end mark", async () => {
  await withSegment(await logsBytes([FIRST, SECOND], true), async (path) => {
    const expected = {
      batches: [0, 1],
      ended: true,
      offset: SECOND_END + END_OF_STREAM.length,
      problem: null,
    };
    assertEquals(await readAll(path), expected);
  });
});

Deno.test("a segment without an end mark is read to its last batch", async () => {
  await withSegment(await logsBytes([FIRST, SECOND], false), async (path) => {
    assertEquals(await readAll(path), { batches: [0, 1], ended: false, offset: SECOND_END, problem: null });
  });
});

Deno.test("a tail that is torn anywhere is dropped, and its bytes are told", async () => {
  const whole = await logsBytes([FIRST, SECOND], true);
  await withSegment(whole, async (path) => {
    for (let length = whole.length - 1; length >= 0; length--) {
      await Deno.truncate(path, length);
      const { batches, problem, ended } = await readAll(path);
      const good = length >= SECOND_END
        ? SECOND_END
        : length >= FIRST_END
        ? FIRST_END
        : length >= SCHEMA_BYTES
        ? SCHEMA_BYTES
        : 0;
      assertEquals(
        batches,
        length >= SECOND_END ? [0, 1] : length >= FIRST_END ? [0] : [],
        `${length} bytes`,
      );
      assertEquals(ended, false);
      if (length === good) assertEquals(problem, null, `${length} bytes`);
      else assertEquals([problem?.from, problem?.to], [good, length], `${length} bytes`);
    }
  });
});

Deno.test("a batch with any byte changed is not taken", async () => {
  const whole = await logsBytes([FIRST, SECOND], true);
  await withSegment(whole, async (path) => {
    for (let at = FIRST_END; at < SECOND_END; at++) {
      const damaged = whole.slice();
      damaged[at]! ^= 0x41;
      await Deno.writeFile(path, damaged);
      const { batches, problem } = await readAll(path);
      assertEquals(batches, [0], `byte ${at}`);
      assertEquals([problem?.from, problem?.to], [FIRST_END, whole.length], `byte ${at}`);
    }
  });
});

Deno.test("a wrong checksum is called that", async () => {
  const damaged = await logsBytes([FIRST, SECOND], true);
  damaged[SECOND_END - 8]! ^= 1; // the payload's last bytes
  await withSegment(damaged, async (path) => {
    assertStringIncludes((await readAll(path)).problem?.reason ?? "", "checksum");
  });
});

Deno.test("garbage and zeros are no batches, and lengths out of garbage are not believed", async () => {
  const schema = encodeLogsSchema();
  const zeros = new Uint8Array(4096);
  const garbage = Uint8Array.from({ length: 4096 }, (_, n) => n * 7919 >>> 5);
  const hugeHeader = Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0xf8, 0xff, 0xff, 0x7f, ...zeros);
  const negative = Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0xf8, 0xff, 0xff, 0xff, ...zeros);
  for (const tail of [zeros, garbage, hugeHeader, negative]) {
    await withSegment(new Uint8Array([...schema, ...tail]), async (path) => {
      const { batches, problem } = await readAll(path);
      assertEquals(batches, []);
      assertEquals([problem?.from, problem?.to], [schema.length, schema.length + tail.length]);
    });
  }
});

Deno.test("a body that claims to be longer than the file costs no memory", async () => {
  const message = encodeLogsBatch(FIRST);
  // The only eight-byte field of the message table is the body's length.
  const length = new DataView(message.buffer);
  const headerBytes = length.getInt32(4, true);
  const bodyBytes = BigInt(message.length - 8 - headerBytes);
  let at = 8;
  while (length.getBigInt64(at, true) !== bodyBytes) at += 4;
  length.setBigInt64(at, 1n << 29n, true);
  await withSegment(new Uint8Array([...encodeLogsSchema(), ...message]), async (path) => {
    const before = Deno.memoryUsage().external;
    const { problem } = await readAll(path);
    assertStringIncludes(problem?.reason ?? "", `ends after ${message.length}`);
    assert(Deno.memoryUsage().external - before < 64 << 20, "the claimed length was allocated");
  });
});

Deno.test("a segment that grows is read on from where it stood", async () => {
  const whole = await logsBytes([FIRST, SECOND], true);
  await withSegment(whole.subarray(0, FIRST_END + 20), async (path) => {
    using reader = await SegmentReader.open(path, LOGS_FORMAT);
    assertEquals((await reader.read())?.batch, 0);
    assertEquals(await reader.read(), null);
    assertEquals(reader.problem?.from, FIRST_END);
    await Deno.writeFile(path, whole);
    assertEquals((await reader.read())?.batch, 1);
    assertEquals(await reader.read(), null);
    assertEquals([reader.ended, reader.problem], [true, null]);
  });
});

Deno.test("bytes that were damaged when they were looked at first may become good", async () => {
  const whole = await logsBytes([FIRST, SECOND], true);
  const unwritten = whole.slice();
  unwritten.fill(0, FIRST_END);
  await withSegment(unwritten, async (path) => {
    using reader = await SegmentReader.open(path, LOGS_FORMAT);
    assertEquals((await reader.read())?.batch, 0);
    assertEquals(await reader.read(), null);
    await Deno.writeFile(path, whole);
    assertEquals((await reader.read())?.batch, 1);
  });
});

Deno.test("a file that has become shorter is reported", async () => {
  const whole = await logsBytes([FIRST, SECOND], false);
  await withSegment(whole, async (path) => {
    using reader = await SegmentReader.open(path, LOGS_FORMAT);
    await reader.read();
    await reader.read();
    await Deno.truncate(path, FIRST_END);
    assertEquals(await reader.read(), null);
    assertStringIncludes(reader.problem?.reason ?? "", "shorter");
  });
});

Deno.test("bytes behind the end mark are reported and not read", async () => {
  const whole = new Uint8Array([...await logsBytes([FIRST], true), ...encodeLogsBatch(SECOND)]);
  await withSegment(whole, async (path) => {
    const { batches, problem } = await readAll(path);
    assertEquals(batches, [0]);
    assertEquals([problem?.from, problem?.to], [FIRST_END + END_OF_STREAM.length, whole.length]);
  });
});

Deno.test("a segment of gaps is none of logs", async () => {
  const gaps = makeGaps([{ cause: "too_big", lost: 2 }], 0);
  const bytes = new Uint8Array([...encodeGapsSchema(), ...encodeGapsBatch(gaps)]);
  await withSegment(bytes, async (path) => {
    const { batches, problem } = await readAll(path);
    assertEquals(batches, []);
    assertStringIncludes(problem?.reason ?? "", "other columns (processor uint16");
    using reader = await SegmentReader.open(path, GAPS_FORMAT);
    assertEquals(await reader.read(), gaps);
  });
});

Deno.test("a batch larger than the reader's first buffer is read", async () => {
  const large = makeBatch([{
    idx: 0,
    seq: 0,
    ticks: 1,
    kind: "data",
    payload: new Uint8Array(3 << 20).fill(7),
  }]);
  await withSegment(await logsBytes([FIRST, large, SECOND], true), async (path) => {
    using reader = await SegmentReader.open(path, LOGS_FORMAT);
    await reader.read();
    const batch = await reader.read();
    assertEquals(batch?.payload.length, 3 << 20);
    assert(batch?.payload.every((byte) => byte === 7));
    assertEquals((await reader.read())?.payload, new TextEncoder().encode("three"));
  });
});
