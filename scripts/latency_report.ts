/**
 * How long entries waited in their rings until the capture took them: by processor, and when it was worst. Delivery latency tells how
 * fresh and how congested the way is, not how fast a write is.
 *
 *     deno task run scripts/latency_report.ts CAPTURE
 *
 * Prints Markdown.
 *
 * @module
 */
import { openCapture } from "@ringscope/ringscope";

const [path] = Deno.args;
if (path === undefined) {
  console.error("usage: latency_report.ts CAPTURE");
  Deno.exit(2);
}

const ms = (ns: bigint | null) => ns === null ? "" : (Number(ns) / 1e6).toFixed(3);
const time = (ns: bigint) => new Date(Number(ns / 1_000_000n)).toISOString();

await using log = await openCapture(path);
console.log(`# Delivery latency of ${log.name}, ms\n`);
console.log(
  "| processor | entries | p50 | p90 | p99 | p99.9 | max |\n| ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
);
for (const row of await log.table("latency_by_processor")) {
  const figures = [row.p50_ns, row.p90_ns, row.p99_ns, row.p999_ns, row.max_ns].map(ms);
  console.log(`| ${[row.processor, row.count, ...figures].join(" | ")} |`);
}
console.log(
  "\n## When it was worst\n\n| from (UTC) | entries | p99 | max | processor |\n| --- | ---: | ---: | ---: | ---: |",
);
const worst = (await log.table("latency_over_time")).sort((a, b) => Number(b.p99_ns - a.p99_ns)).slice(0, 10);
for (const { ts, count, p99_ns, max_ns, slowest_processor } of worst) {
  console.log(`| ${[time(ts), count, ms(p99_ns), ms(max_ns), slowest_processor].join(" | ")} |`);
}
