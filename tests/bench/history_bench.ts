/**
 * What questions to a long capture cost: from the start of a program to its answer, and asked again in a store that is open.
 * @module
 */
import { join } from "@std/path";
import { openStore, type Store } from "../../runtime/store/store.ts";
import { type BenchRow, withAim } from "./bench_row.ts";
import { askInProcess, type ProcessAnswer } from "./history/ask_in_process.ts";
import { type History, makeHistory } from "./history/make_history.ts";
import type { NamedSettings } from "./named_bench.ts";
import { spreadOf } from "./spread.ts";

const ENTRIES = 10_000_000, QUICK_ENTRIES = 200_000;
const LONG_ENTRIES = 100_000_000;
const ROUNDS = 5, QUICK_ROUNDS = 1;
const SEGMENT_BYTES = 256 * 2 ** 20;
const RATE = 200_000, SEED = 4;
/** The part of the time that is asked for alone. */
const SLICE = 100n;
const MIB = 2 ** 20;

const LATENCY = "SELECT * FROM latency_by_processor";
const LOSS = "SELECT * FROM loss_over_time";
const TEMPLATES = "SELECT * FROM message_templates";

/** Aims at two lengths, in seconds and MiB. */
const AIMS: ReadonlyMap<number, Readonly<Record<string, number>>> = new Map([
  [ENTRIES, { latency_cold: 3, latency_warm: 0.4, slice_warm: 0.3, templates_warm: 5 }],
  [LONG_ENTRIES, { latency_cold: 15, loss_cold: 15, latency_memory: 1536, loss_memory: 1536 }],
]);

/** Makes a long sealed capture and asks it. */
export async function benchHistory(settings: NamedSettings): Promise<BenchRow[]> {
  const { folder, quick, onProgress } = settings;
  const entries = settings.entries ?? (quick ? QUICK_ENTRIES : ENTRIES);
  const rounds = quick ? QUICK_ROUNDS : ROUNDS;
  const path = join(folder, "history");
  const startedMs = performance.now();
  const history = await makeHistory(path, {
    entries,
    rate: RATE,
    seed: SEED,
    segmentBytes: SEGMENT_BYTES,
    sealed: true,
    onEntries: (made) => onProgress(`making and sealing ${made} of ${entries} entries`),
  });
  const madeSeconds = (performance.now() - startedMs) / 1e3;
  const figures = new Map<string, number[]>();
  const note = (name: string, figure: number) => figures.set(name, [...figures.get(name) ?? [], figure]);
  const slice = sliceOf(history);
  const noteCold = (name: string, { seconds, memoryBytes }: ProcessAnswer) => {
    note(`${name}_cold`, seconds);
    note(`${name}_memory`, memoryBytes / MIB);
  };
  for (let round = 0; round < rounds; round++) {
    onProgress(`asking in new processes, round ${round + 1} of ${rounds}`);
    noteCold("latency", await askInProcess(path, LATENCY));
    noteCold("loss", await askInProcess(path, LOSS));
    noteCold("slice", await askInProcess(path, LATENCY, ["--since", slice.since, "--until", slice.until]));
  }
  onProgress("asking in an open store");
  await using store = await openStore([path]);
  await askAgain(store, rounds, slice.condition, note);
  const rows = [...figures].map(([name, samples]) => rowOf(name, samples, entries, store.engine));
  return [{
    name: "history_made",
    group: "history",
    about: `${entries} texts of drivers made and sealed, ${history.segments} segments`,
    unit: "s",
    spread: spreadOf([madeSeconds]),
  }, ...rows];
}

async function askAgain(
  store: Store,
  rounds: number,
  condition: string,
  note: (name: string, figure: number) => void,
): Promise<void> {
  const sliceQuery = `SELECT processor, count(*) AS entries, quantile_cont(latency_ns, 0.99) AS p99_ns
    FROM logs WHERE ${condition} GROUP BY processor ORDER BY processor`;
  const questions = { latency: LATENCY, loss: LOSS, slice: sliceQuery, templates: TEMPLATES };
  for (const [name, query] of Object.entries(questions)) {
    // The first answer is the one after which it is warm.
    for (let round = 0; round <= rounds; round++) {
      const startedMs = performance.now();
      await store.query(query);
      if (round > 0) note(`${name}_warm`, (performance.now() - startedMs) / 1e3);
    }
  }
}

/** A hundredth of the time of the capture, in its middle. */
function sliceOf({ firstNs, lastNs }: History): { since: string; until: string; condition: string } {
  const length = (lastNs - firstNs) / SLICE;
  const from = firstNs + (lastNs - firstNs) / 2n, to = from + length;
  const since = spell(from), until = spell(to);
  return {
    since,
    until,
    condition: `ts >= make_timestamp_ns(${from}) AND ts < make_timestamp_ns(${to})`,
  };
}

function spell(unixNs: bigint): string {
  const time = new Date(Number(unixNs / 1_000_000_000n) * 1e3).toISOString().slice(0, 19);
  return `${time}.${String(unixNs % 1_000_000_000n).padStart(9, "0")}Z`;
}

const ABOUT: Readonly<Record<string, string>> = {
  latency: "latency_by_processor",
  loss: "loss_over_time",
  slice: "latency by processor of 1 % of the time",
  templates: "message_templates",
  cold: "from the start of a new process to its end",
  warm: "asked again in a store that is open",
  memory: "most resident memory of that process",
};

function rowOf(name: string, samples: readonly number[], entries: number, engine: string): BenchRow {
  const [what = "", how = ""] = name.split("_");
  const unit = how === "memory" ? "MiB" : "s";
  const row: BenchRow = {
    name: `history_${name}`,
    group: "history",
    about: `${ABOUT[what]} over ${entries} entries, ${ABOUT[how]}${how === "warm" ? ` (${engine})` : ""}`,
    unit,
    spread: spreadOf(samples),
  };
  const limit = AIMS.get(entries)?.[name];
  return limit === undefined ? row : withAim(row, `${limit} ${unit}`, "at most", limit);
}
