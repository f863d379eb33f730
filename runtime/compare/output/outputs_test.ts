/** What each output says of comparisons that a test makes by hand. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import Ajv from "ajv/dist/2020.js";
import type { Comparison } from "../compare.ts";
import { judge } from "../judge/judge.ts";
import type { Difference, MeasuredMetric, Metric, RunMeasure } from "../judge/types.ts";
import { exitCodeOf, formatChange, formatValue } from "./describe.ts";
import { addStepSummary, githubAnnotations } from "./github.ts";
import { comparisonJson } from "./json.ts";
import { comparisonJunit, escapeXml } from "./junit.ts";
import { comparisonMarkdown, escapeMarkdown } from "./markdown.ts";

const METRIC: Metric = {
  name: "duration_p50",
  title: "median duration",
  unit: "ns",
  kind: "quantile",
  quantile: 0.5,
  better: "lower",
  smallestEffect: { relative: 0.05 },
  gate: true,
  dimensions: ["event"],
  file: "duration_p50.sql",
};

/** Runs that measured these values. */
const runs = (values: readonly number[], bounds: Partial<RunMeasure> = {}): RunMeasure[] =>
  values.map((value, at) => ({
    run: `run-${at + 1}`,
    value,
    count: 100,
    lowest: value,
    highest: value,
    ...bounds,
  }));

const BEFORE = [1000, 1001, 1002, 1003, 1004], SLOWER = [1200, 1201, 1202, 1203, 1204];

/** Names of events are bytes of the program that was recorded. */
const HOSTILE = 'a<b>|`*"&\u202e\n::error::x';

function comparison(metrics: readonly MeasuredMetric[], differences: readonly Difference[] = []): Comparison {
  const judgement = judge(metrics, { differences });
  const side = (names: readonly string[]) => ({
    baseline: null,
    paths: [],
    runs: names.map((run) => ({
      run,
      facts: { id: run, started: null, complete: true, conditions: {}, missing: [], warnings: [] },
      hidden: 0,
      measures: new Map(),
    })),
  });
  const leftOut = [{ metric: "write_cost", dimension: null, reason: "no run has any of it" }];
  return { judgement, leftOut, base: side(judgement.runs.base), candidate: side(judgement.runs.candidate) };
}

const same = (event: string): MeasuredMetric => ({
  metric: METRIC,
  dimension: { event },
  base: runs(BEFORE),
  candidate: runs(BEFORE.toReversed()),
});
const regressed = (event: string): MeasuredMetric => ({ ...same(event), candidate: runs(SLOWER) });
const lossy = (event: string): MeasuredMetric => ({
  ...same(event),
  candidate: runs(BEFORE, { lowest: 0, highest: Infinity }),
});
const BLOCK: Difference = { what: "host", base: "one", candidate: "two", severity: "blocks" };

const SHOWN = {
  same: comparison([same("read")]),
  regressed: comparison([same("read"), regressed(HOSTILE), {
    ...same("idle"),
    metric: { ...METRIC, gate: false },
  }]),
  lossy: comparison([lossy("read")]),
  blocked: comparison([regressed("read")], [BLOCK]),
  nothing: comparison([]),
};

Deno.test("verdicts are what these outputs are about", () => {
  assertEquals(Object.values(SHOWN).map(({ judgement }) => judgement.verdict), [
    "same",
    "regressed",
    "inconclusive",
    "inconclusive",
    "inconclusive",
  ]);
});

Deno.test("the JSON of every verdict is what its schema says, every key documented", async () => {
  const schema = JSON.parse(await Deno.readTextFile(new URL("comparison.schema.json", import.meta.url)));
  const validate = new Ajv.default({ strict: true, allowUnionTypes: true, allErrors: true }).compile(schema);
  for (const [name, shown] of Object.entries(SHOWN)) {
    const json = JSON.parse(JSON.stringify(comparisonJson(shown)));
    assert(validate(json), `${name}: ${JSON.stringify(validate.errors, null, 1)}`);
  }
  const json = comparisonJson(SHOWN.same);
  assert(!validate({ ...json, verdict: "fine" }), "the schema refuses what is not in it");
  assert(!validate({ ...json, more: 1 }));
});

Deno.test("JSON has null where nothing bounds a number", () => {
  const json = JSON.parse(JSON.stringify(comparisonJson(SHOWN.lossy)));
  assertEquals([json.metrics[0].candidate[0].lowest, json.metrics[0].candidate[0].highest], [0, null]);
  assertEquals(json.metrics[0].obstacle, "loss");
});

