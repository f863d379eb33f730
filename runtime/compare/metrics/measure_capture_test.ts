import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { MetricError } from "../../errors.ts";
import { ArgumentType } from "../../events/argument_type.ts";
import { number, type SiteParts } from "../../events/test_support.ts";
import {
  type CaptureInput,
  type EntryInput,
  makeBatch,
  makeCapture,
  makeGaps,
} from "../../../tests/support/make_capture.ts";
import type { RunMeasure } from "../judge/types.ts";
import { measureCapture, type MeasuredRun } from "./measure_capture.ts";
import { type MetricFile, parseMetric } from "./parse_metric.ts";
import { readMetrics } from "./read_metrics.ts";

const ENGINES = ["wasm", "native"] as const;
const SECOND = 1_000_000_000;

const dir = await Deno.makeTempDir();
Deno.test.afterAll(() => Deno.remove(dir, { recursive: true }));

const BEGIN: SiteParts = {
  name: "io",
  role: 1,
  format: "n=%d",
  arguments: [{ type: ArgumentType.i32, key: "n" }],
};
const SITES = new Map([[1, BEGIN], [2, { name: "io", role: 2, format: "" }]]);

/** Spans one after the other, each of so many ns; `from` is the idx of the first. */
function spans(lengths: readonly number[], gapNs = 10): EntryInput[] {
  let ticks = 0;
  return lengths.flatMap((length, at) => {
    const begin = {
      idx: 2 * at,
      seq: 2 * at,
      ticks,
      kind: "event",
      type: 1,
      payload: Uint8Array.from(number(at, 4)),
    };
    const end = { idx: 2 * at + 1, seq: 2 * at + 1, ticks: ticks + length, kind: "event", type: 2 };
    ticks += length + gapNs;
    return [begin, end] as EntryInput[];
  });
}

/** A metric of the spans of a capture without its condition on their number. */
async function metric(name: string): Promise<MetricFile> {
  const file = (await readMetrics()).find((file) => file.metric.name === name);
  if (file === undefined) throw new TypeError(`there is no metric ${name}`);
  return file;
}

/** Measures a capture with both engines, which have to agree. */
async function measure(
  name: string,
  input: CaptureInput,
  files: readonly MetricFile[],
): Promise<MeasuredRun> {
  const path = await makeCapture(dir, name, input);
  const [first, second] = await Promise.all(
    ENGINES.map((engine) => measureCapture(path, name, files, { engine })),
  );
  assertEquals(first, second, "the engines disagree");
  return first!;
}

function only(run: MeasuredRun, name: string): RunMeasure {
  const dimensions = run.measures.get(name)?.dimensions ?? [];
  assertEquals(dimensions.length, 1, name);
  return dimensions[0]!.measure;
}

const HUNDRED = Array.from({ length: 100 }, (_, at) => 1000 + 10 * at);

Deno.test("the quantiles of spans are those of the spans, with every value in the order of time", async () => {
  const entries = spans(HUNDRED.toReversed());
  const run = await measure("clean", {
    logs: [[makeBatch(entries, { counters: [{ attempts: 200, read: 200 }] })]],
    sites: SITES,
  }, [await metric("duration_p50"), await metric("duration_p99")]);
  assertEquals(run.measures.get("duration_p50")?.dimensions[0]?.dimension, { event: "io" });
  assertEquals(only(run, "duration_p50"), {
    run: "clean",
    value: 1490,
    count: 100,
    samples: Float64Array.from(HUNDRED.toReversed()),
    lowest: 1490,
    highest: 1490,
  });
  const { value, lowest, highest } = only(run, "duration_p99");
  assertEquals([value, lowest, highest], [1980, 1980, 1980]);
  assertEquals([run.hidden, run.facts.missing], [0, []]);
});

Deno.test("each lost entry may hide a span, and two may have joined one that a hole lies in", async () => {
  const all = spans(HUNDRED);
  // The end of the fifth span and the begin of the sixth are lost: from 1040 and 1050 ns one of 2100 is made.
  const there = all.filter(({ idx }) => idx !== 9 && idx !== 10);
  const place = (idx: number) => ({ seq: idx, idx, ticks: Number(all[idx]!.ticks) });
  const run = await measure("joined", {
    logs: [[makeBatch(there, { counters: [{ attempts: 200, read: 198, lost_full: 2 }] })]],
    gaps: [makeGaps([{ cause: "lost_full", lost: 2, prev: place(8), next: place(11) }], 0)],
    sites: SITES,
  }, [await metric("duration_p50")]);
  // 99 spans, the false one the longest. Nearest rank of 99: the 50th, 1510.
  const { value, count, lowest, highest } = only(run, "duration_p50");
  assertEquals([value, count], [1510, 99]);
  // 98 true ones and two more: the 50th of 100. Both below: the 48th, 1490. Both above: the 50th of those from 1010 on, 1520.
  assertEquals([lowest, highest], [1490, 1520]);
  // What it was without the loss, 1490, is not beyond them.
  assertEquals([run.hidden, run.facts.missing], [2, ["2 lost (2 lost_full)"]]);
});

