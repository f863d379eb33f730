/** Typed events of a followed capture: new tables and columns come, and old rows go with the entries that they belong to. */
import { assert, assertEquals } from "@std/assert";
import { addSites, makeBatch, makeCapture, segmentPath } from "../../tests/support/make_capture.ts";
import { encodeLogsBatch, type WireBatch } from "../arrow/wire.ts";
import { lockRecording } from "../capture/recording_lock.ts";
import { makeTestFolder } from "../capture/test_support.ts";
import { ArgumentType } from "../events/argument_type.ts";
import { number, type SiteParts, text } from "../events/test_support.ts";
import { openCapture } from "../mod.ts";
import { openStore, type Store } from "./store.ts";

const COUNT: SiteParts = {
  name: "count",
  format: "n=%u",
  arguments: [{ type: ArgumentType.u32, key: "n" }],
};
const COUNT_WITH_NAME: SiteParts = {
  name: "count",
  line: 99,
  format: "n=%u name=%s",
  arguments: [{ type: ArgumentType.u32, key: "n" }, { type: ArgumentType.text, key: "name" }],
};
const OTHER: SiteParts = { name: "other", format: "" };

const event = (idx: number, type: number, payload: number[] = []) => ({
  idx,
  seq: idx,
  ticks: idx,
  kind: "event" as const,
  type,
  payload: Uint8Array.from(payload),
});

interface Growing {
  readonly path: string;
  grow(batch: WireBatch, sites?: ReadonlyMap<number, SiteParts>): Promise<void>;
}

/** A capture without events that is being recorded. */
async function growing(run: (capture: Growing) => Promise<void>): Promise<void> {
  await using folder = await makeTestFolder();
  const path = await makeCapture(folder.path, "live", {
    logs: [[makeBatch([{ idx: 0, seq: 0, ticks: 0, payload: "text" }])]],
    closed: false,
    info: { complete: false, stopped: null },
  });
  await using _lock = await lockRecording(path);
  await run({
    path,
    async grow(batch, sites) {
      // As a recorder does: sites first.
      if (sites !== undefined) await addSites(path, sites);
      await Deno.writeFile(segmentPath(path, "logs", 1), encodeLogsBatch(batch), { append: true });
    },
  });
}

const ask = async (store: Store, query: string) => (await store.query(query)).rows;
const tablesOf = (store: Store) =>
  ask(
    store,
    "SELECT view_name FROM duckdb_views() WHERE view_name LIKE 'event\\_%' ESCAPE '\\' ORDER BY ALL",
  );

for (const engine of ["wasm", "native"] as const) {
  Deno.test(`tables and columns of events come while a capture is followed (${engine})`, async () => {
    await growing(async ({ path, grow }) => {
      await using store = await openStore([path], { engine, follow: true });
      assertEquals([await tablesOf(store), await ask(store, "FROM events")], [[], []]);

      await grow(makeBatch([event(1, 1, number(7, 4))], { batch: 1 }), new Map([[1, COUNT]]));
      assertEquals(await store.refresh(), 1);
      assertEquals(await ask(store, "SELECT idx, n FROM event_count"), [[1n, 7]]);
      assertEquals(await ask(store, "SELECT event, message FROM logs WHERE kind = 'event'"), [[
        "count",
        "n=7",
      ]]);

      const more = [event(2, 2, [...number(8, 4), ...text("x")]), event(3, 3), event(4, 1, number(9, 4))];
      await grow(makeBatch(more, { batch: 2 }), new Map([[2, COUNT_WITH_NAME], [3, OTHER]]));
      await store.refresh();
      assertEquals(await tablesOf(store), [["event_count"], ["event_other"]]);
      assertEquals(await ask(store, "SELECT idx, n, name FROM event_count ORDER BY idx"), [
        [1n, 7, null],
        [2n, 8, "x"],
        [4n, 9, null],
      ]);
      assertEquals(await ask(store, "SELECT name, site, entries FROM events ORDER BY site"), [
        ["count", 1, 2n],
        ["count", 2, 1n],
        ["other", 3, 1n],
      ]);
      // Nothing has come.
      assertEquals(await store.refresh(), 0);
      assertEquals(await ask(store, "SELECT count(*) FROM event_count"), [[3n]]);
    });
  });
}

Deno.test("what is dropped from the window takes its events with it, in bounded memory", async () => {
  const memoryBytes = 64 << 20, rows = 20_000, filler = "text ".repeat(20);
  await growing(async ({ path, grow }) => {
    const batch = (at: number) =>
      makeBatch(
        Array.from({ length: rows }, (_, n) => {
          const idx = 1 + at * rows + n;
          return event(idx, 2, [...number(idx, 4), ...text(`${filler}${idx * 7919}`)]);
        }),
        { batch: at + 1 },
      );
    await using store = await openStore([path], { engine: "wasm", follow: true, memoryBytes });
    let most = 0;
    for (let at = 0; at < 30; at++) {
      await grow(batch(at), at === 0 ? new Map([[2, COUNT_WITH_NAME]]) : undefined);
      await store.refresh();
      const [entries] = await ask(
        store,
        "SELECT min(idx), max(idx), count(*) FROM logs WHERE kind = 'event'",
      );
      const [events] = await ask(store, "SELECT min(idx), max(idx), count(*) FROM event_count");
      assertEquals(events, entries, "the events are those of the entries");
      const [[used] = []] = await ask(store, "SELECT sum(memory_usage_bytes)::BIGINT FROM duckdb_memory()");
      most = Math.max(most, Number(used));
    }
    const [[skipped, tables] = []] = await ask(
      store,
      "SELECT skipped_rows, (SELECT count(*) FROM duckdb_tables() WHERE table_name LIKE '_event_0%') FROM captures",
    );
    assert(skipped as bigint > BigInt(5 * rows), `${skipped} have been dropped`);
    assert(tables as bigint < 12n, `${tables} tables`);
    assert(most < memoryBytes, `${most} bytes`);
  });
});

Deno.test("events of one name are waited for while a capture is recorded", async () => {
  await growing(async ({ path, grow }) => {
    await using log = await openCapture(path, { follow: true });
    const seen: unknown[] = [];
    const stop = new AbortController();
    const reading = (async () => {
      for await (const { idx, n, name } of log.events("count", { signal: stop.signal })) {
        seen.push([idx, n, name]);
        if (seen.length === 1) {
          // What this says is shown to who began before there was such an argument.
          await grow(
            makeBatch([event(2, 2, [...number(8, 4), ...text("x")])], { batch: 2 }),
            new Map([[2, COUNT_WITH_NAME]]),
          );
        } else stop.abort();
      }
    })();
    await grow(makeBatch([event(1, 1, number(7, 4))], { batch: 1 }), new Map([[1, COUNT]]));
    await reading;
    assertEquals(seen, [[1n, 7, undefined], [2n, 8, "x"]]);
  });
});
