/**
 * The library over real captures at their worst: signals that log in the middle of a write, threads that change their
 * processor all the time, rings that are full. And over what a reader that sorts by arrival would have made of it.
 */
import { assert, assertEquals } from "@std/assert";
import { type QueryResult } from "../../runtime/store/query_result.ts";
import { openStore } from "../../runtime/store/store.ts";
import { readCaptured } from "../stress/oracle/captured.ts";
import { runStress } from "../stress/stress_run.ts";
import { type EntryInput, makeBatch, makeCapture } from "../support/make_capture.ts";

const KINDS = ["text", "data", "event"] as const;

async function ask(paths: readonly string[], queries: readonly string[]): Promise<QueryResult["rows"][]> {
  await using store = await openStore(paths);
  const answers: QueryResult["rows"][] = [];
  for (const query of queries) answers.push((await store.query(query)).rows);
  return answers;
}

const VIOLATIONS = "SELECT capture, kind, idx, detail FROM order_violations LIMIT 5";

let recorded: QueryResult["rows"][] = [], arrived: QueryResult["rows"][] = [];
await runStress({
  ringCount: 2,
  ringBytes: 65536,
  args: ["--processes=2", "--threads=4", "--attempts=20000", "--signal-us=150", "--roaming"],
  reader: "record",
  inspect: async (path) => {
    recorded = await ask([path], [
      "SELECT processor, unaccounted, rows_stored - rows_expected, gaps_lost - lost, balanced FROM accounting",
      VIOLATIONS,
      "SELECT reason FROM _health_reasons WHERE reason NOT LIKE 'lost attempts%' AND rank < 8",
    ]);
    const { rows } = await readCaptured(path);
    const byRing = rows.toSorted((a, b) => a.processor - b.processor || a.seq - b.seq)
      .map(({ kind, ...row }, idx): EntryInput => ({ ...row, idx, kind: KINDS[kind] ?? "event" }));
    const folder = await Deno.makeTempDir({ prefix: "ringscope-queries-" });
    try {
      arrived = await ask([await makeCapture(folder, "arrived", { logs: [[makeBatch(byRing)]] })], [
        "SELECT kind, count(*) FROM order_violations GROUP BY kind",
      ]);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});

Deno.test("the account of a capture under stress is balanced on every processor", () => {
  assertEquals(recorded[0], [[0, 0n, 0n, 0n, true], [1, 0n, 0n, 0n, true]]);
});

Deno.test("a capture under stress has no order violation", () => {
  assertEquals(recorded[1], []);
});

Deno.test({
  name: "writes with others inside, at every one of their instructions, are no order violation",
  // The trap flag by which the program steps is x86-64's.
  ignore: Deno.build.arch !== "x86_64",
  fn: async () => {
    let nested: QueryResult["rows"][] = [];
    await runStress({
      ringCount: 2,
      ringBytes: 65536,
      args: [],
      program: { name: "step", mode: "signal" },
      reader: "record",
      inspect: async (path) => {
        nested = await ask([path], [
          VIOLATIONS,
          // Entries with an earlier clock and a later index than another one of their thread.
          `WITH neighbours AS (
             SELECT ticks < lag(ticks) OVER (PARTITION BY pid, tid ORDER BY idx) AS is_turned FROM logs
           )
           SELECT count(*) FROM neighbours WHERE is_turned`,
        ]);
      },
    });
    assert(nested[1]![0]![0] as bigint > 50n, "there are more instructions between the clock and the index");
    assertEquals(nested[0], []);
  },
});

Deno.test("nothing but its losses speaks against a capture under stress", () => {
  assertEquals(recorded[2], []);
});

Deno.test({
  name: "thread_order alone catches a reader that numbers ring after ring",
  // With one processor there is one ring, and the order of arrival is right.
  ignore: navigator.hardwareConcurrency < 2,
  fn: () => {
    assertEquals(arrived[0]!.map(([kind]) => kind), ["thread_order"]);
    assert(arrived[0]![0]![1] as bigint > 0n);
  },
});
