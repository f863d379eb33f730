/**
 * Readers that follow one another on running rings, each ended in order: together they have everything, once.
 */
import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { listBatches } from "../../runtime/arrow/segment_index.ts";
import { lostOf, readCaptured } from "./oracle/captured.ts";
import { checkRows } from "./oracle/check.ts";
import { Findings } from "./oracle/findings.ts";
import { buildProducer, run } from "./programs.ts";
import { readRecords, Status } from "./oracle/records.ts";
import { readRingWords } from "./oracle/ring_words.ts";
import { startSlowReader } from "./slow_reader.ts";
import { makeStressPlace } from "./stress_place.ts";
import { stressSeed } from "./stress_seed.ts";

const RING_BYTES = 16384;
const READERS = 8;

Deno.test("readers that take over from each other in order deliver every entry once and count every loss once", async () => {
  const writers = await buildProducer("stress");
  await using place = await makeStressPlace(2, RING_BYTES);
  const args = ["run", "--records", place.records, "--ring-bytes", String(RING_BYTES)];
  // The writers go on until the last reader is there: each of the others takes over and is taken over at work.
  const enough = join(place.folder, "enough");
  const load = [
    "--processes=2",
    "--threads=3",
    "--attempts=20000",
    "--signal-us=400",
    "--roaming",
    "--patient",
    "--until",
    enough,
  ];
  const writing = run(writers, [...args, "--seed", String(stressSeed()), ...load], {
    RINGSCOPE_RINGS: place.rings,
  });
  const folders: string[] = [];
  for (let n = 0; n < READERS; n++) {
    const folder = join(place.folder, `reader-${n}`);
    await Deno.mkdir(folder);
    folders.push(folder);
    const reader = await startSlowReader(place.rings, folder, { pauseMs: 2, batchRows: 200 });
    if (n < READERS - 1) {
      const logs = join(folder, "logs", "000001.arrows");
      while (listBatches(logs).length === 0) await new Promise((next) => setTimeout(next, 1));
    } else {
      await Deno.writeTextFile(enough, "");
      await writing;
    }
    await reader.finish();
  }

  const records = await readRecords(place.records);
  const captures = await Promise.all(folders.map((folder) => readCaptured(folder)));
  const rows = captures.flatMap((captured) => captured.rows);
  const findings = new Findings();
  checkRows(records, rows, { ringBytes: RING_BYTES }, findings);
  assertEquals(findings.lines(), []);

  const counters = captures.flatMap((captured) => captured.counters);
  for (const ring of counters) {
    assertEquals(
      ring.read + ring.discarded + lostOf(ring) + ring.pending,
      ring.attempts,
      "the identity of each capture",
    );
  }
  const attempts = records.flatMap((record) => record.attempts);
  const refused = attempts.filter((attempt) =>
    attempt?.status === Status.full || attempt?.status === Status.tooBig
  );
  assertEquals(counters.reduce((sum, ring) => sum + lostOf(ring), 0), refused.length);
  assertEquals(counters.reduce((sum, ring) => sum + ring.read, 0), rows.length);
  const words = await readRingWords(place.rings);
  const settled = counters.reduce((sum, ring) => sum + ring.attempts - ring.pending, 0);
  assertEquals(settled, words.reduce((sum, ring) => sum + ring.attempts, 0));
  assert(
    captures.slice(0, -1).every((captured) => captured.rows.length > 0),
    "each must have had something to read",
  );
});
