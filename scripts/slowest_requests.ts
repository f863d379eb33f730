/**
 * The slowest requests of a capture: from the message that begins one to the message with the same key that ends it.
 *
 *     deno task run scripts/slowest_requests.ts CAPTURE 'submit id=(\d+)' 'done id=(\d+)' [COUNT]
 *
 * The patterns are regular expressions; the first pair of parentheses of each finds the key.
 *
 * @module
 */
import { openCapture } from "@ringscope/ringscope";

const [path, begin, end, count = "20"] = Deno.args;
if (path === undefined || begin === undefined || end === undefined) {
  console.error("usage: slowest_requests.ts CAPTURE BEGIN_PATTERN END_PATTERN [COUNT]");
  Deno.exit(2);
}

await using log = await openCapture(path);
const rows = await log.sql<{ key: string; duration_ns: bigint | null; idx: bigint; message: string }>`
  SELECT key, duration_ns, idx, message FROM durations_between(${begin}, ${end})
  ORDER BY duration_ns DESC NULLS LAST, idx LIMIT ${Number(count)}`;
for (const { key, duration_ns, idx, message } of rows) {
  const us = duration_ns === null ? "never ended" : `${(Number(duration_ns) / 1e3).toFixed(1)} us`;
  console.log(`${us.padStart(16)}  key ${key}  idx ${idx}  ${message}`);
}
if (rows.length === 0) console.log("no message fits the first pattern");
