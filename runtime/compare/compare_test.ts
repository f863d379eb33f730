import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { CaptureError, MetricError } from "../errors.ts";
import { saveBaseline } from "./baseline/baselines.ts";
import { compare, type Comparison, measureBaseline, nameRuns, type SideInput } from "./compare.ts";
import { comparisonJson } from "./output/json.ts";
import { makeRun, makeRuns, type RunInput } from "./test_support.ts";

const dir = await Deno.makeTempDir();
Deno.test.afterAll(() => Deno.remove(dir, { recursive: true }));

const NORMAL: RunInput = { aboutNs: 10_000 };

/** Runs that are measured once, however often they are compared. */
async function makeSide(name: string, input: RunInput): Promise<SideInput> {
  const paths = await makeRuns(dir, name, 5, input);
  return { baseline: await saveBaseline(join(dir, "sides"), await measureBaseline(name, paths)) };
}

const before = await makeSide("before", NORMAL);
const slower = await makeSide("slower", { aboutNs: 12_000 });
const few = await makeRuns(dir, "few", 2, NORMAL);

const verdictOf = ({ judgement }: Comparison, name: string) =>
  judgement.metrics.find(({ metric }) => metric.name === name);

Deno.test("the same work measured twice is the same, whatever metric decides", async () => {
  const again = await makeSide("again", NORMAL);
  const { judgement, leftOut } = await compare({ base: before, candidate: again });
  assertEquals([judgement.verdict, judgement.comparability.differences], ["same", []], judgement.reason);
  assertEquals(judgement.runs.base, ["before-1", "before-2", "before-3", "before-4", "before-5"]);
  assertEquals(leftOut.map(({ metric }) => metric), [
    "delivery_latency_p99",
    "drain_lag",
    "duration_p99",
    "error_templates",
    "write_cost",
  ]);
});

Deno.test("slower spans are a regression, which names the metric and the event", async () => {
  const comparison = await compare({ base: before, candidate: slower });
  const { verdict, reason } = comparison.judgement;
  assertEquals(verdict, "regressed");
  assertStringIncludes(reason, "duration_p50 (event=io)");
  const judged = verdictOf(comparison, "duration_p50");
  assertEquals([judged?.verdict, judged?.dimension], ["regressed", { event: "io" }]);
  assertEquals(judged!.effect! > 0.18 && judged!.effect! < 0.22, true, String(judged?.effect));
  // And turned round it is an improvement.
  const back = await compare({ base: slower, candidate: before });
  assertEquals(back.judgement.verdict, "improved", back.judgement.reason);
});

Deno.test("runs whose loss could hide a shift are neither the same nor better", async () => {
  const lossy = await makeSide("lossy", { ...NORMAL, lost: 200 });
  const comparison = await compare({ base: before, candidate: lossy });
  const judged = verdictOf(comparison, "duration_p50");
  assertEquals([judged?.verdict, judged?.obstacle], ["inconclusive", "loss"]);
  assertEquals(["same", "improved"].includes(comparison.judgement.verdict), false);
  const [difference] = comparison.judgement.comparability.differences;
  assertStringIncludes(difference?.candidate ?? "", "lossy-1: 200 lost (200 lost_full)");
});

Deno.test("an error that appeared in every run is a regression of its own", async () => {
  const failing = await makeSide("failing", { ...NORMAL, errors: ["reset of port 3"] });
  const comparison = await compare({ base: before, candidate: failing });
  const judged = verdictOf(comparison, "error_templates");
  assertEquals([judged?.verdict, judged?.dimension], ["regressed", { message: "reset of port #" }]);
  assertEquals(comparison.judgement.verdict, "regressed");
});

Deno.test("sides that were recorded differently have no verdict, unless the user knows better", async () => {
  const elsewhere = await makeSide("elsewhere", { aboutNs: 12_000, info: { host: "other" } });
  const other = await compare({ base: before, candidate: elsewhere });
  assertEquals(other.judgement.verdict, "inconclusive");
  assertStringIncludes(other.judgement.reason, "host (here against other)");
  const allowed = await compare({ base: before, candidate: elsewhere, allow: ["host"] });
  assertEquals(allowed.judgement.verdict, "regressed");
});

