import { assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { COUNTER_NAMES } from "../arrow/wire.ts";
import { lockRecording } from "../capture/recording_lock.ts";
import { openStore } from "../store/store.ts";
import {
  gapsBytes,
  makeBatch,
  makeCapture,
  makeGaps,
  segmentPath,
  T0,
} from "../../tests/support/make_capture.ts";
import { closeSegment } from "../../tests/support/seal_capture.ts";
import { type Bounds, Retainer } from "./retainer.ts";
import { type Retired, retiredJson } from "./retired.ts";
import { SegmentClaims } from "./segment_claims.ts";

const UNBOUNDED: Bounds = { bytes: null, ageMs: null, segments: null };
const SEGMENTS = 4;

/** Segments of two entries each, an attempt lost before each of them; the last segment is open. */
async function makeFolder(): Promise<{ readonly path: string } & AsyncDisposable> {
  const dir = await Deno.makeTempDir();
  const attempts = (number: number) => ({ attempts: 3 * number, read: 2 * number, lost_full: number });
  const logs = Array.from({ length: SEGMENTS }, (_, at) => [
    makeBatch(
      [0, 1].map((n) => ({ idx: 2 * at + n, seq: 3 * at + n + 1, ticks: 1000 * at + n, payload: `${at}` })),
      { batch: at, counters: [attempts(at + 1)] },
    ),
  ]);
  const holes = logs.map((_, at) => {
    const next = { seq: 3 * at + 1, idx: 2 * at, ticks: 1000 * at };
    return makeGaps([{ cause: "lost_full" as const, lost: 1, next }], at);
  });
  const path = await makeCapture(dir, "kept", { logs, closed: false });
  for (const [at, gaps] of holes.entries()) {
    await Deno.writeFile(segmentPath(path, "gaps", at + 1), await gapsBytes([gaps], at + 1 < SEGMENTS));
  }
  for (let number = 1; number < SEGMENTS; number++) {
    const first = 2 * (number - 1), ns = T0 + 1000n * BigInt(number - 1);
    await closeSegment(path, number, {
      rows: 2,
      first_idx: String(first),
      last_idx: String(first + 1),
      first_ns: String(ns),
      last_ns: String(ns + 1n),
      last_batch: number - 1,
      counters_ns: String(ns + 1001n),
      counters: [COUNTER_NAMES.map((name) => ({ ...attempts(number) } as Record<string, number>)[name] ?? 0)],
      lost: [[0, 1, 1, null, String(ns)]],
    });
  }
  return { path, [Symbol.asyncDispose]: () => Deno.remove(dir, { recursive: true }) };
}

async function commitTo(path: string, retired: Retired): Promise<void> {
  const file = join(path, "capture.json");
  const json = JSON.parse(await Deno.readTextFile(file));
  await Deno.writeTextFile(file, JSON.stringify({ ...json, retired: retiredJson(retired) }));
}

function retainerOf(path: string, bounds: Partial<Bounds>, more: Partial<{ now: () => number }> = {}) {
  const claims = new SegmentClaims();
  const retainer = new Retainer({
    folder: path,
    bounds: { ...UNBOUNDED, ...bounds },
    segmentBytes: 0,
    claims,
    commit: (retired) => commitTo(path, retired),
    ...more,
  });
  return { retainer, claims };
}

async function namesIn(path: string): Promise<string[]> {
  return (await Array.fromAsync(Deno.readDir(path), ({ name }) => name)).sort();
}

Deno.test("more closed segments than are kept are retired, the oldest first, and the account goes on", async () => {
  await using folder = await makeFolder();
  const { retainer } = retainerOf(folder.path, { segments: 1 });
  await retainer.look();
  assertEquals(retainer.problem, null);
  assertEquals(await namesIn(join(folder.path, "logs")), [
    "000003.arrows",
    "000003.meta.json",
    "000004.arrows",
  ]);
  assertEquals(await namesIn(join(folder.path, "gaps")), ["000003.arrows", "000004.arrows"]);
  assertEquals([retainer.retired.entries, retainer.retired.firstIdx, retainer.retired.lastIdx], [4n, 0n, 3n]);

  await using store = await openStore([folder.path]);
  assertEquals(store.warnings, []);
  const { rows: [row] } = await store.query(
    "SELECT retired_segments, retired_entries, epoch_ns(retired_until) - $1, loaded_rows FROM captures",
    [T0],
  );
  assertEquals(row?.map(Number), [2, 4, 1001, 4]);
  const { rows: [account] } = await store.query(
    "SELECT attempts, read, lost, rows_stored, rows_expected, gaps_lost, balanced FROM accounting",
  );
  assertEquals(account, [12n, 8n, 4n, 4n, 4n, 4n, true]);
  const { rows: gaps } = await store.query(
    "SELECT lost, prev_ts, epoch_ns(next_ts) - $1 FROM gaps ORDER BY next_ts",
    [T0],
  );
  assertEquals(gaps.map((gap) => gap.map((value) => value === null ? null : Number(value))), [
    [2, null, 1000],
    [1, null, 2000],
    [1, null, 3000],
  ]);
});

Deno.test("segments are retired by the time since they were closed, whatever the clock on the wall says", async () => {
  await using folder = await makeFolder();
  let nowMs = 0;
  const { retainer } = retainerOf(folder.path, { ageMs: 1000 }, { now: () => nowMs });
  await retainer.look();
  nowMs = 999;
  await retainer.look();
  assertEquals(retainer.retired.segments, 0);
  nowMs = 1000;
  await retainer.look();
  assertEquals(retainer.retired.segments, SEGMENTS - 1);
  assertEquals(await namesIn(join(folder.path, "logs")), ["000004.arrows"]);
});

Deno.test("a folder that is too large loses its oldest segments until it is not", async () => {
  await using folder = await makeFolder();
  let total = 0;
  for (const place of [".", "logs", "gaps"]) {
    for await (const { name, isFile } of Deno.readDir(join(folder.path, place))) {
      if (isFile) total += (await Deno.stat(join(folder.path, place, name))).size;
    }
  }
  await retainerOf(folder.path, { bytes: total }).retainer.look();
  assertEquals((await namesIn(join(folder.path, "logs"))).includes("000001.arrows"), true);
  const { retainer } = retainerOf(folder.path, { bytes: total - 1 });
  await retainer.look();
  assertEquals(retainer.retired.segments, 1);
});

Deno.test("a segment that is being sealed is waited for, and none behind it goes first", async () => {
  await using folder = await makeFolder();
  const { retainer, claims } = retainerOf(folder.path, { segments: 1 });
  claims.beginSealing(1);
  await retainer.look();
  assertEquals([retainer.retired.segments, retainer.problem], [0, null]);
  claims.endSealing();
  await retainer.look();
  assertEquals(retainer.retired.segments, 2);
});

Deno.test("a capture.json that cannot be written keeps everything, and is tried again", async () => {
  await using folder = await makeFolder();
  let isFull = true;
  const retainer = new Retainer({
    folder: folder.path,
    bounds: { ...UNBOUNDED, segments: 2 },
    segmentBytes: 0,
    claims: new SegmentClaims(),
    commit: (retired) => isFull ? Promise.reject(new Error("no space left")) : commitTo(folder.path, retired),
  });
  await retainer.look();
  assertStringIncludes(retainer.problem ?? "", "no space left");
  assertEquals((await namesIn(join(folder.path, "logs"))).includes("000001.arrows"), true);
  isFull = false;
  await retainer.look();
  assertEquals([retainer.problem, retainer.retired.segments], [null, 1]);
});

Deno.test("a crash between capture.json and the files leaves a folder without damage", async () => {
  await using folder = await makeFolder();
  const kept = new Map<string, Uint8Array<ArrayBuffer>>();
  for (const name of ["gaps/000001.arrows", "logs/000001.meta.json", "logs/000002.arrows"]) {
    kept.set(name, await Deno.readFile(join(folder.path, name)));
  }
  const { retainer } = retainerOf(folder.path, { segments: 1 });
  await retainer.look();
  for (const [path, bytes] of kept) {
    await Deno.writeFile(join(folder.path, path), bytes);
    await using store = await openStore([folder.path]);
    assertEquals(store.warnings, [], path);
    const { rows: [row] } = await store.query("SELECT count(*), bool_and(balanced) FROM logs, accounting");
    assertEquals(row, [4n, true], path);
  }
});

Deno.test("a store that follows goes on over what is retired before it was read, and says so", async () => {
  await using folder = await makeFolder();
  await using _recording = await lockRecording(folder.path);
  const { retainer } = retainerOf(folder.path, { segments: 1 });
  const moved = segmentPath(folder.path, "logs", 2);
  // As it stands while segment 1 is the last.
  const later = await Promise.all(
    [2, 3, 4].map((number) => Deno.readFile(segmentPath(folder.path, "logs", number))),
  );
  for (const number of [2, 3, 4]) await Deno.remove(segmentPath(folder.path, "logs", number));
  await using store = await openStore([folder.path]);
  assertEquals(store.captures[0]?.loadedRows, 2);
  for (const [at, bytes] of later.entries()) {
    await Deno.writeFile(segmentPath(folder.path, "logs", at + 2), bytes);
  }
  await retainer.look();
  await Deno.remove(moved).catch(() => {});
  assertEquals(await store.refresh(), 4);
  assertEquals(store.warnings, ["kept: segments 2 to 2 were retired before they were read"]);
  const { rows: [row] } = await store.query("SELECT sum(lost) FROM gaps");
  assertEquals(Number(row?.[0]), SEGMENTS);
});

Deno.test("a capture of which every segment is retired still has its account", async () => {
  await using folder = await makeFolder();
  for (const table of ["logs", "gaps"] as const) await Deno.remove(segmentPath(folder.path, table, SEGMENTS));
  const file = join(folder.path, "capture.json");
  const json = JSON.parse(await Deno.readTextFile(file));
  await Deno.writeTextFile(file, JSON.stringify({ ...json, batches: SEGMENTS - 1 }));
  const { retainer } = retainerOf(folder.path, { ageMs: 0 });
  await retainer.look();
  assertEquals(await namesIn(join(folder.path, "logs")), []);
  await using store = await openStore([folder.path]);
  assertEquals(store.warnings, []);
  const { rows } = await store.query(
    "SELECT attempts, read, lost, rows_stored, gaps_lost, balanced FROM accounting",
  );
  assertEquals(rows, [[9n, 6n, 3n, 0n, 3n, true]]);
});
