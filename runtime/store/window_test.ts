/** A followed capture in little memory: the newest entries are there, the account is whole, and memory does not grow. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { makeBatch, makeCapture, segmentPath } from "../../tests/support/make_capture.ts";
import { encodeLogsBatch } from "../arrow/wire.ts";
import { lockRecording } from "../capture/recording_lock.ts";
import { openStore, type Store } from "./store.ts";

const MEMORY_BYTES = 64 << 20, ROWS = 20_000, TEXT = "text ".repeat(20);

const batch = (number: number) =>
  makeBatch(
    Array.from({ length: ROWS }, (_, n) => {
      const idx = number * ROWS + n;
      return { idx, seq: idx, ticks: idx, payload: `${TEXT}${idx * 7919}` };
    }),
    { batch: number, counters: [{ attempts: (number + 1) * ROWS, read: (number + 1) * ROWS }] },
  );

const ask = async (store: Store, query: string) => (await store.query(query)).rows[0]!;

async function withGrowing(run: (path: string, grow: (batches: number) => Promise<void>) => Promise<void>) {
  const dir = await Deno.makeTempDir();
  try {
    let count = 1;
    const path = await makeCapture(dir, "live", {
      logs: [[batch(0)]],
      closed: false,
      info: { complete: false, stopped: null },
    });
    await using _lock = await lockRecording(path);
    await run(path, async (batches) => {
      for (let n = 0; n < batches; n++) {
        await Deno.writeFile(segmentPath(path, "logs", 1), encodeLogsBatch(batch(count++)), { append: true });
      }
    });
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

Deno.test("a window holds the newest entries in bounded memory, however many have come", async () => {
  await withGrowing(async (path, grow) => {
    await using store = await openStore([path], { follow: true, memoryBytes: MEMORY_BYTES });
    let most = 0;
    for (let round = 1; round <= 20; round++) {
      await grow(5);
      assertEquals(await store.refresh(), 5 * ROWS);
      const all = BigInt((1 + 5 * round) * ROWS);
      const [rows, first, last] = await ask(
        store,
        "SELECT count(*), min(idx), max(idx) FROM logs",
      ) as bigint[];
      assertEquals([last, first! + rows!], [all - 1n, all], "the newest, without a hole");
      assertEquals(
        await ask(store, "SELECT loaded_from_idx, loaded_rows, skipped_rows FROM captures"),
        [first, rows, all - rows!],
      );
      assertEquals(await ask(store, "SELECT attempts, balanced FROM accounting"), [all, true]);
      const [used] = await ask(store, "SELECT sum(memory_usage_bytes)::BIGINT FROM duckdb_memory()");
      most = Math.max(most, Number(used));
    }
    assert(most < MEMORY_BYTES, `${most} bytes`);
    const [left] = await ask(store, "SELECT skipped_rows FROM captures");
    assert(left as bigint > 1_000_000n, "most of it has been dropped");
    assertStringIncludes(store.warnings.join("\n"), "live: the newest ");
  });
});

Deno.test("a follower that is behind steps over what it missed, shows the newest, and calls nothing lost", async () => {
  await withGrowing(async (path, grow) => {
    await using store = await openStore([path], { follow: true });
    await grow(40); // 120 MB, of which a follower takes the last 64 MiB
    await store.refresh();
    const all = BigInt(41 * ROWS);
    const [rows, last, skipped] = await ask(
      store,
      "SELECT loaded_rows, (SELECT max(idx) FROM logs), skipped_rows FROM captures",
    ) as bigint[];
    assertEquals([last, rows! + skipped!], [all - 1n, all]);
    assert(skipped! > 0n && rows! > BigInt(5 * ROWS), `${rows} rows, ${skipped} stepped over`);
    assertEquals(await ask(store, "SELECT attempts, lost, balanced FROM accounting"), [all, 0n, true]);
    assertStringIncludes(
      store.warnings.join("\n"),
      `not ${skipped} that came faster than they could be taken`,
    );
  });
});
