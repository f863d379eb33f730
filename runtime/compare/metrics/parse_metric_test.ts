import { assertEquals, assertThrows } from "@std/assert";
import { MetricError } from "../../errors.ts";
import { parseMetric } from "./parse_metric.ts";
import { readMetrics } from "./read_metrics.ts";

const GOOD = `-- Why it is there.
-- In two lines.
--
-- title: time of an open
-- unit: ns
-- kind: quantile 0.9
-- better: lower
-- smallest effect: 5 %, 100
-- dimensions: path, mode
-- gate: yes
-- at least: 50
-- loss: hides
-- range: 10 to 1e9
SELECT path, mode, ts, ns AS value FROM event_open;
`;

const problemsOf = (text: string, path = "mine/open_p90.sql") =>
  assertThrows(() => parseMetric(path, text), MetricError).message.split("\n");

Deno.test("the comment of a metric says what its rows mean", () => {
  const { metric, about, loss, range, absent, atLeast } = parseMetric("mine/open_p90.sql", GOOD);
  assertEquals(metric, {
    name: "open_p90",
    title: "time of an open",
    unit: "ns",
    kind: "quantile",
    quantile: 0.9,
    better: "lower",
    smallestEffect: { relative: 0.05, absolute: 100 },
    gate: true,
    dimensions: ["path", "mode"],
    file: "mine/open_p90.sql",
  });
  assertEquals({ about, loss, range, absent, atLeast }, {
    about: "Why it is there. In two lines.",
    loss: "hides",
    range: [10, 1e9],
    absent: null,
    atLeast: 50,
  });
});

Deno.test("the SELECT of a metric stands on the lines where the file has it, without its semicolon", () => {
  assertEquals(
    parseMetric("open_p90.sql", GOOD).sql,
    "\n".repeat(13) + "SELECT path, mode, ts, ns AS value FROM event_open",
  );
});

Deno.test("each fault of a metric is told with file, line and what is understood", () => {
  const swap = (line: string, by: string) => problemsOf(GOOD.replace(line, by));
  assertEquals(swap("-- better: lower", "-- beter: lower"), [
    'mine/open_p90.sql:7: unknown key "beter": there are title, unit, kind, better, smallest effect, gate, dimensions, at least, loss, range, absent',
    'mine/open_p90.sql:1: "-- better: …" is missing: lower, higher or same',
  ]);
  assertEquals(swap("quantile 0.9", "quantile 90"), [
    'mine/open_p90.sql:6: "kind: quantile 90" is not understood: quantile 0.99, rate, ratio, count or value',
  ]);
  assertEquals(swap("5 %, 100", "5 %, 6 %").length, 1);
  assertEquals(swap("5 %, 100", "0 %").length, 1);
  assertEquals(swap("path, mode", "path, value").length, 1);
  assertEquals(swap("10 to 1e9", "10 to 1").length, 1);
  assertEquals(swap("at least: 50", "at least: few").length, 1);
  assertEquals(swap("-- gate: yes", "-- gate: yes\n-- gate: no"), [
    'mine/open_p90.sql:11: "gate" is said twice',
  ]);
  assertEquals(swap("-- unit: ns", "-- in nanoseconds"), [
    'mine/open_p90.sql:5: "in nanoseconds" is no "key: …", and sentences come before the keys',
  ]);
  assertEquals(swap("SELECT", "DELETE"), [
    "mine/open_p90.sql:14: what stands behind the comment is no SELECT: a metric only asks",
  ]);
  assertEquals(swap("SELECT path, mode, ts, ns AS value FROM event_open;", "").length, 1);
  assertEquals(problemsOf(GOOD, "mine/Open.sql").length, 1);
});

Deno.test("a metric may not say of loss what its kind cannot know", () => {
  const loss = (kind: string, rule: string) =>
    problemsOf(
      GOOD.replace("quantile 0.9", kind).replace("loss: hides", `loss: ${rule}`).replace(/-- range.*\n/, ""),
    );
  assertEquals(loss("value", "hides").length, 1);
  assertEquals(loss("rate", "joins").length, 1);
});

Deno.test("a smallest effect in events is for what counts events in time or trials", () => {
  const rate = GOOD.replace("quantile 0.9", "ratio").replace("5 %, 100", "10 %, 0.0005, 5 events");
  assertEquals(parseMetric("open_rate.sql", rate).metric.smallestEffect, {
    relative: 0.1,
    absolute: 0.0005,
    events: 5,
  });
  assertEquals(
    parseMetric("open_rate.sql", rate.replace("5 events", "1 event")).metric.smallestEffect.events,
    1,
  );
  assertEquals(problemsOf(GOOD.replace("5 %, 100", "5 %, 3 events")), [
    "mine/open_p90.sql:8: a quantile counts no events by time or trial: give the smallest effect as 5 % or in its unit",
  ]);
  assertEquals(problemsOf(rate.replace("5 events", "5events")).length, 1);
});

Deno.test("one of the user's folders stands for a metric of the same name, and every bad file is named", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const builtIn = await readMetrics();
    assertEquals(builtIn.map(({ metric }) => metric.name).includes("duration_p99"), true);
    await Deno.writeTextFile(`${folder}/duration_p99.sql`, GOOD);
    await Deno.writeTextFile(`${folder}/open_p90.sql`, GOOD);
    const files = await readMetrics([folder]);
    assertEquals(files.length, builtIn.length + 1);
    assertEquals(
      files.find(({ metric }) => metric.name === "duration_p99")?.metric.file,
      `${folder}/duration_p99.sql`,
    );

    await Deno.writeTextFile(`${folder}/one.sql`, "SELECT 1");
    await Deno.writeTextFile(`${folder}/two.sql`, GOOD.replace("quantile 0.9", "quantile"));
    const error = await readMetrics([folder, `${folder}/none`]).catch((error) => error);
    const lines: string[] = error.message.split("\n");
    assertEquals(error instanceof MetricError, true);
    assertEquals(lines.filter((line) => line.startsWith(`${folder}/one.sql:1: `)).length, 6);
    assertEquals(lines.filter((line) => line.startsWith(`${folder}/two.sql:6: `)).length, 1);
    assertEquals(lines.filter((line) => line.startsWith(`read the metrics in ${folder}/none: `)).length, 1);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
