import { assertEquals } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { buildProgram } from "../build/build_program.ts";
import {
  EVENT_COLUMN_BYTES,
  EVENT_COLUMN_FIELDS,
  EVENT_TABLE_BYTES,
  EVENT_TABLE_FIELDS,
  INFO_BYTES,
  INFO_OFFSETS,
  MESSAGE_BYTES,
  readMessage,
  readRingCounters,
  RING_COUNTER_FIELDS,
  RING_COUNTERS_BYTES,
  STATS_BYTES,
  STATS_FIELDS,
  WRITER_BYTES,
} from "./structs.ts";

/** `rs_reader.h` as the C compiler sees it: "struct.member offset" lines, "struct size" lines. */
async function layoutInC(): Promise<Record<string, number>> {
  const program = await buildProgram({
    name: "tests/reader_structs",
    sources: [fromFileUrl(new URL("./testdata/reader_structs.c", import.meta.url))],
  });
  const { stdout } = await new Deno.Command(program).output();
  const lines = new TextDecoder().decode(stdout).trim().split("\n").map((line) => line.split(" "));
  return Object.fromEntries(lines.map(([name, number]) => [name, Number(number)]));
}

const words = (struct: string, names: readonly string[]) =>
  names.map((name, at): [string, number] => [`${struct}.${name}`, 8 * at]);

Deno.test("sizes and offsets of the reader's structures are those of the C compiler", async () => {
  assertEquals(
    await layoutInC(),
    Object.fromEntries([
      ["message", MESSAGE_BYTES],
      ["info", INFO_BYTES],
      ...Object.entries(INFO_OFFSETS).map(([name, offset]) => [`info.${name}`, offset]),
      ["stats", STATS_BYTES],
      ...words("stats", STATS_FIELDS),
      ["counters", RING_COUNTERS_BYTES],
      ...words("counters", RING_COUNTER_FIELDS),
      ["writer", WRITER_BYTES],
      ["writer.start", 0],
      ["writer.name_space", 8],
      ["writer.pid", 16],
      ["writer.tid", 20],
      ["event_table", EVENT_TABLE_BYTES],
      ...words("event_table", EVENT_TABLE_FIELDS),
      ["event_column", EVENT_COLUMN_BYTES],
      ...words("event_column", EVENT_COLUMN_FIELDS),
    ]),
  );
});

Deno.test("a message ends at its terminator, or with its bytes", () => {
  assertEquals(readMessage(new TextEncoder().encode("no room\0left over")), "no room");
  assertEquals(readMessage(new TextEncoder().encode("no end")), "no end");
});

Deno.test("the counters of the second ring stand behind those of the first", () => {
  const rings = new BigUint64Array(2 * RING_COUNTER_FIELDS.length).map((_, at) => BigInt(at));
  const second = readRingCounters(new Uint8Array(rings.buffer), 1);
  assertEquals(second.processor, 18n);
  assertEquals(second.filtered, 35n);
});