Deno.test("the true quantile lies within the worst cases, whichever entries are lost", async () => {
  const all = spans(HUNDRED.toReversed());
  const path = (n: number) => `any-${n}`;
  for (const [n, lost] of [[9, 10], [0, 1, 2, 3], [20, 40, 60, 80, 100], [197, 199]].entries()) {
    const gone = new Set(lost);
    const there = all.filter(({ idx }) => !gone.has(Number(idx)));
    const gaps = [];
    for (const idx of gone) {
      if (gone.has(idx - 1)) continue;
      let end = idx;
      while (gone.has(end)) end++;
      const place = (at: number) => {
        const entry = all[at];
        return entry === undefined ? undefined : { seq: at, idx: at, ticks: Number(entry.ticks) };
      };
      const [prev, next] = [place(idx - 1), place(end)];
      gaps.push({
        cause: "lost_full" as const,
        lost: end - idx,
        ...(prev && { prev }),
        ...(next && { next }),
      });
    }
    const counters = [{ attempts: 200, read: there.length, lost_full: gone.size }];
    const run = await measure(path(n), {
      logs: [[makeBatch(there, { counters })]],
      gaps: [makeGaps(gaps, 0)],
      sites: SITES,
    }, [await metric("duration_p50"), await metric("duration_p99")]);
    for (const [name, truth] of [["duration_p50", 1490], ["duration_p99", 1980]] as const) {
      const { lowest, highest } = only(run, name);
      assertEquals(
        lowest <= truth && truth <= highest,
        true,
        `${name} without ${lost}: ${lowest} to ${highest}`,
      );
    }
  }
});

Deno.test("a capture that did not end in order allows any value", async () => {
  const run = await measure("cut", {
    logs: [[makeBatch(spans(HUNDRED), { counters: [{ attempts: 200, read: 200 }] })]],
    sites: SITES,
    info: { complete: false, stopped: null },
  }, [await metric("duration_p50"), await metric("error_rate"), await metric("error_templates")]);
  const { value, lowest, highest } = only(run, "duration_p50");
  assertEquals([value, lowest, highest], [1490, 0, Infinity]);
  assertEquals([only(run, "error_rate").lowest, only(run, "error_rate").highest], [0, 1]);
  assertEquals(run.facts.complete, false);
});

Deno.test("a span over a time at which the clock was set back has no known length", async () => {
  const HALF = 150, LENGTH = 100;
  // 301 spans: 150, one over the step, 150 that are two seconds earlier than they should be.
  const entries = spans(Array.from({ length: 2 * HALF + 1 }, () => LENGTH));
  const stepped = entries.map((entry, at) => ({
    ...entry,
    ticks: Number(entry.ticks) + 3 * SECOND - (at > 2 * HALF ? 2 * SECOND : 0),
  }));
  const run = await measure("stepped", {
    logs: [[makeBatch(stepped, { counters: [{ attempts: 602, read: 602 }] })]],
    sites: SITES,
  }, [await metric("duration_p50"), await metric("duration_p99")]);
  const { value, count, lowest, highest } = only(run, "duration_p50");
  assertEquals([value, count, lowest, highest], [LENGTH, 2 * HALF + 1, LENGTH, LENGTH]);
  // Those of the neighbourhood behind the step may be over it, so the longest hundredth is not known.
  assertEquals(only(run, "duration_p99").highest, Infinity);
  assertEquals(only(run, "duration_p99").lowest, LENGTH);
  assertEquals(run.facts.missing, ["its clock was set back once"]);
});

