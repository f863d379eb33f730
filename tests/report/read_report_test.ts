import { assert, assertEquals } from "@std/assert";
import type { CaptureReport } from "../../runtime/report/data/report_data.ts";
import { ask } from "../../runtime/report/data/ask.ts";
import { readReport } from "../../runtime/report/data/read_report.ts";
import type { EngineKind } from "../../runtime/store/engine.ts";
import { openStore } from "../../runtime/store/store.ts";
import { type CaptureInput, makeCapture } from "../support/make_capture.ts";
import { sealCapture } from "../support/seal_capture.ts";
import { hostile, known, lossy, manyProcessors } from "./captures.ts";

const MS = 1_000_000;
const dir = await Deno.makeTempDir();
globalThis.addEventListener("unload", () => Deno.removeSync(dir, { recursive: true }));

/** Starting an engine takes a second, so all captures are read at once. */
const INPUTS: Readonly<Record<string, CaptureInput>> = {
  known: known(),
  "sealed-known": known(),
  lossy: lossy(),
  empty: {},
  many: manyProcessors(300),
  one: manyProcessors(1),
  hostile: hostile(),
};

async function readAll(
  inputs: Readonly<Record<string, CaptureInput>>,
  engines: readonly EngineKind[],
): Promise<Map<string, CaptureReport>> {
  const folder = await Deno.makeTempDir({ dir });
  const paths: string[] = [];
  for (const [name, input] of Object.entries(inputs)) {
    const path = await makeCapture(folder, name, input);
    paths.push(path);
    if (name.startsWith("sealed")) await sealCapture(path);
  }
  const found: CaptureReport[][] = [];
  for (const engine of engines) {
    await using store = await openStore(paths, { engine });
    found.push(await readReport(store));
  }
  const [first, ...others] = found;
  for (const other of others) assertEquals(other, first ?? [], "the engines disagree");
  return new Map(first!.map((report) => [report.head.name, report]));
}

const reports = await readAll(INPUTS, ["wasm", "native"]);

Deno.test("a report counts what is there: entries, levels, rings, messages, durations", () => {
  for (const name of ["known", "sealed-known"]) {
    const report = reports.get(name);
    assert(report !== undefined, name);
    assertEquals([report.entries, report.warnings, report.errors], [22, 1, 1], name);
    assertEquals(report.head.isTrustworthy, true, report.head.reasons.join());
    assertEquals([report.beginNs, report.span], [1_000_000_000_000_000_000n, 100 * MS + 1_000]);
    assertEquals(report.rates.reduce((sum, { entries }) => sum + entries, 0), 22);
    assertEquals(
      report.rates.filter(({ errors }) => errors > 0).map(({ at, processor }) => [at, processor]),
      [
        [79 * MS, 1],
      ],
    );
    const [total] = report.timingTotals;
    assertEquals(total, {
      name: "disk_request",
      count: 10,
      total: 55 * MS,
      p50: 5.5 * MS,
      p90: 9.1 * MS,
      p99: 9.91 * MS,
      p999: 9.991 * MS,
      max: 10 * MS,
    });
    assertEquals(
      report.accounts.map(({ attempts, read, lost, isBalanced }) => [attempts, read, lost, isBalanced]),
      [
        [11n, 11n, 0n, true],
        [11n, 11n, 0n, true],
      ],
    );
    assertEquals(report.writeCosts, [{ from: 64, to: 128, writes: 3 }, { from: 128, to: 256, writes: 1 }]);
    assertEquals(report.ringUse.map(({ fullest, mean, processor }) => [fullest, mean, processor]), [[
      0.25,
      0.125,
      1,
    ]]);
  }
});

Deno.test("durations over time lie where their work began, and add up", () => {
  const report = reports.get("known");
  const [series] = report!.timings;
  assertEquals(series!.points.map(({ at, count, max }) => [at, count, max]), [
    ...Array.from({ length: 10 }, (_, n) => [10 * n * MS, 1, (n + 1) * MS]),
  ]);
  assertEquals(series!.heat.reduce((sum, { entries }) => sum + entries, 0), 10);
  for (const { eighth } of series!.heat) {
    assert(eighth >= 8 * Math.log2(MS) - 1 && eighth < 8 * Math.log2(10.1 * MS));
  }
});

