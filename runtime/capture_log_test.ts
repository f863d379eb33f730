import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { join } from "@std/path";
import {
  type CaptureInput,
  type EntryInput,
  logsBytes,
  makeBatch,
  makeCapture,
  segmentPath,
  T0,
} from "../tests/support/make_capture.ts";
import { lockRecording } from "./capture/recording_lock.ts";
import { CaptureError, openCapture, QueryError, severityOf } from "./mod.ts";

/** Runs with the path of a capture of this content. */
async function withCapture(input: CaptureInput, run: (path: string) => Promise<void>): Promise<void> {
  const dir = await Deno.makeTempDir();
  try {
    await run(await makeCapture(dir, "one", input));
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

const entry = (idx: number, other: Partial<EntryInput> = {}): EntryInput => ({
  idx,
  seq: idx,
  ticks: 10 * idx,
  payload: `entry ${idx}`,
  ...other,
});
const FIRST = makeBatch([entry(0), entry(1, { severity: 4 }), entry(2, { severity: 5 })], { batch: 0 });
const SECOND = makeBatch([
  entry(3, { kind: "data", payload: Uint8Array.of(1, 2) }),
  entry(4, { severity: 6 }),
], {
  batch: 1,
});

Deno.test("entries come in index order, through all segments", async () => {
  await withCapture({ logs: [[FIRST], [SECOND]] }, async (path) => {
    await using log = await openCapture(path);
    const entries = await Array.fromAsync(log.entries());
    assertEquals(entries.map(({ idx }) => idx), [0n, 1n, 2n, 3n, 4n]);
    assertEquals(entries[3], {
      idx: 3n,
      ts: T0 + 30n,
      ticks: 30n,
      processor: 0,
      seq: 3n,
      severity: 3,
      level: "info",
      kind: "data",
      type: 0,
      remarks: 0,
      pid: 0,
      tid: 0,
      event: null,
      message: null,
      data: Uint8Array.of(1, 2),
      readTs: T0 + 1_040n,
      flags: 0,
    });
  });
});

Deno.test("a level keeps entries that are at least as severe", async () => {
  await withCapture({ logs: [[FIRST, SECOND]] }, async (path) => {
    await using log = await openCapture(path);
    const messages = async (level: "warn" | "error") =>
      (await Array.fromAsync(log.entries({ level }))).map(({ message }) => message);
    assertEquals(await messages("warn"), ["entry 1", "entry 2", "entry 4"]);
    assertEquals(await messages("error"), ["entry 2", "entry 4"]);
  });
});

Deno.test("a level that does not exist is refused", () => {
  assertThrows(() => severityOf("loud" as "warn"), TypeError, "trace, debug, info");
});

Deno.test("batches have the columns of logs and stay when the next one comes", async () => {
  await withCapture({ logs: [[FIRST, SECOND]] }, async (path) => {
    await using log = await openCapture(path);
    const [first, second] = await Array.fromAsync(log.batches());
    assertEquals([...first!.getChild("message")!], ["entry 0", "entry 1", "entry 2"]);
    assertEquals([...first!.getChild("level")!], ["info", "warn", "error"]);
    assertEquals([...second!.getChild("idx")!], [3n, 4n]);
    assertEquals([...second!.getChild("data")!], [Uint8Array.of(1, 2), null]);
  });
});

Deno.test("what a query's template holds is bound, never pasted", async () => {
  await withCapture({ logs: [[FIRST]] }, async (path) => {
    await using log = await openCapture(path);
    const text = "'; DROP TABLE x; --";
    assertEquals(await log.sql`SELECT ${text} AS text, ${null} AS nothing, ${7} + 1 AS number`, [{
      text,
      nothing: null,
      number: 8,
    }]);
  });
});

Deno.test("a query gives columns with types, and its refusal the place", async () => {
  await withCapture({ logs: [[FIRST]] }, async (path) => {
    await using log = await openCapture(path);
    assertEquals(await log.query("SELECT 1::UBIGINT AS one, 'x' AS two WHERE ? = 'a'", ["a"]), {
      columns: [{ name: "one", type: "UBIGINT" }, { name: "two", type: "VARCHAR" }],
      rows: [[1n, "x"]],
    });
    const error = await assertRejects(() => log.query("SELECT nonsense"), QueryError, "nonsense");
    assert(/LINE 1: SELECT nonsense\n +\^/.test(error.message), error.message);
  });
});

Deno.test("entries that come while a capture grows are followed until it has ended", async () => {
  await withCapture(
    { logs: [[FIRST]], closed: false, info: { complete: false, stopped: null } },
    async (path) => {
      const recording = await lockRecording(path);
      await using log = await openCapture(path, { follow: true });
      const seen: bigint[] = [];
      for await (const { idx } of log.entries()) {
        seen.push(idx);
        if (idx !== 2n) continue;
        await Deno.writeFile(segmentPath(path, "logs", 1), await logsBytes([FIRST, SECOND], true));
        await recording[Symbol.asyncDispose]();
      }
      assertEquals(seen, [0n, 1n, 2n, 3n, 4n]);
    },
  );
});

Deno.test("a signal ends following without an error", async () => {
  await withCapture(
    { logs: [[FIRST]], closed: false, info: { complete: false, stopped: null } },
    async (path) => {
      await using _recording = await lockRecording(path);
      await using log = await openCapture(path);
      const stop = new AbortController();
      const seen: bigint[] = [];
      for await (const { idx } of log.entries({ follow: true, signal: stop.signal })) {
        seen.push(idx);
        if (idx === 2n) stop.abort();
      }
      assertEquals(seen, [0n, 1n, 2n]);
    },
  );
});

Deno.test("info is what capture.json says now", async () => {
  await withCapture({ info: { complete: false } }, async (path) => {
    await using log = await openCapture(path);
    assertEquals([log.name, (await log.info()).complete], ["one", false]);
    const file = join(path, "capture.json");
    await Deno.writeTextFile(
      file,
      (await Deno.readTextFile(file)).replace('"complete": false', '"complete": true'),
    );
    assertEquals((await log.info()).complete, true);
  });
});

Deno.test("a folder that is no capture cannot be opened", async () => {
  const dir = await Deno.makeTempDir();
  try {
    await assertRejects(() => openCapture(dir), CaptureError, "no capture.json");
  } finally {
    await Deno.remove(dir);
  }
});
