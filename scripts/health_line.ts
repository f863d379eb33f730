/**
 * One line a second about a capture that is being recorded: what came, what was lost, how late it was. Ends with the capture.
 *
 *     deno task run scripts/health_line.ts CAPTURE [INTERVAL]
 *
 * @module
 */
import { openCapture } from "@ringscope/ringscope";

const [path, interval = "1s"] = Deno.args;
if (path === undefined) {
  console.error("usage: health_line.ts CAPTURE [INTERVAL]");
  Deno.exit(2);
}

await using log = await openCapture(path, { follow: true });
let before = { read: 0n, atMs: performance.now() };
await log.watch`
  SELECT
    (SELECT coalesce(sum(read), 0)::UBIGINT FROM loss_by_processor) AS read,
    (SELECT coalesce(sum(lost), 0)::UBIGINT FROM loss_by_processor) AS lost,
    percentile_ns(latency_ns, 0.99) AS p99_ns, count(*) FILTER (severity >= at_least('error')) AS errors
  FROM logs`.every(interval, (row) => {
  const read = row["read"] as bigint, atMs = performance.now();
  const rate = Number(read - before.read) / (atMs - before.atMs) * 1000;
  const p99 = row["p99_ns"] === null ? "-" : `${(Number(row["p99_ns"]) / 1e6).toFixed(2)} ms`;
  console.log(
    `${new Date().toISOString()}  ${read} entries  ${Math.round(rate)}/s  ${row["lost"]} lost  p99 ${p99}  ${
      row["errors"]
    } errors`,
  );
  before = { read, atMs };
}).finished;