Deno.test("a JUnit report fails what regressed, and what is inconclusive where that may not pass", () => {
  const report = comparisonJunit(SHOWN.regressed, "fail");
  assertStringIncludes(report, 'tests="3" failures="2" errors="0" skipped="0"');
  assertStringIncludes(
    report,
    '<testcase name="duration_p50 (event=a&lt;b&gt;|`*&quot;&amp;\u202e&#10;::error::x)" classname="ringscope.duration_p50" time="0">',
  );
  assertStringIncludes(report, '<failure type="regressed" message="regressed: ');
  assertStringIncludes(report, "left out: write_cost: no run has any of it");
  assertEquals(report.includes("idle"), false, "what does not decide is no test");
  assertStringIncludes(comparisonJunit(SHOWN.blocked, "fail"), 'failures="2" errors="0" skipped="0"');
  assertStringIncludes(comparisonJunit(SHOWN.blocked, "pass"), 'failures="0" errors="0" skipped="2"');
  assertStringIncludes(comparisonJunit(SHOWN.nothing, "fail"), 'tests="1" failures="1"');
  assertStringIncludes(comparisonJunit(SHOWN.same, "fail"), 'tests="2" failures="0"');
});

Deno.test("XML holds no character that it cannot hold", () => {
  assertEquals(escapeXml("a\0b\x1fc\ud800d\u{1f600}\t"), "a\ufffdb\ufffdc\ufffdd\u{1f600}&#9;");
});

Deno.test("Markdown begins with the verdict, and a name of an event stays a name in one line", () => {
  const page = comparisonMarkdown(SHOWN.regressed);
  assertStringIncludes(page.split("\n")[0]!, "❌ regressed: duration\\_p50");
  const [row] = page.split("\n").filter((line) => line.startsWith("| ❌"));
  assertEquals(row?.split(/(?<!\\)\|/).length, 8, row);
  assertStringIncludes(row!, 'a&lt;b&gt;\\|\\`\\*"&amp;\ufffd ::error::x');
  assertStringIncludes(page, "<details><summary>For information</summary>");
  assertStringIncludes(comparisonMarkdown(SHOWN.blocked), "| host | one | two | no verdict is possible |");
  assertEquals(escapeMarkdown("@user #1 [x](y) <img>"), "\\@user \\#1 \\[x\\](y) &lt;img&gt;");
});

Deno.test("GitHub gets one line for the verdict and one for each metric that speaks against the candidate", async () => {
  const lines = githubAnnotations(SHOWN.regressed, "fail").trimEnd().split("\n");
  assertEquals(lines.length, 2);
  assertStringIncludes(lines[0]!, "::error title=ringscope compare%3A regressed::");
  assertStringIncludes(lines[1]!, "%0A%3A%3Aerror%3A%3Ax)::median duration: +20.0 %25");
  // Where the sides cannot be compared the verdict says all there is to say.
  assertEquals(
    githubAnnotations(SHOWN.blocked, "pass").split("::")[1],
    "warning title=ringscope compare%3A inconclusive",
  );
  assertEquals(githubAnnotations(SHOWN.blocked, "pass").trimEnd().split("\n").length, 1);
  assertEquals(githubAnnotations(SHOWN.same, "fail").split(" ")[0], "::notice");
  const many = comparison(Array.from({ length: 30 }, (_, at) => regressed(`event ${at}`)));
  assertEquals(githubAnnotations(many, "fail").trimEnd().split("\n").length, 10);

  const file = await Deno.makeTempFile();
  try {
    await addStepSummary(SHOWN.same, file);
    await addStepSummary(SHOWN.blocked, file);
    const summary = await Deno.readTextFile(file);
    assertEquals([...summary.matchAll(/^## .*$/gm)].length, 2, "a step may compare twice");
    await addStepSummary(SHOWN.same, undefined);
  } finally {
    await Deno.remove(file);
  }
});

Deno.test("the exit status is that of the verdict, and only what is inconclusive can be let pass", () => {
  const codes = (policy: "pass" | "fail") =>
    (["improved", "same", "regressed", "inconclusive"] as const).map((verdict) =>
      exitCodeOf(verdict, policy)
    );
  assertEquals(codes("fail"), [0, 0, 3, 4]);
  assertEquals(codes("pass"), [0, 0, 3, 0]);
});

Deno.test("values and changes are shown in their units", () => {
  const of = (kind: Metric["kind"], unit: string) => ({ kind, unit });
  assertEquals(formatValue(12_345, of("quantile", "ns")), "12.3 µs");
  assertEquals(formatValue(0.000286, of("ratio", "")), "0.0286 %");
  assertEquals(formatValue(0, of("ratio", "")), "0 %");
  assertEquals(formatValue(0.000000001, of("ratio", "")), "under 0.001 %");
  assertEquals(formatValue(156_038.4, of("rate", "1/s")), "156,038/s");
  assertEquals(formatValue(0.00996123, of("value", "")), "0.00996");
  assertEquals(formatValue(null, of("value", "")), "–");
  const [judged] = SHOWN.blocked.judgement.metrics;
  assertStringIncludes(formatChange(judged!), "+20.0 % (+");
});
