import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import { openCapture } from "../mod.ts";
import { openStore } from "../store/store.ts";
import { record } from "./record.ts";
import { listRingsetLeftovers } from "./ringset_leftovers.ts";
import { isBeingRecorded } from "./recording_lock.ts";
import { listFolder, makeTestFolder, producerCommand, readOwnAccount, waitFor } from "./test_support.ts";

/** Many segments of a few thousand entries. */
const SMALL = { format: "parquet", segmentBytes: 100_000, stallMs: 600_000 } as const;

function endings(names: readonly string[]): Set<string> {
  return new Set(names.map((name) => name.slice(name.indexOf(".") + 1)));
}

/** Stored sequence numbers of the one program that logged, by processor, have to come without a hole or a repetition. */
async function countEntries(path: string): Promise<number> {
  await using log = await openCapture(path);
  const next = new Map<number, bigint>();
  let count = 0, lastIdx = -1n;
  for await (const { idx, processor, seq } of log.entries()) {
    assert(idx > lastIdx, `index ${idx} comes behind ${lastIdx}`);
    assertEquals(seq, next.get(processor) ?? seq);
    next.set(processor, seq + 1n);
    lastIdx = idx;
    count++;
  }
  return count;
}

for (const engine of ["native", "typescript"] as const) {
  Deno.test(`the ${engine} engine's segments are Parquet at the end, with every entry and a closed account`, async () => {
    await using folder = await makeTestFolder();
    // A segment is closed behind a batch, of at most 65,536 rows: these are three whatever the times are, and the rings hold them all.
    const count = 140_000;
    const command = await producerCommand(folder.path, { count, length: 16 });
    const result = await record({ dir: folder.path, command, engine, ringBytes: 2 ** 24, ...SMALL });

    assertEquals([result.complete, result.balanced, result.lost], [true, true, 0]);
    assertEquals(result.warnings.filter((warning) => /seal|Arrow/.test(warning)), []);
    const names = await listFolder(join(result.path, "logs"));
    assertEquals(endings(names), new Set(["parquet", "meta.json"]));
    assert(names.filter((name) => name.endsWith(".parquet")).length >= 3, String(names));
    assertEquals(endings(await listFolder(join(result.path, "rings"))), new Set(["parquet"]));
    assertEquals(await countEntries(result.path), count);
    await using store = await openStore([result.path]);
    const { rows } = await store.query("SELECT balanced FROM accounting");
    assert(rows.length > 0 && rows.every(([balanced]) => balanced === true));
    const [warnings] = (await store.query("SELECT len(warnings) FROM _captures")).rows;
    assertEquals(Number(warnings?.[0]), result.warnings.length);
  });
}

Deno.test("a wish to stop while the end is sealed leaves the rest open, and the capture is complete", async () => {
  await using folder = await makeTestFolder();
  // Where the account took its time to be written everything is sealed by then: with more there is more to do.
  for (let isLeft = false, count = 30_000; !isLeft; count *= 2) {
    assert(count < 1_000_000, "nothing was ever left open");
    const command = await producerCommand(folder.path, { count });
    const leave = new AbortController();
    const result = await record({
      dir: folder.path,
      command,
      ...SMALL,
      sealSignal: leave.signal,
      onStatus: ({ phase }) => phase === "sealing" && leave.abort(),
    });

    assertEquals([result.complete, result.balanced], [true, true]);
    const names = await listFolder(join(result.path, "logs"));
    isLeft = names.some((name) => name.endsWith(".arrows"));
    assertEquals(result.notes.some((note) => note.includes("not everything was sealed")), isLeft);
    assertEquals(names.filter((name) => name.endsWith(".part")), []);
    assertEquals(await countEntries(result.path), count - result.lost);
  }
});

Deno.test("a sealer that cannot write costs a warning and no entry", async () => {
  await using folder = await makeTestFolder();
  const { program, args } = await producerCommand(folder.path, { count: 12_000 });
  const path = join(folder.path, "spoiled");
  // The folder of the counters cannot be made any more when the first entry comes.
  const spoil = 'while ! [ -d "$0/logs" ]; do sleep 0.01; done; : > "$0/rings"; exec "$@"';
  const command = { program: "sh", args: ["-c", spoil, path, program, ...args] };
  const result = await record({ dir: folder.path, name: "spoiled", command, ...SMALL });
  assert(result.complete);
  assertStringIncludes(result.warnings.join("\n"), "the segment stays Arrow, and is whole");
  assertEquals(await countEntries(result.path), 12_000);
  const json = JSON.parse(await Deno.readTextFile(join(result.path, "capture.json")));
  assertEquals([json.complete, json.warnings], [true, result.warnings]);
});

Deno.test("a capture that is killed while it seals opens with every stored entry once", async () => {
  await using folder = await makeTestFolder();
  const command = await producerCommand(folder.path, { count: 30_000, end: "log" });
  const script = fromFileUrl(new URL("./testdata/record_until_killed.ts", import.meta.url));
  const recorder = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", script, folder.path, "parquet", command.program, ...command.args],
    stdin: "null",
  }).spawn();
  const { pid } = await waitFor(() => readOwnAccount(command.report));
  const path = join(folder.path, "killed");
  await waitFor(async () => (await listFolder(join(path, "logs"))).includes("000002.parquet") || null);
  recorder.kill("SIGKILL");
  await recorder.status;
  // Now: its report may not come while the folder goes.
  Deno.kill(pid, "SIGKILL");

  assertEquals(await isBeingRecorded(path), false);
  const count = await countEntries(path);
  assert(count > 0);
  await using store = await openStore([path]);
  const [row] = (await store.query("SELECT count(*), count(DISTINCT idx) FROM logs")).rows;
  assertEquals(row?.map(Number), [count, count]);
  for (const left of listRingsetLeftovers()) if (left.pid === recorder.pid) await Deno.remove(left.path);
});
