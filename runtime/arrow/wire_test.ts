import { assertEquals, assertThrows } from "@std/assert";
import { RecordBatchReader } from "apache-arrow";
import { CLOCK, makeBatch, makeGaps } from "../../tests/support/make_capture.ts";
import { crc32c } from "./crc32c.ts";
import { decodeHeader } from "./ipc.ts";
import { parseCounters } from "./metadata.ts";
import {
  encodeGapsBatch,
  encodeGapsSchema,
  encodeLogsBatch,
  encodeLogsSchema,
  GAPS_FORMAT,
  isChecksumRight,
  LOGS_FORMAT,
  type SegmentFormat,
} from "./wire.ts";

function decode<Batch>(message: Uint8Array<ArrayBuffer>, format: SegmentFormat<Batch>): Batch {
  const bodyAt = 8 + new DataView(message.buffer).getInt32(4, true);
  const header = decodeHeader(message.subarray(8, bodyAt));
  if (header.kind !== "batch" || !isChecksumRight(message, header, crc32c)) throw new Error("no good batch");
  return format.decode(header, message.subarray(bodyAt));
}

const ENTRIES = [
  { idx: 2n ** 40n, seq: 2n ** 33n, ticks: 2n ** 60n + 1n, processor: 1, payload: "grün", pid: 7, tid: 8 },
  {
    idx: 2n ** 40n + 2n ** 32n - 1n,
    seq: 5,
    ticks: 4,
    processor: 513,
    kind: "data" as const,
    type: 2 ** 32 - 1,
    remarks: 9,
  },
];

Deno.test("a batch of entries is read back as it was written", () => {
  const batch = makeBatch(ENTRIES, {
    batch: 12,
    anchor: { ticks: 2n ** 60n, unixNs: 1_795_479_692_548_123_457n, ticksPerSecond: 2_899_999_999n },
    rounds: [{ rows: 1, readTicks: 2n ** 60n + 50n }, { rows: 1, readTicks: 2n ** 60n + 99n }],
    counters: [{ processor: 1, attempts: 2n ** 63n + 1n, lost_full: 3 }, { processor: 513, attempts: 6 }],
    drainTicks: 2n ** 60n + 100n,
  });
  assertEquals(decode(encodeLogsBatch(batch), LOGS_FORMAT), batch);
});

Deno.test("a batch without rows is read back", () => {
  const batch = makeBatch([], { batch: 3, counters: [{ processor: 0, attempts: 5, lost_full: 5 }] });
  assertEquals(decode(encodeLogsBatch(batch), LOGS_FORMAT), batch);
});

Deno.test("a batch of holes is read back, with what is unknown", () => {
  const gaps = makeGaps([
    { processor: 1, cause: "lost_full", lost: 3, next: { seq: 3, idx: 8, ticks: 50 } },
    {
      processor: 0,
      cause: "mixed",
      lost: 1,
      prev: { seq: 1, idx: 2, ticks: 3 },
      next: { seq: 3, idx: 4, ticks: 5 },
    },
  ], 4);
  assertEquals(decode(encodeGapsBatch(gaps), GAPS_FORMAT), gaps);
});

Deno.test("columns are views of the message that was read", () => {
  const message = encodeLogsBatch(makeBatch(ENTRIES));
  const { payload, ticks, offsets } = decode(message, LOGS_FORMAT);
  assertEquals([payload.buffer, ticks.buffer, offsets.buffer].map((buffer) => buffer === message.buffer), [
    true,
    true,
    true,
  ]);
});

Deno.test("apache-arrow reads the same columns and metadata", async () => {
  const stream = await new Blob([encodeLogsSchema(), encodeLogsBatch(makeBatch(ENTRIES, { batch: 3 }))])
    .bytes();
  const [batch] = [...RecordBatchReader.from(stream)];
  assertEquals(
    batch!.schema.fields.map((field) => `${field.name} ${field.type}`).join(", "),
    "idx_delta Uint32, ticks Uint64, seq_delta Uint32, processor Uint16, class Uint16, pid Uint32, tid Uint32, " +
      "type Uint32, remarks Uint32, payload Binary",
  );
  assertEquals([...batch!.getChild("idx_delta")!], [0, 2 ** 32 - 1]);
  assertEquals([...batch!.getChild("payload")!], [new TextEncoder().encode("grün"), new Uint8Array(0)]);
});

Deno.test("apache-arrow reads a batch of holes", async () => {
  const gaps = makeGaps([{ cause: "corrupt", lost: 2, prev: { seq: 1, idx: 1, ticks: 1 } }], 0);
  const [batch] = [
    ...RecordBatchReader.from(await new Blob([encodeGapsSchema(), encodeGapsBatch(gaps)]).bytes()),
  ];
  assertEquals(batch!.toArray().map((row) => ({ ...row.toJSON() })), [{
    processor: 0,
    cause: 5,
    lost: 2n,
    prev_seq: 1n,
    next_seq: null,
    prev_idx: 1n,
    next_idx: null,
    prev_ticks: 1n,
    next_ticks: null,
  }]);
});

Deno.test("the checksum is that of the message with its own digits as zeros", () => {
  const message = encodeLogsBatch(makeBatch(ENTRIES));
  const header = decodeHeader(message.subarray(8));
  const told = header.kind === "batch" ? header.metadata.get("ringscope.crc32c") : undefined;
  const at = String.fromCharCode(...message).lastIndexOf(`${told}`);
  message.fill(0x30, at, at + 8);
  assertEquals(told, crc32c(message).toString(16).padStart(8, "0"));
});

Deno.test("counters beyond 2^53 stay exact, written as numbers or as texts", () => {
  const numbers = Array.from({ length: 17 }, (_, n) => n === 1 ? "18446744073709551615" : "0").join(",");
  const texts = Array.from({ length: 17 }, (_, n) => n === 1 ? '"18446744073709551615"' : "0").join(", ");
  for (const text of [`[[${numbers}]]`, `[ [${texts}] ]`]) {
    assertEquals(parseCounters(new Map([["ringscope.counters", text]]))[0]?.attempts, 2n ** 64n - 1n);
  }
});

Deno.test("counters end with those of the filter, and without them where they are older", () => {
  const parse = (length: number) =>
    parseCounters(new Map([["ringscope.counters", `[[${Array.from({ length }, (_, n) => n).join(",")}]]`]]));
  assertEquals([parse(18)[0]?.capacity_bytes, parse(18)[0]?.filtered], [16n, 17n]);
  assertEquals([parse(17)[0]?.capacity_bytes, parse(17)[0]?.filtered], [16n, 0n]);
  for (const length of [0, 16, 19]) {
    assertThrows(() => parse(length), SyntaxError, "is not of lists of 18");
  }
});

Deno.test("a row whose processor has no base is no good batch", () => {
  const batch = makeBatch(ENTRIES, { anchor: CLOCK });
  const message = encodeLogsBatch({ ...batch, seqBase: batch.seqBase.slice(1) });
  let refused: unknown = null;
  try {
    decode(message, LOGS_FORMAT);
  } catch (error) {
    refused = error;
  }
  assertEquals(String(refused), "SyntaxError: ringscope.seq_base lacks processor 1");
});
