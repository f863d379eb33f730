import { assertEquals, assertStringIncludes } from "@std/assert";
import { makeBatch, makeCapture, T0 } from "../../tests/support/make_capture.ts";
import { closeSegment, sealCapture } from "../../tests/support/seal_capture.ts";
import { openCapture } from "../mod.ts";
import { segmentPath } from "../seal/segment_paths.ts";
import { type EntrySelection, mayHold } from "./entry_selection.ts";
import { openStore } from "./store.ts";

const dir = await Deno.makeTempDir();
Deno.test.afterAll(() => Deno.remove(dir, { recursive: true }));

/** Segment n holds idx 4n to 4n + 3, written at those times in µs, on processor n, one of each of four severities. */
const batches = [0, 1, 2].map((number) =>
  makeBatch(
    [0, 1, 2, 3].map((n) => ({
      idx: 4 * number + n,
      seq: n,
      ticks: 1_000 * (4 * number + n),
      processor: number,
      severity: number === 2 ? 5 - n : 1 + n % 3,
      kind: n === 3 ? "data" : "text",
      payload: n === 3 ? Uint8Array.of(number, 0xff) : `text ${4 * number + n}`,
    })),
    {
      batch: number,
      counters: [0, 1, 2].map((processor) => ({
        processor,
        attempts: processor <= number ? 4 : 0,
        read: processor <= number ? 4 : 0,
      })),
    },
  )
);

const metaOf = (number: number) => ({
  rows: 4,
  bytes: 400,
  first_ns: String(T0 + BigInt(4_000 * number)),
  last_ns: String(T0 + BigInt(4_000 * number + 3_000)),
  processors: [number],
  severities: number === 2 ? { "1": 0, "2": 1, "3": 1, "4": 1, "5": 1, "6": 0 } : { "1": 2, "2": 1, "3": 1 },
});

async function capture(name: string): Promise<string> {
  const path = await makeCapture(dir, name, { logs: batches.map((batch) => [batch]) });
  for (const number of [0, 1, 2]) await closeSegment(path, number + 1, metaOf(number));
  return path;
}

const open = await capture("open");
const sealed = await capture("sealed");
await seal(sealed);

/** Seals, and gives the ranges back that a test's own meta.json did not have. */
async function seal(path: string): Promise<void> {
  await sealCapture(path);
  for (const number of [0, 1, 2]) {
    const meta = JSON.parse(await Deno.readTextFile(segmentPath(path, "logs", number + 1, "meta.json")));
    await closeSegment(path, number + 1, { ...meta, ...metaOf(number) });
  }
}

const at = (us: number) => T0 + BigInt(1_000 * us);
const CASES: [name: string, selection: EntrySelection, idx: number[], skipped: number][] = [
  ["nothing left out", {}, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11], 0],
  ["from a time on", { sinceNs: at(9) }, [9, 10, 11], 8],
  ["before a time", { untilNs: at(5) }, [0, 1, 2, 3, 4], 4],
  ["a span within a segment", { sinceNs: at(5), untilNs: at(7) }, [5, 6], 8],
  ["a span over an edge", { sinceNs: at(3), untilNs: at(5) }, [3, 4], 4],
  ["a severity that one segment has", { severity: 4 }, [8, 9], 8],
  ["one processor", { processors: [1] }, [4, 5, 6, 7], 8],
  ["all at once", { sinceNs: at(1), severity: 3, processors: [0, 2] }, [2, 8, 9, 10], 4],
  ["nothing that is there", { sinceNs: at(99) }, [], 12],
  ["no processor", { processors: [] }, [], 12],
];

const IN_WASM = new Set(["a span over an edge", "all at once", "nothing that is there"]);

for (const path of [open, sealed]) {
  const form = path === open ? "open" : "sealed";
  for (const [name, selection, idx, skipped] of CASES) {
    const wanted = idx.map(BigInt);
    // DuckDB-WASM takes seconds to start.
    for (const engine of IN_WASM.has(name) ? ["wasm", "native"] as const : ["native"] as const) {
      Deno.test(`a selection shows its entries and the whole account: ${name} (${form}, ${engine})`, async () => {
        await using store = await openStore([path], { engine, selection });
        const { rows } = await store.query("SELECT idx, message, data FROM logs ORDER BY idx");
        assertEquals(rows.map(([idx]) => idx), wanted);
        assertEquals(
          rows.map(([, message, data]) => [message, data]),
          idx.map((n) => n % 4 === 3 ? [null, Uint8Array.of(n >> 2, 0xff)] : [`text ${n}`, null]),
        );
        const [counts] = (await store.query(
          "SELECT sum(attempts)::BIGINT, bool_and(balanced) FROM accounting",
        )).rows;
        assertEquals(counts, [12n, true]);
        const [facts] = (await store.query("SELECT loaded_rows, selection IS NULL FROM captures")).rows;
        assertEquals(facts, [BigInt(idx.length), name === "nothing left out"]);
        const [health] = (await store.query("SELECT trustworthy, reasons FROM capture_health")).rows;
        assertEquals(health, [true, []]);
        assertEquals(store.captures[0]!.skippedRows, skipped);
      });
    }
    Deno.test(`entries and batches give the same selection: ${name} (${form})`, async () => {
      await using log = await openCapture(path, { selection });
      assertEquals((await Array.fromAsync(log.entries())).map(({ idx }) => idx), wanted);
      const batches = await Array.fromAsync(log.batches());
      assertEquals(batches.flatMap((batch) => [...batch.getChild("idx")!]), wanted);
    });
  }
}

Deno.test("segments that hold nothing wanted are not opened", async () => {
  for (const [form, ending] of [["open", "arrows"], ["sealed", "parquet"]] as const) {
    const path = await capture(`unread_${form}`);
    if (form === "sealed") await seal(path);
    // Whoever reads it says so.
    await Deno.truncate(segmentPath(path, "logs", 1, ending), 100);
    for (const engine of ["wasm", "native"] as const) {
      await using all = await openStore([path], { engine });
      assertStringIncludes(all.warnings.join(), `logs/000001.${ending}`);
      await using part = await openStore([path], { engine, selection: { sinceNs: at(4) } });
      assertEquals((await part.query("SELECT count(*) FROM logs")).rows, [[8n]]);
      // An open segment carries the counters, so it is read for them.
      if (form === "sealed") assertEquals(part.warnings, []);
    }
  }
});

Deno.test("a segment is left out only where its meta.json proves that it may be", () => {
  const selection = { sinceNs: at(9), severity: 5, processors: [7] };
  assertEquals(mayHold(selection, metaOf(0)), false);
  for (const meta of [null, {}, { first_ns: 1, last_ns: "soon", processors: "0", severities: 5 }]) {
    assertEquals(mayHold(selection, meta), true, JSON.stringify(meta));
  }
});
