/**
 * Follows a capture in a process of its own, as a user's script would: looks, asks in SQL what is new, again and again until the capture
 * ends. `follower.ts CAPTURE STRIDE`; prints one line of JSON at the end.
 *
 * Every entry becomes visible in some answer, and its age is taken at that answer, so nothing that took long is left out: of the
 * entries whose idx is a multiple of STRIDE, all.
 * @module
 */
import { openStore } from "../../../runtime/store/store.ts";
import type { FollowerReport } from "./follower_report.ts";

const [path = "", stride = "100"] = Deno.args;
/** Asked again at once would take the processor from those who record. */
const PAUSE_MS = 5;
const MEMORY_EVERY_MS = 250;

await using store = await openStore([path], { follow: true });
const agesMs: number[] = [], memory: number[] = [];
let last = -1n, answers = 0, lookedMs = 0;
// What was there when the store was opened was not waited for.
const { rows: [newest] } = await store.query("SELECT max(idx) FROM logs");
last = (newest?.[0] ?? -1n) as bigint;
let isOver = false;
while (!isOver) {
  isOver = !store.isRecording;
  await store.refresh();
  const { rows } = await store.query(
    "SELECT idx, ts FROM logs WHERE idx > ? AND idx % ?::UBIGINT = 0 ORDER BY idx",
    [last, BigInt(stride)],
  );
  const nowMs = performance.timeOrigin + performance.now();
  for (const [, ts] of rows) agesMs.push(nowMs - Number(ts as bigint) / 1e6);
  last = (rows.at(-1)?.[0] ?? last) as bigint;
  answers++;
  if (nowMs - lookedMs >= MEMORY_EVERY_MS) {
    memory.push(Deno.memoryUsage().rss);
    lookedMs = nowMs;
  }
  await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
}
const report: FollowerReport = {
  agesMs,
  memory,
  answers,
  loaded: store.captures[0]?.loadedRows ?? 0,
  skipped: store.captures[0]?.skippedRows ?? 0,
};
console.log(JSON.stringify(report));