Deno.test("errors, loss and write cost are counted, and what is lost may have been an error", async () => {
  const run = await measure("errors", {
    logs: [[makeBatch([
      { idx: 0, seq: 0, ticks: 0, severity: 5, payload: "reset of port 3" },
      { idx: 1, seq: 1, ticks: 10, severity: 4, payload: "slow port 3" },
      { idx: 2, seq: 2, ticks: 20, payload: "done" },
    ], { counters: [{ attempts: 5, read: 3, lost_full: 2, used_bytes: 25, capacity_bytes: 100 }] })]],
    gaps: [makeGaps([{ cause: "lost_full", lost: 2, prev: { seq: 2, idx: 2, ticks: 20 } }], 0)],
    writeCost: [{ processor: 0, bucket: 5, writes: 100n }, { processor: 0, bucket: 6, writes: 100n }, {
      processor: 1,
      bucket: 5,
      writes: 200n,
    }],
  }, await readMetrics());
  const { value, count, trials, lowest, highest } = only(run, "error_rate");
  assertEquals([value, count, trials, lowest, highest], [0.2, 1, 5, 1 / 7, 0.6]);
  assertEquals(only(run, "warning_rate").value, 0.2);
  assertEquals([only(run, "loss").value, only(run, "loss").lowest, only(run, "loss").highest], [
    0.4,
    0.4,
    0.4,
  ]);
  // Half of 400 writes: 200 of the 300 that took 32 to 64 ns.
  assertEquals(Math.round(only(run, "write_cost").value! * 10), Math.round(320 + 320 * 200 / 300));
  assertEquals(only(run, "drain_lag").value, 0.25);
  assertEquals(only(run, "entry_rate").value, 5);
  assertEquals(run.measures.get("error_templates")?.dimensions[0]?.dimension, { message: "reset of port #" });
  assertEquals([only(run, "error_templates").lowest, only(run, "error_templates").highest], [1, 1]);
  // A template that it has not said may be among the lost ones.
  const { nothing } = run.measures.get("error_templates")!;
  assertEquals([nothing.value, nothing.lowest, nothing.highest], [0, 0, 1]);
});

Deno.test("more values than are kept are thinned evenly over the whole time", async () => {
  const file = parseMetric(
    "mine/long.sql",
    HEAD("quantile 0.5") + "SELECT ts, value FROM logs, range(100000) AS r(value)",
  );
  const run = await measure("long", {
    logs: [[
      makeBatch([{ idx: 0, seq: 0, ticks: 0, payload: "x" }], { counters: [{ attempts: 1, read: 1 }] }),
    ]],
  }, [file]);
  const { samples, count } = only(run, "long");
  assertEquals([count, samples?.length, samples?.[0], samples?.at(-1)], [100_000, 20_000, 0, 99_995]);
});

Deno.test("a metric of an event that a capture lacks has nothing there, and stops no other", async () => {
  const file = parseMetric("mine/open.sql", HEAD("quantile 0.5") + "SELECT ts, ns AS value FROM event_open");
  const run = await measure("none", {
    logs: [[
      makeBatch([{ idx: 0, seq: 0, ticks: 0, payload: "x" }], { counters: [{ attempts: 1, read: 1 }] }),
    ]],
  }, [file, await metric("loss")]);
  assertEquals(run.measures.get("open")?.dimensions, []);
  assertEquals(only(run, "loss").value, 0);
});

Deno.test("a metric that the engine refuses is told with file and line, all of them at once", async () => {
  const path = await makeCapture(dir, "refused", { logs: [] });
  const files = [
    parseMetric("mine/typo.sql", HEAD("quantile 0.5") + "SELECT\n  ts, durns AS value\nFROM spans"),
    parseMetric(
      "mine/columns.sql",
      HEAD("count") + "SELECT level, count(*) AS count FROM logs GROUP BY level",
    ),
    parseMetric("mine/words.sql", HEAD("count") + "SELECT count(*) AS count\nFROOM logs"),
  ];
  for (const engine of ENGINES) {
    const error = await assertRejects(() => measureCapture(path, "refused", files, { engine }), MetricError);
    const lines = error.message.split("\n");
    assertEquals(lines.length, 3);
    assertStringIncludes(lines[0]!, 'mine/typo.sql:9: Binder Error: Referenced column "durns" not found');
    assertStringIncludes(lines[1]!, 'mine/columns.sql:8: the column "level" is neither a dimension nor used');
    assertStringIncludes(lines[2]!, "mine/words.sql:9: Parser Error: syntax error");
  }
});

function HEAD(kind: string): string {
  const loss = kind === "value" ? "counted" : "hides";
  return `-- Of a test.\n-- title: x\n-- kind: ${kind}\n-- better: lower\n-- smallest effect: 5 %\n-- gate: no\n-- loss: ${loss}\n`;
}
