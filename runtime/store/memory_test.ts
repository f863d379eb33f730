/**
 * A store with less memory than its captures take: what does not fit is asked of the native engine, or its newest part is loaded, and
 * nobody dies of it.
 */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { makeBatch, makeCapture } from "../../tests/support/make_capture.ts";
import { closeSegment, sealCapture } from "../../tests/support/seal_capture.ts";
import { openStore, type Store } from "./store.ts";

const SEGMENTS = 6, ROWS = 60_000;
/** A segment takes about 18 MiB here, so two fit into two thirds of this. */
const MEMORY_BYTES = 64 << 20;

const dir = await Deno.makeTempDir();
Deno.test.afterAll(() => Deno.remove(dir, { recursive: true }));

const segment = (number: number) =>
  makeBatch(
    Array.from({ length: ROWS }, (_, n) => {
      const idx = number * ROWS + n;
      return { idx, seq: idx, ticks: 1_000 * idx, payload: `${"text ".repeat(30)}${idx * 7919}` };
    }),
    { batch: number, counters: [{ attempts: (number + 1) * ROWS, read: (number + 1) * ROWS }] },
  );
const large = await makeCapture(dir, "large", {
  logs: Array.from({ length: SEGMENTS }, (_, n) => [segment(n)]),
});
await sealCapture(large);
// As a recording writes it.
for (let number = 1; number <= SEGMENTS; number++) {
  const file = `${large}/logs/${String(number).padStart(6, "0")}.meta.json`;
  const meta = JSON.parse(await Deno.readTextFile(file));
  await closeSegment(large, number, { ...meta, rows: ROWS, bytes: 200 * ROWS });
}

const one = async (store: Store, query: string) => (await store.query(query)).rows[0];

Deno.test("what does not fit into the memory is answered by the native engine, whole", async () => {
  await using store = await openStore([large], { memoryBytes: MEMORY_BYTES });
  assertEquals(store.engine, "native");
  assertEquals(await one(store, "SELECT count(*), min(idx), max(idx) FROM logs"), [
    BigInt(SEGMENTS * ROWS),
    0n,
    BigInt(SEGMENTS * ROWS - 1),
  ]);
  assertEquals(await one(store, "SELECT trustworthy, reasons FROM capture_health"), [true, []]);
});

Deno.test("what fits stays in DuckDB-WASM", async () => {
  await using store = await openStore([large]);
  assertEquals(store.engine, "wasm");
});

Deno.test("without the native engine the newest entries that fit are loaded, and the captures say which", async () => {
  await using store = await openStore([large], { engine: "wasm", memoryBytes: MEMORY_BYTES });
  const [rows, first] = await one(store, "SELECT loaded_rows, loaded_from_idx FROM captures") as bigint[];
  assert(rows! > 0n && rows! < BigInt(SEGMENTS * ROWS), String(rows));
  assertEquals(first, BigInt(SEGMENTS * ROWS) - rows!);
  assertEquals(await one(store, "SELECT count(*), min(idx) FROM logs"), [rows, first]);
  assertStringIncludes(
    store.warnings.join("\n"),
    `large: the newest ${rows} entries are looked at, not ${BigInt(SEGMENTS * ROWS) - rows!} older ones`,
  );
  // The account is whole, and not worse for what is not looked at.
  assertEquals(await one(store, "SELECT attempts, read, balanced FROM accounting"), [
    BigInt(SEGMENTS * ROWS),
    BigInt(SEGMENTS * ROWS),
    true,
  ]);
  assertEquals(await one(store, "SELECT trustworthy, reasons FROM capture_health"), [true, []]);
});

Deno.test("a query that has too little memory goes to the native engine", async () => {
  await using store = await openStore([large], { memoryBytes: 512 << 20 });
  assertEquals(store.engine, "wasm");
  const query = "SELECT count(*) FROM (SELECT DISTINCT message || n AS m FROM logs, range(6) AS r(n))";
  assertEquals(await one(store, query), [BigInt(6 * SEGMENTS * ROWS)]);
  assertEquals(store.engine, "native");
});

Deno.test("and where that engine is not wanted the query is refused, and the next one is answered", async () => {
  await using store = await openStore([large], { engine: "wasm", memoryBytes: 512 << 20 });
  const query = "SELECT count(*) FROM (SELECT DISTINCT message || n AS m FROM logs, range(6) AS r(n))";
  const refused = await store.query(query).then(() => null, (error) => error as Error);
  assertStringIncludes(String(refused?.message), "Out of Memory Error");
  assertEquals(await one(store, "SELECT count(*) FROM logs"), [BigInt(SEGMENTS * ROWS)]);
});