Deno.test("one run a side is inconclusive", async () => {
  const slow = await makeRun(dir, "slow", { aboutNs: 20_000 });
  const { judgement } = await compare({ base: few.slice(0, 1), candidate: [slow] });
  assertEquals(judgement.verdict, "inconclusive");
  assertEquals(judgement.metrics.some(({ verdict }) => verdict === "regressed"), false);
});

Deno.test("a baseline gives the judgement that its captures gave, when they are gone", async () => {
  const gone = [
    await makeRun(join(dir, "gone"), "lossy", { ...NORMAL, lost: 3 }),
    await makeRun(join(dir, "gone"), "cut", { ...NORMAL, info: { complete: false, stopped: null } }),
  ];
  const direct = await compare({ base: gone, candidate: slower });
  const folder = await saveBaseline(join(dir, "baselines"), await measureBaseline("main", gone));
  await Deno.remove(join(dir, "gone"), { recursive: true });
  const kept = await compare({ base: { baseline: folder }, candidate: slower });
  const withoutName: Record<string, unknown> = { ...comparisonJson(kept), baseline: null };
  assertEquals(withoutName, comparisonJson(direct));
  assertEquals(kept.base.baseline, "main");
  assertEquals(kept.base.runs, direct.base.runs, "samples and bounds too");
});

Deno.test("the same captures and seed give the same judgement", async () => {
  const options = { base: before, candidate: slower, judge: { seed: 7 } };
  const [first, second] = [await compare(options), await compare(options)];
  assertEquals(comparisonJson(first), comparisonJson(second));
  assertEquals(first.judgement.settings.seed, 7);
});

Deno.test("a recording that is named twice, or stands on both sides, is refused", async () => {
  const twice = await assertRejects(() => compare({ base: few.slice(0, 1), candidate: few }), CaptureError);
  assertStringIncludes(twice.message, "are one and the same recording");
  await assertRejects(() => measureBaseline("x", [few[0]!, few[0]!]), CaptureError);
});

Deno.test("a baseline that was measured by other metrics is refused, not left out in silence", async () => {
  const metrics = join(dir, "metrics");
  await Deno.mkdir(metrics);
  const file = join(metrics, "texts.sql");
  const write = (effect: string, sql: string) =>
    Deno.writeTextFile(
      file,
      `-- Of a test.\n-- title: x\n-- kind: count\n-- better: lower\n-- smallest effect: ${effect}\n-- gate: yes\n-- loss: hides\n${sql}`,
    );
  await write("5", "SELECT count(*) AS count FROM logs WHERE kind = 'text'");
  const measured = await measureBaseline("main", few, { metrics: [metrics] });
  const base = { baseline: await saveBaseline(join(dir, "others"), measured) };
  const options = { base, candidate: base, metrics: [metrics] };
  // Another smallest effect needs no other measurement; the refusal is that of the same recordings on both sides.
  await write("6", "SELECT count(*) AS count FROM logs WHERE kind = 'text'");
  assertStringIncludes((await assertRejects(() => compare(options), CaptureError)).message, "same recording");
  await write("5", "SELECT count(*) AS count FROM logs");
  assertStringIncludes((await assertRejects(() => compare(options), CaptureError)).message, "another texts");
  await write("5", "SELECT count(*) AS cuont FROM logs");
  const wrong = await assertRejects(() => measureBaseline("x", few, { metrics: [metrics] }), MetricError);
  assertStringIncludes(wrong.message, `${file}:8: a count needs a column "count"`);
});

Deno.test("runs are named by as much of their paths as tells them apart", () => {
  assertEquals(nameRuns(["/a/x/one", "/b/x/one", "/b/x/two"], []), ["a/x/one", "b/x/one", "two"]);
  assertEquals(nameRuns(["/a/x/one"], ["one"]), ["x/one"]);
});
