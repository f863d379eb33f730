import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { EntryFlag } from "../../runtime/abi/layout.ts";
import { record } from "../../runtime/capture/record.ts";
import { LEVELS } from "../../runtime/log_entry.ts";
import { openStore } from "../../runtime/store/store.ts";
import { goldenCases } from "./golden_cases.ts";
import { loadImage } from "./golden_files.ts";
import { loadGolden } from "./golden_suite.ts";
import {
  classifyRefusal,
  type Golden,
  type GoldenError,
  type GoldenRow,
  kindNames,
} from "./golden_result.ts";

type Values = unknown[];

/** Records an image; its path, or the class of the error with which it was refused. */
async function recordImage(dir: string, name: string): Promise<{ path: string } | { refusal: GoldenError }> {
  const rings = join(dir, `${name}.rings`);
  await Deno.writeFile(rings, await loadImage(name));
  try {
    const { only, exclude, least } = loadGolden(name).filter;
    const filter = { only, exclude, minSeverity: LEVELS[least - 1]! };
    const engine = { engine: "native", bufferBytes: 2 ** 24, stallMs: 60_000 } as const;
    return await record({ dir, name, rings, once: true, ...engine, filter });
  } catch (error) {
    const refusal = classifyRefusal(error);
    if (refusal === null) throw error;
    return { refusal };
  }
}

const lenient = new TextDecoder("utf-8", { ignoreBOM: true });

/** A row as `logs` shows it. */
function expectedEntry(row: GoldenRow, messages: Golden["messages"]): Values {
  const payload = Uint8Array.fromHex(row.payload);
  const isText = row.kind === kindNames[0], isEvent = row.kind === kindNames[2];
  const text = lenient.decode(row.flags & EntryFlag.truncated ? payload.subarray(0, -4) : payload);
  return [
    BigInt(row.idx),
    row.processor,
    BigInt(row.seq),
    BigInt(row.ticks),
    row.severity,
    row.kind,
    row.flags,
    row.pid,
    row.tid,
    row.type,
    row.remarks,
    isText ? text : messages.get(row.idx) ?? null,
    isEvent || isText && !(row.flags & EntryFlag.invalidUtf8) ? null : payload,
  ];
}

const entriesQuery = `
  SELECT capture, idx, processor, seq, ticks, severity, kind, flags, pid, tid, type, remarks, message, data
  FROM logs ORDER BY capture, idx`;

const gapsQuery = `
  SELECT capture, processor, cause, lost, prev_seq, prev_idx, next_seq, next_idx
  FROM gaps ORDER BY capture, processor, prev_seq NULLS FIRST, cause`;

const countersQuery = `
  SELECT capture, processor, loss.attempts, loss."read", account.discarded, loss.lost_full, loss.overwritten, loss.too_big,
    loss.abandoned, loss.corrupt, loss.unstored, loss.mixed, account.pending, account.filtered
  FROM loss_by_processor AS loss JOIN accounting AS account USING (capture, processor)
  ORDER BY capture, processor`;

const counterNames = [
  "attempts",
  "read",
  "discarded",
  "lost_full",
  "overwritten",
  "too_big",
  "abandoned",
  "corrupt",
  "unstored",
  "mixed",
  "pending",
  "filtered",
];

function expectedGaps({ live }: Golden): Values[] {
  const number = (text: string | null) => (text === null ? null : BigInt(text));
  return live.gaps.map((gap) => [
    gap.processor,
    gap.cause,
    BigInt(gap.lost),
    number(gap.prev_seq),
    number(gap.prev_idx),
    number(gap.next_seq),
    number(gap.next_idx),
  ]);
}

function expectedCounters({ live }: Golden): Values[] {
  return live.counters.map((counters) => [
    Number(counters.processor),
    ...counterNames.map((name) => BigInt(counters[name] ?? 0)),
  ]);
}

Deno.test("SQL over the captured images shows what stands beside them", async (t) => {
  const dir = await Deno.makeTempDir();
  try {
    const names = Object.keys(goldenCases);
    const recorded = new Map<string, Awaited<ReturnType<typeof recordImage>>>();
    for (const name of names) recorded.set(name, await recordImage(dir, name));
    const paths = [...recorded.values()].flatMap((result) => ("path" in result ? [result.path] : []));
    await using store = await openStore(paths);
    assertEquals(store.warnings, []);
    const byCapture = async (query: string) =>
      Map.groupBy((await store.query(query)).rows, ([capture]) => capture);
    const imbalances = await byCapture("SELECT * FROM accounting WHERE NOT balanced");
    // Contexts of a kernel nest in the one thread that they interrupt.
    assertEquals(
      (await byCapture("SELECT * FROM order_violations")).get("kernel_contexts_nested"),
      undefined,
    );
    const [entries, gaps, counters] = [
      await byCapture(entriesQuery),
      await byCapture(gapsQuery),
      await byCapture(countersQuery),
    ];
    for (const [name, result] of recorded) {
      const golden = loadGolden(name);
      await t.step(`${golden.about} (${name})`, () => {
        assertEquals<GoldenError | null>("refusal" in result ? result.refusal : null, golden.error);
        if (golden.error !== null) return;
        const rowsOf = (rows: typeof entries) => (rows.get(name) ?? []).map(([_capture, ...row]) => row);
        assertEquals(rowsOf(entries), golden.live.rows.map((row) => expectedEntry(row, golden.messages)));
        assertEquals(rowsOf(gaps), expectedGaps(golden));
        assertEquals(rowsOf(counters), expectedCounters(golden));
        assertEquals(imbalances.get(name) ?? [], []);
      });
    }
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});
