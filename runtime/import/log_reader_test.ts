import { assertEquals } from "@std/assert";
import { concat } from "@std/bytes";
import { CaptureError } from "../errors.ts";
import { IMPORT_FORMATS } from "./detect_format.ts";
import { LineSplitter } from "./line_splitter.ts";
import { LogReader } from "./log_reader.ts";
import { sample, SETTINGS } from "./test_support.ts";

const SAMPLES = [
  "dmesg.txt",
  "dmesg-iso.txt",
  "syslog-3164.log",
  "syslog-5424.log",
  "debugview-clock.log",
  "service.ndjson",
  "foreign.csv",
];
/** Characters by which forms are taken apart. */
const TELLING = new TextEncoder().encode(`"\n\r,;[]<>{}: \t\\`);

/** Numbers below `end`, the same in every run. */
function makeRandom(): (end: number) => number {
  let state = 1;
  return (end) => {
    state = Math.imul(state, 1_103_515_245) + 12_345 & 0x7fff_ffff;
    return (state >> 8) % end;
  };
}

/** How many records a log has, and how many entries came of them; null where none could be read. */
function countOf(
  bytes: Uint8Array<ArrayBuffer>,
  format: typeof IMPORT_FORMATS[number] | null,
): [number, number] | null {
  let entries = 0;
  const columns = new Map(format === "csv" ? [["ts", "when"]] as const : []);
  const reader = new LogReader(format, { ...SETTINGS, columns }, () => ({ add: () => void entries++ }));
  const lines = new LineSplitter();
  try {
    for (const line of lines.push(bytes)) reader.push(line);
    for (const line of lines.end()) reader.push(line);
    reader.end();
  } catch (error) {
    if (error instanceof CaptureError) return null;
    throw error;
  }
  return [reader.records, entries];
}

Deno.test("every record becomes one entry, whatever its bytes are and whatever form it is taken for", async () => {
  const samples = await Promise.all(SAMPLES.map((name) => Deno.readFile(sample(name))));
  const random = makeRandom();
  const read = new Map<string, number>();
  for (let run = 0; run < 3000; run++) {
    const log = concat(
      Array.from({ length: 1 + random(3) }, () => samples[random(samples.length)]!),
    ) as Uint8Array<ArrayBuffer>;
    for (let changes = random(20); changes > 0; changes--) {
      log[random(log.length)] = random(3) === 0 ? random(256) : TELLING[random(TELLING.length)]!;
    }
    const format = IMPORT_FORMATS[run % (IMPORT_FORMATS.length + 1)] ?? null;
    const counts = countOf(log, format);
    if (counts === null) continue;
    const [records, entries] = counts;
    assertEquals(entries, records, new TextDecoder().decode(log));
    read.set(format ?? "found", (read.get(format ?? "found") ?? 0) + 1);
  }
  assertEquals(
    [...read.keys()].sort(),
    [...IMPORT_FORMATS, "found"].sort(),
    "each form was read at least once",
  );
});
