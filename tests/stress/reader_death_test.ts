/**
 * A reader that is killed, and another one that goes on: what both stored and what is called unstored is everything.
 */
import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { readCaptured } from "./oracle/captured.ts";
import { checkRows } from "./oracle/check.ts";
import { Findings } from "./oracle/findings.ts";
import { buildProducer, run } from "./programs.ts";
import { readRecords } from "./oracle/records.ts";
import { countableTwice, unstoredOf } from "./oracle/unstored.ts";
import { startSlowReader } from "./slow_reader.ts";
import { makeStressPlace } from "./stress_place.ts";
import { stressSeed } from "./stress_seed.ts";

const RING_BYTES = 16384;
const READERS = 6;
/** A reader is killed when it has stored this much. */
const ENOUGH_BYTES = 200_000;

async function bytesIn(folder: string): Promise<number> {
  let bytes = 0;
  for await (const entry of Deno.readDir(folder)) bytes += (await Deno.stat(join(folder, entry.name))).size;
  return bytes;
}

Deno.test("readers that are killed one after the other lose what they took and did not store, and nothing else", async () => {
  const writers = await buildProducer("stress");
  await using place = await makeStressPlace(2, RING_BYTES);
  const args = [
    "run",
    "--records",
    place.records,
    "--ring-bytes",
    String(RING_BYTES),
    "--seed",
    String(stressSeed()),
  ];
  // The writers go on until the last reader is there, or their records are full: each of the others is killed at work.
  const enough = join(place.folder, "enough");
  let isWriting = true;
  const writing = run(
    writers,
    [
      ...args,
      "--processes=2",
      "--threads=3",
      "--attempts=20000",
      "--signal-us=400",
      "--roaming",
      "--patient",
      "--until",
      enough,
    ],
    { RINGSCOPE_RINGS: place.rings },
  ).finally(() => isWriting = false);

  const folders: string[] = [];
  for (let n = 0; n < READERS; n++) {
    const folder = join(place.folder, `reader-${n}`);
    await Deno.mkdir(folder);
    folders.push(folder);
    const reader = await startSlowReader(place.rings, folder, { pauseMs: 2, batchRows: 200 });
    while (n < READERS - 1 && isWriting && await bytesIn(join(folder, "logs")) < ENOUGH_BYTES) {
      await new Promise((next) => setTimeout(next, 1));
    }
    if (n < READERS - 1 && isWriting) {
      await reader.kill();
      continue;
    }
    await Deno.writeTextFile(enough, "");
    await writing;
    await reader.finish();
    break;
  }

  const records = await readRecords(place.records);
  const captures = await Promise.all(
    folders.map((folder, n) => readCaptured(folder, n === folders.length - 1)),
  );
  const rows = captures.flatMap((captured) => captured.rows);
  const findings = new Findings();
  checkRows(records, rows, { ringBytes: RING_BYTES }, findings);
  const missing = findings.countOf("missing");
  const unstored = unstoredOf(captures);
  console.log(
    `seed ${stressSeed()}, ${rows.length} rows of ${folders.length} readers, ${missing} missing, ${unstored} unstored`,
  );
  assertEquals(findings.lines().filter((line) => !line.startsWith("missing:")), []);
  assert(countableTwice(captures).has(unstored - missing), `${missing} missing, ${unstored} unstored`);
  assert(
    captures.length > 1 && captures.slice(0, -1).every((captured) => captured.rows.length > 0),
    "readers must have been killed at work",
  );
});