Deno.test("the slowest come first, each with the entries of all processors around its beginning and its end", () => {
  const report = reports.get("known");
  const [first, second] = report!.slowest;
  assertEquals([first!.duration, first!.at, second!.duration], [10 * MS, 90 * MS, 9 * MS]);
  assertEquals(report!.slowest.length, 8);
  const idx = first!.near.map((entry) => entry.idx);
  assert(idx.includes(first!.idx) && idx.includes(first!.endIdx));
  assertEquals(idx, [...new Set(idx)].sort((a, b) => a < b ? -1 : 1), "each once, in order");
  assert(new Set(first!.near.map(({ processor }) => processor)).size === 2);
});

Deno.test("messages are put together: texts by their words, events by their place; what is new is told", async () => {
  const changed = { ...known(2), logs: [...known(2).logs!, ...laterText()] };
  const [base, candidate] = [...(await readAll({ known: known(), changed }, ["native"])).values()];
  const texts = (report: CaptureReport) =>
    report.templates.listed.map(({ text, entries }) => [text, entries]);
  assertEquals(texts(base!).slice(0, 2), [["disk_request · ", 10], ["disk_request · tag=%d", 10]]);
  assert(
    texts(base!).some(([text, entries]) => text === "request # failed: #" && entries === 1),
    String(texts(base!)),
  );
  assertEquals(base!.templates.listed.filter(({ isAlone }) => isAlone), []);
  assertEquals(candidate!.templates.listed.filter(({ isAlone }) => isAlone).map(({ text }) => text), [
    "only here: #",
  ]);
  assertEquals(
    base!.templates.listed.filter(({ isLate }) => isLate).map(({ text, level }) => [text, level]),
    [["request # failed: #", "error"]],
  );
});

/** A segment with a text that the other capture does not have. */
function laterText(): NonNullable<CaptureInput["logs"]> {
  const [[batch]] = lossy().logs as [[NonNullable<CaptureInput["logs"]>[0][0]]];
  const payload = new TextEncoder().encode("only here: 1");
  return [[{
    ...batch,
    batch: 1,
    rows: 1,
    baseIdx: 100n,
    rounds: [{ rows: 1, readTicks: 200_000_000n }],
    seqBase: [{ processor: 0, seq: 11n }],
    counters: known().logs![0]![0]!.counters.map((ring, at) =>
      at === 0 ? { ...ring, attempts: 12n, read: 12n } : ring
    ),
    drainTicks: 200_000_000n,
    idxDelta: Uint32Array.of(0),
    ticks: BigUint64Array.of(199_000_000n),
    seqDelta: Uint32Array.of(0),
    processor: Uint16Array.of(0),
    class: batch!.class.slice(0, 1),
    pid: Uint32Array.of(0),
    tid: Uint32Array.of(0),
    type: Uint32Array.of(0),
    remarks: Uint32Array.of(0),
    offsets: Int32Array.of(0, payload.length),
    payload,
  }]];
}

Deno.test("what was lost is in the head, in the account, and at the end of its hole", () => {
  const report = reports.get("lossy");
  assertEquals([report!.head.isTrustworthy, report!.head.reasons.length], [false, 1]);
  assertEquals(report!.losses, [{ at: 7 * MS, cause: "lost_full", lost: 5 }]);
  assertEquals(report!.accounts.map(({ attempts, read, lost }) => [attempts, read, lost]), [[8n, 3n, 5n]]);
});

Deno.test("a capture without entries, one of a single processor and one of 300 are read like every other", () => {
  const empty = reports.get("empty");
  assertEquals([empty!.entries, empty!.span, empty!.rates, empty!.timingTotals], [0, 0, [], []]);
  const many = reports.get("many");
  assertEquals([many!.accounts.length, new Set(many!.rates.map(({ processor }) => processor)).size], [
    300,
    300,
  ]);
  const one = reports.get("one");
  assertEquals(one!.entries, 2);
});

Deno.test("of entries of hundreds of thousands of bytes only what a page shows is read", () => {
  const texts = reports.get("hostile")!.slowest.flatMap(({ near }) =>
    near.map(({ message }) => message ?? "")
  );
  assert(texts.some((text) => text.startsWith("xxxx")));
  for (const text of texts) assert(text.length <= 1000, `${text.length} characters`);
});

Deno.test("durations that a store has lost, as one does that goes on in another engine, are found again", async () => {
  const path = await makeCapture(await Deno.makeTempDir({ dir }), "known", known());
  await using store = await openStore([path], { engine: "native" });
  const before = await ask(store, "timing_totals", [], undefined);
  await store.query("DROP TABLE _report_timings");
  assertEquals(await ask(store, "timing_totals", [], undefined), before);
  assertEquals(before.length, 1);
});
