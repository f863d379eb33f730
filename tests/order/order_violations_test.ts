/**
 * The SQL view order_violations over a real capture with causal witnesses, and over what worse readers would have made of it:
 * all in one store, each a capture of its own.
 */
import { assert, assertEquals } from "@std/assert";
import { basename } from "@std/path";
import { openStore } from "../../runtime/store/store.ts";
import { readCaptured, type Row } from "../stress/oracle/captured.ts";
import { WITNESS_TYPE } from "../stress/oracle/payload.ts";
import { runStress } from "../stress/stress_run.ts";
import { type EntryInput, makeBatch, makeCapture } from "../support/make_capture.ts";

const STEPS = 3000;
const KINDS = ["text", "data", "event"] as const;

// With one processor there is one ring, and the order of arrival is right.
const ignore = navigator.hardwareConcurrency < 2;

/** Writes the rows as a reader would have stored them. */
async function store(folder: string, name: string, rows: readonly Row[]): Promise<string> {
  const entries = rows.map(({ kind, ...row }): EntryInput => ({ ...row, kind: KINDS[kind] ?? "event" }));
  return await makeCapture(folder, name, { logs: [[makeBatch(entries)]] });
}

/** What other readers could have made of these rows. */
function spoil(rows: readonly Row[]): Record<string, readonly Row[]> {
  const byRing = rows.toSorted((a, b) => a.processor - b.processor || a.seq - b.seq);
  const token = rows.flatMap((row, at) => row.type === WITNESS_TYPE && row.remarks >> 20 < 3 ? [at] : []);
  const [cause, effect] = [token[1000] as number, token[1001] as number];
  const [first, second] = [rows[cause] as Row, rows[effect] as Row];
  const swapped = rows.with(cause, { ...second, idx: first.idx }).with(effect, { ...first, idx: second.idx });
  const other = rows.findIndex((row) => row.type !== WITNESS_TYPE);
  return {
    rewritten: rows,
    arrived: byRing,
    numbered: byRing.map((row, idx) => ({ ...row, idx })),
    swapped,
    doubled: rows.toSpliced(other, 0, rows[other] as Row),
  };
}

/** Number of violations by capture and kind, and number of the token's witnesses by capture. */
const violations = new Map<string, Record<string, number>>();
const witnesses = new Map<string, number>();

async function ask(paths: readonly string[]): Promise<void> {
  await using opened = await openStore(paths);
  const found = await opened.query("SELECT capture, kind, count(*) FROM order_violations GROUP BY ALL");
  for (const [capture, kind, count] of found.rows) {
    const name = String(capture);
    violations.set(name, { ...violations.get(name), [String(kind)]: Number(count) });
  }
  const seen = await opened.query(
    `SELECT capture, count(*) FROM logs WHERE "type" = ${WITNESS_TYPE} AND u64_at(data, 1) = 0 GROUP BY ALL`,
  );
  for (const [capture, count] of seen.rows) witnesses.set(String(capture), Number(count));
}

let recorded = "";
const { findings } = await runStress({
  ringCount: 0,
  ringBytes: 4 << 20, // takes all of it, whenever the reader comes
  args: ["--steps", String(STEPS), "--parties=3", "--noise=1"],
  reader: "record",
  program: { name: "witness", mode: "futex" },
  inspect: async (path) => {
    recorded = basename(path);
    const folder = await Deno.makeTempDir({ prefix: "ringscope-order-" });
    try {
      const spoiled = Object.entries(spoil((await readCaptured(path)).rows));
      await ask([path, ...await Promise.all(spoiled.map(([name, rows]) => store(folder, name, rows)))]);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});

Deno.test("order_violations is empty for a capture with thousands of causal witnesses", () => {
  assertEquals(findings.lines(), []);
  assertEquals(witnesses.get(recorded), STEPS);
  assertEquals(violations.get(recorded), undefined);
});

Deno.test("order_violations is empty for the same rows, written again in their order", () => {
  assertEquals(witnesses.get("rewritten"), STEPS);
  assertEquals(violations.get("rewritten"), undefined);
});

Deno.test({
  name: "order_violations catches a reader that stores rows in the order of their arrival",
  ignore,
  fn: () => {
    assertEquals(Object.keys(violations.get("arrived") ?? {}), ["stored_order"]);
  },
});

Deno.test({
  name: "order_violations catches a reader that numbers rows in the order of their arrival",
  ignore,
  fn: () => {
    const found = violations.get("numbered") ?? {};
    // A thread that moved between processors may show it too.
    assertEquals(Object.keys(found).filter((kind) => kind !== "thread_order"), ["causal"]);
    assert((found["causal"] ?? 0) > STEPS / 10, `${found["causal"]} violations`);
  },
});

Deno.test("order_violations catches one witness that overtook its cause", () => {
  assertEquals(violations.get("swapped"), { causal: 1 });
});

Deno.test("order_violations catches an entry that is stored twice", () => {
  assertEquals(violations.get("doubled"), { duplicate_seq: 1, duplicate_idx: 1 });
});
