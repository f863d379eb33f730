import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { makeBatch, makeCapture, segmentPath } from "../../tests/support/make_capture.ts";
import { encodeLogsBatch } from "../arrow/wire.ts";
import { lockRecording } from "../capture/recording_lock.ts";
import { QueryError } from "../errors.ts";
import { openCapture } from "../mod.ts";

const batch = (number: number) =>
  makeBatch([{ idx: number, seq: number, ticks: number, payload: `text ${number}` }], {
    batch: number,
    counters: [{ attempts: number + 1, read: number + 1 }],
  });

/** A capture that is being recorded, with one entry. */
async function startGrowing() {
  const dir = await Deno.makeTempDir();
  const path = await makeCapture(dir, "live", {
    logs: [[batch(0)]],
    closed: false,
    info: { complete: false, stopped: null },
  });
  const lock = await lockRecording(path);
  return {
    path,
    grow: (number: number) =>
      Deno.writeFile(segmentPath(path, "logs", 1), encodeLogsBatch(batch(number)), { append: true }),
    end: () => lock[Symbol.asyncDispose](),
    [Symbol.asyncDispose]: () => Deno.remove(dir, { recursive: true }),
  };
}

Deno.test("a watched query is answered at once, after each growth, and at the capture's end", async () => {
  await using capture = await startGrowing();
  await using log = await openCapture(capture.path, { follow: true });
  const counts: unknown[] = [];
  let isAsking = false;
  const watching = log.watch`SELECT count(*) AS n, ${"bound"} AS text FROM logs`.every(
    5,
    async (row, rows) => {
      assertEquals([isAsking, rows.length, row["text"]], [false, 1, "bound"]);
      isAsking = true;
      counts.push(row["n"]);
      if (counts.length <= 3) await capture.grow(counts.length);
      else if (counts.length === 4) await capture.end();
      isAsking = false;
    },
  );
  await watching.finished;
  // The last answer is given when nothing can come any more.
  assertEquals(counts, [1n, 2n, 3n, 4n, 4n]);
});

Deno.test("a watched query ends when it is stopped, and what it throws reaches the caller", async () => {
  await using capture = await startGrowing();
  await using log = await openCapture(capture.path, { follow: true });
  let asked = 0;
  const first = Promise.withResolvers<void>();
  await using watching = log.watch`SELECT 1 AS one`.every("10ms", () => {
    asked++;
    first.resolve();
  });
  await first.promise;
  await watching.stop();
  assertEquals(asked, 1);
  const stop = AbortSignal.abort();
  await log.watch`SELECT 1 AS one`.every(10, () => {
    asked++;
  }, { signal: stop }).finished;
  assertEquals(asked, 1);
  await assertRejects(() => log.watch`SELECT nonsense`.every(10, () => {}).finished, QueryError, "nonsense");
  await assertRejects(
    () =>
      log.watch`SELECT 1 AS one`.every(10, () => {
        throw new TypeError("mine");
      }).finished,
    TypeError,
    "mine",
  );
  assertThrows(() => log.watch`SELECT 1`.every("soon", () => {}), RangeError, "duration");
  assertThrows(() => log.watch`SELECT 1`.every(0, () => {}), RangeError, "interval");
  await capture.end();
});

Deno.test("the results of a finished capture are one, with all its rows", async () => {
  await using capture = await startGrowing();
  await capture.grow(1);
  await capture.end();
  await using log = await openCapture(capture.path);
  const results = await Array.fromAsync(log.watch`SELECT message FROM logs ORDER BY idx`.changes("1h"));
  assertEquals(results, [[{ message: "text 0" }, { message: "text 1" }]]);
  assertEquals(await Array.fromAsync(log.watch`SELECT 1 WHERE false`.changes("1h")), [[]]);
});
